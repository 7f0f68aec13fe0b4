//! Folders of migrations, in the order in which their tools run them, and only the way up.
use crate::Failure;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// A file that is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The file.
    pub path: PathBuf,
    /// What of it.
    pub part: Part,
}

/// What of a file is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// The way up only, where marks cut a file in two: dbmate's and goose's.
    Up,
}

/// How deep folders are looked into.
const DEEPEST: usize = 8;

/// The steps of a folder.
pub fn steps(folder: &Path) -> Result<Vec<Step>, Failure> {
    let mut files = vec![];
    walk(folder, 0, &mut files)?;
    let name = |p: &Path| p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    // Rails writes the whole schema beside the migrations that led to it.
    if let Some(whole) = files.iter().find(|p| name(p) == "structure.sql") {
        return Ok(vec![Step { path: whole.clone(), part: Part::Whole }]);
    }
    let is_down = |n: &str| n == "down.sql" || n.ends_with(".down.sql") || n.ends_with("_down.sql");
    let mut steps: Vec<(Rank, PathBuf)> = files
        .into_iter()
        .filter(|p| !is_down(&name(p)) && !is_undo(&name(p)))
        .map(|p| (rank(&p.strip_prefix(folder).unwrap_or(&p).to_string_lossy()), p))
        .collect();
    steps.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    if steps.is_empty() {
        return Err(Failure::Path {
            path: folder.into(),
            why: "no file of it ends in .sql".into(),
            help:
                "Give a folder of SQL migrations, a script, or a dump (pg_dump --schema-only). Migrations written in a \
                   program's language must be rendered as SQL first."
                    .into(),
        });
    }
    Ok(steps.into_iter().map(|(_, path)| Step { path, part: Part::Up }).collect())
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |why| Failure::File { doing: "read", path: folder.into(), why };
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            if depth < DEEPEST {
                walk(&path, depth + 1, files)?;
            }
        } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("sql")) {
            files.push(path);
        }
    }
    Ok(())
}

/// Flyway's undo scripts: `U2__add.sql`.
fn is_undo(name: &str) -> bool {
    name.starts_with('U') && name[1..].starts_with(|c: char| c.is_ascii_digit()) && name.contains("__")
}

/// A place in the order: Flyway's repeatable scripts (`R__views.sql`) come last.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(bool, Natural);

/// Text in which runs of digits compare as numbers: `V10` comes after `V9`, `2_1` after `2`.
#[derive(Debug, PartialEq, Eq)]
struct Natural(Vec<Chunk>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Chunk {
    Number(String),
    Text(String),
}

fn rank(path: &str) -> Rank {
    let file = path.rsplit('/').next().unwrap_or(path);
    let repeatable = file.starts_with("R__");
    // The version alone decides, then the rest of the name. Diesel's may be written as a date: `2017-08-31-230457_a`.
    let parts = path.split('/').map(|part| match part.split_once('_') {
        Some((version, rest)) if version.chars().all(|c| c.is_ascii_digit() || c == '-') => {
            format!("{}_{rest}", version.replace('-', ""))
        }
        _ => part.to_string(),
    });
    Rank(repeatable, natural(&parts.collect::<Vec<_>>().join("/").replace("__", "/")))
}

fn natural(text: &str) -> Natural {
    let mut chunks: Vec<Chunk> = vec![];
    for c in text.chars() {
        match (chunks.last_mut(), c.is_ascii_digit()) {
            (Some(Chunk::Number(n)), true) => n.push(c),
            (Some(Chunk::Text(t)), false) => t.push(c),
            (_, true) => chunks.push(Chunk::Number(c.to_string())),
            (_, false) => chunks.push(Chunk::Text(c.to_string())),
        }
    }
    Natural(chunks)
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let value = |n: &str| {
            let digits = n.trim_start_matches('0');
            (digits.len(), digits.to_string())
        };
        for (a, b) in self.0.iter().zip(&other.0) {
            let order = match (a, b) {
                (Chunk::Number(a), Chunk::Number(b)) => value(a).cmp(&value(b)),
                // A mark that ends a name comes before one that goes on.
                (Chunk::Text(a), Chunk::Text(b)) => a.replace('/', "\0").cmp(&b.replace('/', "\0")),
                (a, b) => a.cmp(b),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        self.0.len().cmp(&other.0.len())
    }
}

/// Marks at the beginning of a line: from here on the way up, and from here on the way down.
const UP: &[&str] = &["-- migrate:up", "-- +goose Up", "-- +migrate Up"];
const DOWN: &[&str] = &["-- migrate:down", "-- +goose Down", "-- +migrate Down"];

/// The part of a text; what is not run is blanked out, so that lines stay.
pub fn cut(text: &str, part: &Part) -> String {
    let marked = |line: &str, marks: &[&str]| marks.iter().any(|m| line.trim_start().starts_with(m));
    if *part == Part::Whole || !text.lines().any(|l| marked(l, UP)) {
        return text.to_string();
    }
    let mut up = false;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if marked(line, UP) {
            up = true;
        } else if marked(line, DOWN) {
            up = false;
        }
        if up {
            out.push_str(line);
        } else if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut names: Vec<&str>) -> Vec<&str> {
        names.sort_by_key(|n| rank(n));
        names
    }

    #[test]
    fn versions_compare_as_numbers_and_repeatable_scripts_come_last() {
        assert_eq!(
            sorted(vec!["R__views.sql", "V10__c.sql", "V2_1__b.sql", "V2__a.sql", "V9.1__d.sql"]),
            ["V2__a.sql", "V2_1__b.sql", "V9.1__d.sql", "V10__c.sql", "R__views.sql"]
        );
        assert_eq!(
            sorted(vec!["20240102_b/migration.sql", "20231231_a/migration.sql", "0_init/migration.sql"]),
            ["0_init/migration.sql", "20231231_a/migration.sql", "20240102_b/migration.sql"]
        );
        assert_eq!(
            sorted(vec!["2017-08-31-230457_b/up.sql", "20140924113530_a/up.sql"]),
            ["20140924113530_a/up.sql", "2017-08-31-230457_b/up.sql"]
        );
        assert_eq!(sorted(vec!["000010_x.up.sql", "000009_y.up.sql", "1_a.up.sql"])[0], "1_a.up.sql");
    }

    #[test]
    fn only_the_way_up_is_run() {
        let text = "-- migrate:up\ncreate table a (b int);\n-- migrate:down\ndrop table a;\n";
        assert_eq!(cut(text, &Part::Up), "-- migrate:up\ncreate table a (b int);\n\n\n");
        assert_eq!(cut(text, &Part::Whole), text);
        assert_eq!(cut("select 1;\n", &Part::Up), "select 1;\n");
        assert!(is_undo("U2__a.sql") && !is_undo("Users.sql") && !is_undo("V2__a.sql"));
    }
}
