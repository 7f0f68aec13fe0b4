//! What every file must have, and must not.
use crate::{Texts, made_up, none, only, repository};

/// Lines a source file may have; beyond `LONG` it is named when the tests run with `--nocapture`.
const LONGEST: usize = 500;
const LONG: usize = 300;
/// Lines a file of tests may have.
const LONGEST_TEST: usize = 1000;

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

fn headers(texts: &Texts) -> Vec<String> {
    let without = texts.iter().filter(|(path, text)| is_rust(path) && !text.starts_with("//! "));
    without.map(|(path, _)| format!("{path}: no `//!` header that says its role")).collect()
}

fn lengths(texts: &Texts, longest: usize) -> Vec<String> {
    let mut complaints = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| is_rust(path)) {
        let test = path.contains("/tests/") || path.ends_with("/tests.rs");
        let (lines, most) = (text.lines().count(), if test { LONGEST_TEST } else { longest });
        if lines > most {
            complaints.push(format!("{path}: {lines} lines, {most} at most"));
        }
    }
    complaints
}

/// Words of unfinished work, put together here so that this file does not hold them.
fn unfinished(texts: &Texts) -> Vec<String> {
    let words = [
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["unimplemented", "!"].concat(),
        ["to", "do!"].concat(),
        ["#[igno", "re"].concat(),
    ];
    let mut complaints = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| is_rust(path)) {
        for (i, line) in text.lines().enumerate() {
            if let Some(word) = words.iter().find(|w| line.contains(w.as_str())) {
                complaints.push(format!("{path}:{}: `{word}`: finish it or leave it out", i + 1));
            }
        }
    }
    complaints
}

/// Paths of one machine: a home directory or a workplace.
fn machine_paths(texts: &Texts) -> Vec<String> {
    let roots = [
        ["/ho", "me/"].concat(),
        ["/Use", "rs/"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["C:", "\\"].concat(),
    ];
    // Where Homebrew lives on every Linux that has it.
    let everywhere = ["/ho", "me/linuxbrew"].concat();
    let mut complaints = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| *path != "Cargo.lock") {
        for (i, line) in text.lines().enumerate() {
            let line = line.replace(&everywhere, "");
            if let Some(found) = roots.iter().find(|r| stands_first(&line, r)) {
                complaints.push(format!("{path}:{}: `{found}...` is a path of one machine", i + 1));
            }
        }
    }
    complaints
}

/// The path starts there: it is not the middle of a longer one, such as an address.
fn stands_first(line: &str, root: &str) -> bool {
    line.match_indices(root)
        .any(|(at, _)| !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "./_-~$}".contains(c)))
}

#[test]
fn every_file_says_its_role_first() {
    none(headers(&repository()));
    only(headers(&made_up(&[("crates/a/src/b.rs", "use c;\n"), ("x.md", "text")])), "b.rs: no `//!` header");
}

#[test]
fn files_stay_short() {
    let texts = repository();
    for long in lengths(&texts, LONG) {
        println!("long: {long}");
    }
    none(lengths(&texts, LONGEST));
    let long = "x\n".repeat(LONGEST + 1);
    only(lengths(&made_up(&[("a.rs", &long)]), LONGEST), "501 lines");
}

#[test]
fn nothing_is_left_unfinished() {
    none(unfinished(&repository()));
    let text = format!("fn a() {{ {} }}\n", ["unimplemented", "!()"].concat());
    only(unfinished(&made_up(&[("a.rs", &text)])), "a.rs:1");
}

#[test]
fn no_path_of_one_machine_is_written_down() {
    none(machine_paths(&repository()));
    let home = ["see /ho", "me/somebody/notes"].concat();
    only(machine_paths(&made_up(&[("README.md", &home)])), "README.md:1");
    let address = ["https://example.org/ho", "me/page"].concat();
    none(machine_paths(&made_up(&[("README.md", &address)])));
}
