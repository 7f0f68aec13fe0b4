//! Which crate may depend on which, and what may be used where.
use crate::{Texts, made_up, none, only, repository};

/// The arrows: a crate and what it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("tw-model", &[]),
    ("tw-brief", &["tw-model"]),
    ("tw-rooms", &["tw-model"]),
    ("tw-lab", &["tw-model"]),
    ("tw-report", &["tw-model"]),
    ("tw-engine", &["tw-model", "tw-brief", "tw-rooms", "tw-lab"]),
    ("tablewright", &["tw-model", "tw-engine", "tw-report"]),
];

/// What only the lab may touch: sockets, processes, the clock.
const LAB_ONLY: &[&str] = &[
    "std::net",
    "std::os::unix::net",
    "std::process::Command",
    "process::Command",
    "SystemTime",
    "time::Instant",
    "Instant::now",
    "thread::sleep",
    "UNIX_EPOCH",
];

/// What the crates without IO may not touch at all.
const NO_IO: &[&str] = &["std::fs", "std::env", "std::io::", "std::thread"];
const WITHOUT_IO: &[&str] = &["tw-model", "tw-brief", "tw-rooms", "tw-report"];

/// Names of the `[dependencies]` of a manifest.
pub fn dependencies(manifest: &str) -> Vec<&str> {
    section(manifest, "[dependencies]")
}

/// Names in one section of a manifest.
pub fn section<'a>(manifest: &'a str, heading: &str) -> Vec<&'a str> {
    let lines = manifest.lines().map(str::trim).skip_while(|l| *l != heading).skip(1);
    let entries = lines.take_while(|l| !l.starts_with('['));
    entries.filter(|l| !l.is_empty() && !l.starts_with('#')).filter_map(|l| l.split(['.', '=', ' ']).next()).collect()
}

fn arrows(texts: &Texts) -> Vec<String> {
    let mut complaints = vec![];
    for (path, manifest) in crates(texts) {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == path) else {
            complaints.push(format!("crates/{path} has no arrows: add it to ARROWS with a reason to exist"));
            continue;
        };
        for dependency in dependencies(manifest) {
            let ours = dependency == "tablewright" || dependency.starts_with("tw-");
            if ours && !allowed.contains(&dependency) {
                complaints.push(format!("{path} depends on {dependency}; it may not"));
            }
        }
    }
    complaints
}

/// Crate names and manifests.
fn crates(texts: &Texts) -> impl Iterator<Item = (&str, &String)> {
    texts.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
        (!name.contains('/')).then_some((name, text))
    })
}

/// Code lines of a file: comments and what follows the first test module are left out.
pub fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(i, l)| (i + 1, l));
    lines.take_while(|(_, l)| l.trim() != "#[cfg(test)]").filter(|(_, l)| !l.trim_start().starts_with("//"))
}

fn rust(texts: &Texts) -> impl Iterator<Item = (&String, &String)> {
    let ours = |path: &str| path.starts_with("crates/") && path.contains("/src/") && path.ends_with(".rs");
    let tests = test_modules(texts);
    texts.iter().filter(move |(path, _)| ours(path) && !tests.iter().any(|t| under(path, t)))
}

/// Paths, without `.rs`, of the modules that are compiled for tests only.
fn test_modules(texts: &Texts) -> Vec<String> {
    let mut out = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let folder = path
            .strip_suffix("/mod.rs")
            .or_else(|| path.strip_suffix("/lib.rs"))
            .or_else(|| path.strip_suffix("/main.rs"))
            .unwrap_or(path.trim_end_matches(".rs"));
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line != "#[cfg(test)]" {
                continue;
            }
            let module = lines.next().and_then(|l| l.strip_prefix("mod "));
            if let Some(name) = module.and_then(|m| m.strip_suffix(';')) {
                out.push(format!("{folder}/{name}"));
            }
        }
    }
    out
}

