//! A workload from a file: statements with their weights. What cannot be read is told with its place, and the rest
//! goes on.
use tw_lab::split::{Token, split, token};

/// Statements that one workload may have.
pub const MOST_STATEMENTS: usize = 500;

/// One statement of a workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What it is called in reports: `line 12`, or a name it was given.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// How often it runs, relative to the others.
    pub weight: f64,
    /// Byte of its first token in the text.
    pub offset: usize,
}

/// A workload as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workload {
    /// The statements.
    pub queries: Vec<Query>,
    /// What was left out: line, why, and a caret.
    pub problems: Vec<String>,
}

/// Reads statements separated by semicolons. A comment `-- weight: 5`, `-- 100/s` or `-- name: orders of a day` before
/// or in a statement is about it.
pub fn read(file: &str, text: &str) -> Workload {
    let mut workload = Workload::default();
    // What follows a place that is no SQL cannot be cut; what stands before it can.
    let (mut whole, broken) = match split(text) {
        Ok(statements) => (statements, None),
        Err(e) => (split(&text[..e.offset]).unwrap_or_default(), Some(e)),
    };
    if broken.is_some() {
        whole.retain(|s| semicolon(text, s.offset + s.text.len()).is_some());
    }
    let mut from = 0;
    for statement in whole {
        let end = statement.offset + statement.text.len();
        let end = semicolon(text, end).unwrap_or(end);
        let about = notes(&text[from..end]);
        from = end;
        if workload.queries.len() == MOST_STATEMENTS {
            let why = format!("more than {MOST_STATEMENTS} statements; this one and the rest are left out");
            workload.problems.push(problem(file, text, statement.offset, &why));
            break;
        }
        let mut query = Query {
            name: format!("line {}", line(text, statement.offset)),
            sql: statement.text.to_string(),
            weight: 1.0,
            offset: statement.offset,
        };
        for note in about {
            match note {
                Note::Weight(weight) => query.weight = weight,
                Note::Name(name) => query.name = name,
                Note::Wrong(said) => {
                    let why = format!("`{said}` is no weight: write `-- weight: 5` or `-- 100/s`");
                    workload.problems.push(problem(file, text, statement.offset, &why));
                }
            }
        }
        workload.queries.push(query);
    }
    if let Some(e) = broken {
        workload.problems.push(problem(file, text, e.offset, &e.message));
    }
    workload
}

/// The byte after the semicolon that closes a statement, with nothing but comments between.
fn semicolon(text: &str, mut at: usize) -> Option<usize> {
    while at < text.len() {
        let (kind, next) = token(text, at).ok()?;
        match kind {
            Token::Space => at = next,
            _ => return (&text[at..next] == ";").then_some(next),
        }
    }
    None
}

enum Note {
    Weight(f64),
    Name(String),
    Wrong(String),
}

/// What the comments of a piece say of its statement.
fn notes(piece: &str) -> Vec<Note> {
    let mut found = vec![];
    let mut at = 0;
    while at < piece.len() {
        let Ok((kind, next)) = token(piece, at) else { break };
        if kind == Token::Space
            && let Some(comment) = piece[at..next].strip_prefix("--")
        {
            let comment = comment.trim();
            let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
            if let Some(rest) = comment.strip_prefix("weight:") {
                found.push(number(rest).map_or(Note::Wrong(comment.into()), Note::Weight));
            } else if let Some(rest) = comment.strip_suffix("/s") {
                // Prose may end so as well; only a number is a rate.
                found.extend(number(rest).map(Note::Weight));
            } else if let Some(rest) = comment.strip_prefix("name:") {
                found.push(Note::Name(rest.trim().to_string()));
            }
        }
        at = next;
    }
    found
}

fn line(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// `file:line:column: why`, with the line and a caret.
pub fn problem(file: &str, text: &str, offset: usize, why: &str) -> String {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |n| n + 1);
    let shown = text[start..].lines().next().unwrap_or_default();
    let column = text[start..offset].chars().count();
    let pad: String = text[start..offset].chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    format!("{file}:{}:{}: {why}\n  {shown}\n  {pad}^", line(text, offset), column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_have_the_weights_and_names_of_their_comments() {
        let text = "-- weight: 5\nselect 1;\nselect 2 -- 100/s\n;\n-- name: the third\nselect ';' /* ; */;\n-- and/s so on\nselect 4";
        let read = read("q.sql", text);
        let told: Vec<(&str, &str, f64)> =
            read.queries.iter().map(|q| (q.name.as_str(), q.sql.as_str(), q.weight)).collect();
        assert_eq!(
            told,
            [
                ("line 2", "select 1", 5.0),
                ("line 3", "select 2", 100.0),
                ("the third", "select ';'", 1.0),
                ("line 8", "select 4", 1.0)
            ]
        );
        assert!(read.problems.is_empty(), "{:?}", read.problems);
    }

    #[test]
    fn what_is_no_sql_is_told_with_its_place_and_the_rest_goes_on() {
        let read = read("q.sql", "-- weight: many\nselect 1;\nselect 2;\n\tselect 'open");
        assert_eq!(read.queries.len(), 2);
        assert_eq!(read.problems.len(), 2);
        assert!(read.problems[0].starts_with("q.sql:2:1: `weight: many` is no weight"), "{:?}", read.problems);
        assert!(read.problems[1].starts_with("q.sql:4:9: "), "{:?}", read.problems);
        assert!(read.problems[1].ends_with("\n  \tselect 'open\n  \t       ^"), "{:?}", read.problems);
    }
}
