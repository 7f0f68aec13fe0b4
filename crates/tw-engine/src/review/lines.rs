//! Where objects are written: the file and line of a table, column or constraint in the scripts.
//!
//! Found by their names in statements that make or alter them, without any knowledge of grammar; the server alone says
//! what a statement means. What is not found so has the origin of its table, or of the catalogue.
use super::sources::Script;
use std::collections::HashMap;
use tw_lab::split;
use tw_model::{
    Origin,
    finding::{Subject, SubjectKind},
    observed::Query,
};

/// Statements that make or alter an object, by its name.
#[derive(Debug, Default)]
pub struct Lines {
    statements: Vec<Statement>,
    by_name: HashMap<String, Vec<usize>>,
    /// Comments that ask to look away: file, line, the comment's text.
    pub asides: Vec<Aside>,
    /// Files and lines of queries, by what the queries are called.
    queries: HashMap<String, (String, u32)>,
}

#[derive(Debug)]
struct Statement {
    file: String,
    /// Names and where they stand, in order.
    words: Vec<(String, u32)>,
    line: u32,
    last_line: u32,
}

/// A comment of a script that begins with the product's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// The line it is about: its own, or the next one that is no comment when it stands alone.
    pub target: u32,
    /// Text after `tablewright:`.
    pub text: String,
}

/// Words of one statement that are kept: a table of 1,600 columns has less.
const MOST_WORDS: usize = 20_000;

impl Lines {
    /// The statements of scripts.
    pub fn of(scripts: &[Script]) -> Lines {
        let mut lines = Lines::default();
        for script in scripts {
            lines.add(script);
        }
        lines
    }

    /// Queries are written at places of their own.
    pub fn add_queries(&mut self, queries: &[Query]) {
        self.queries.extend(queries.iter().filter_map(|q| Some((q.called(), q.place.clone()?))));
    }

    fn add(&mut self, script: &Script) {
        let all: Vec<&str> = script.text.lines().collect();
        for (n, line) in all.iter().enumerate() {
            if let Some((before, text)) = line.split_once("-- tablewright:")
                && !before.contains('\'')
            {
                let number = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
                let next = || all[n..].iter().position(|l| !is_aside(l)).map_or(n, |more| n + more);
                let target = number(if before.trim().is_empty() { next() } else { n });
                let text = text.trim().to_string();
                self.asides.push(Aside { file: script.name.clone(), line: number(n), target, text });
            }
        }
        let (mut line, mut seen) = (1u32, 0usize);
        for statement in split::split(&script.text).unwrap_or_default() {
            let passed = script.text[seen..statement.offset].matches('\n').count();
            line += u32::try_from(passed).unwrap_or(0);
            seen = statement.offset;
            if makes(statement.text) {
                self.keep(&script.name, statement.text, line);
            }
        }
    }

    fn keep(&mut self, file: &str, text: &str, first: u32) {
        let place = self.statements.len();
        let mut words: Vec<(String, u32)> = vec![];
        let (mut at, mut line) = (0, first);
        while at < text.len() && words.len() < MOST_WORDS {
            let Ok((token, next)) = split::token(text, at) else { break };
            match token {
                split::Token::Word => words.push((text[at..next].to_lowercase(), line)),
                split::Token::QuotedName => words.push((text[at..next].trim_matches('"').to_string(), line)),
                _ => {}
            }
            line += u32::try_from(text[at..next].matches('\n').count()).unwrap_or(0);
            at = next;
        }
        // The names that a statement is about stand near its beginning.
        for (word, _) in words.iter().take(12) {
            let places = self.by_name.entry(word.clone()).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        self.statements.push(Statement { file: file.to_string(), words, line: first, last_line: line });
    }

    /// Where an object is written.
    pub fn origin(&self, subject: &Subject) -> Option<Origin> {
        if subject.kind == SubjectKind::Statement {
            let (file, line) = self.queries.get(&subject.path)?;
            return Some(Origin::Sql { file: file.clone(), line: *line });
        }
        let (statement, line) = self.place(subject)?;
        Some(Origin::Sql { file: statement.file.clone(), line })
    }

    /// The file, and the lines from the first to the last of the statement that an object is written in, and its own.
    pub fn span(&self, subject: &Subject) -> Option<(&str, u32, u32, u32)> {
        let (statement, line) = self.place(subject)?;
        Some((&statement.file, statement.line, statement.last_line, line))
    }

    fn place(&self, subject: &Subject) -> Option<(&Statement, u32)> {
        let path = subject.path.split('(').next().unwrap_or("");
        let parts: Vec<&str> = path.split('.').collect();
        let member = match subject.kind {
            SubjectKind::Column
            | SubjectKind::Constraint
            | SubjectKind::Index
            | SubjectKind::Trigger
            | SubjectKind::Policy => parts.last().copied(),
            _ => None,
        };
        let table = if member.is_some() { parts.get(parts.len().checked_sub(2)?)? } else { parts.last()? };
        let places = self.by_name.get(*table)?;
        if let Some(member) = member {
            // The last statement that names both says what the object is now.
            for place in places.iter().rev() {
                let statement = &self.statements[*place];
                if let Some((_, line)) = statement.words.iter().find(|(word, _)| word == member) {
                    return Some((statement, *line));
                }
            }
        }
        let place = places.first()?;
        Some((&self.statements[*place], self.statements[*place].line))
    }
}

/// A line that holds a comment alone, or nothing.
fn is_aside(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with("--")
}

fn makes(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or("");
    first.eq_ignore_ascii_case("create") || first.eq_ignore_ascii_case("alter")
}