/// The file is the module, or lies in its folder.
fn under(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn uses(texts: &Texts) -> Vec<String> {
    let mut complaints = vec![];
    for (path, text) in rust(texts) {
        let name = path.split('/').nth(1).unwrap_or("");
        for (line, code) in code(text) {
            let mut banned = |words: &[&str], why: &str| {
                for word in words.iter().filter(|w| has_word(code, w)) {
                    complaints.push(format!("{path}:{line}: `{word}`: {why}"));
                }
            };
            if name != "tw-lab" {
                banned(LAB_ONLY, "only tw-lab opens a socket, starts a process or reads the clock");
            }
            if WITHOUT_IO.contains(&name) {
                banned(NO_IO, "this crate never does IO");
            }
        }
    }
    complaints
}

/// The word stands alone: `SystemTime` is not in `SystemTimes`.
fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(part);
        let after = code[at + word.len()..].chars().next().is_some_and(part) && !word.ends_with(':');
        !before && !after
    })
}

/// Rooms know the kit, the record and the model; they do not know each other.
fn rooms(texts: &Texts) -> Vec<String> {
    let base = "crates/tw-rooms/src/";
    let modules: Vec<&str> = texts.keys().filter_map(|p| p.strip_prefix(base)?.strip_suffix("/README.md")).collect();
    let mut complaints = vec![];
    for (path, text) in rust(texts) {
        let Some(room) = path.strip_prefix(base).and_then(|p| p.split_once('/')).map(|(room, _)| room) else {
            continue;
        };
        for (line, code) in code(text) {
            for other in modules.iter().filter(|m| **m != room) {
                if room != "kit" && has_word(code, &format!("crate::{other}")) || grouped(code, other) && room != *other
                {
                    complaints.push(format!("{path}:{line}: the room {room} imports the room {other}"));
                }
            }
        }
    }
    complaints
}

/// `use crate::{kit, other::...}` on one line.
fn grouped(code: &str, module: &str) -> bool {
    let Some((_, list)) = code.split_once("crate::{") else {
        return false;
    };
    list.split([',', '}']).any(|part| part.trim().split("::").next() == Some(module))
}

#[test]
fn crates_depend_only_along_the_arrows() {
    none(arrows(&repository()));
    let wrong = made_up(&[(
        "crates/tw-rooms/Cargo.toml",
        "[dependencies]\ntw-model.workspace = true\ntw-lab.workspace = true\n",
    )]);
    only(arrows(&wrong), "tw-rooms depends on tw-lab");
    only(arrows(&made_up(&[("crates/tw-extra/Cargo.toml", "[dependencies]\n")])), "tw-extra has no arrows");
}

#[test]
fn only_the_lab_touches_sockets_processes_and_the_clock() {
    none(uses(&repository()));
    let clock = made_up(&[("crates/tw-engine/src/prove.rs", "//! x\nuse std::time::Instant;\n")]);
    only(uses(&clock), "prove.rs:2: `time::Instant`");
    let file = made_up(&[("crates/tw-rooms/src/keys/mod.rs", "use std::fs;\n")]);
    only(uses(&file), "never does IO");
    let fine = made_up(&[
        ("crates/tw-lab/src/clock.rs", "use std::time::Instant;\n"),
        (
            "crates/tw-rooms/src/x.rs",
            "enum Values { Instant, SystemTimes }\n// SystemTime\n#[cfg(test)]\nuse std::fs;\n",
        ),
    ]);
    none(uses(&fine));
    let only_tested = made_up(&[
        ("crates/tw-brief/src/lib.rs", "//! x\n#[cfg(test)]\nmod laws;\n"),
        ("crates/tw-brief/src/laws.rs", "//! x\nuse std::fs;\n"),
    ]);
    none(uses(&only_tested));
}

#[test]
fn rooms_do_not_import_each_other() {
    none(rooms(&repository()));
    let pages = [("crates/tw-rooms/src/keys/README.md", ""), ("crates/tw-rooms/src/naming/README.md", "")];
    let with = |code: &'static str| made_up(&[pages[0], pages[1], ("crates/tw-rooms/src/keys/mod.rs", code)]);
    only(rooms(&with("use crate::naming::plural;\n")), "the room keys imports the room naming");
    only(rooms(&with("use crate::{kit, naming::plural};\n")), "the room keys imports the room naming");
    none(rooms(&with("use crate::kit::steps;\nuse crate::keys::design;\n")));
}
