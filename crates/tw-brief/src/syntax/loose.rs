//! Sections, and prose that was perhaps meant to be a line of their grammar.
use super::promise;

/// Where in the brief a line stands.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Section {
    Before,
    Title,
    Promises,
    Concepts,
    Entity,
    Invariants,
    Workload,
    Access,
    Names,
    Unknown,
}

/// A paragraph line that would be a grammar line of its section if it had a dash.
pub(crate) fn looks_like_grammar(section: Section, line: &str) -> bool {
    if line.starts_with('[') && line.contains("-->") {
        return true;
    }
    let head = line.split([':', '(', ' ']).next().unwrap_or("");
    let after = &line[head.len()..];
    let snake = !head.is_empty() && head.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    match section {
        Section::Promises => promise::is_word(head) && after.starts_with(':'),
        Section::Entity => snake && after.starts_with(": ") && !after.ends_with('.'),
        Section::Concepts => head == "view" && line.contains(':'),
        Section::Invariants | Section::Access => snake && after.starts_with(": "),
        Section::Workload => snake && after.starts_with('(') && line.contains(')'),
        _ => false,
    }
}
