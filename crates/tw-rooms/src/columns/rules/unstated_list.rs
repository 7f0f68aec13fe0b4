//! A text has a few values, and nothing says which.
//!
//! ## What
//! In a table of ten thousand rows or more, a text column has between two and twelve short values; no CHECK, enum
//! or reference says which there may be.
//!
//! ## Why it matters
//! A misspelt state is taken, and the row is found by nobody: it is neither open nor closed.
//!
//! ## What to do
//! Say what there may be: a CHECK with the list, or a table that it refers to where the list changes.
//!
//! ## When to accept it
//! When the list is not ours: what another system sends.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, 31 Flavors; PostgreSQL manual, 5.5.1 Check Constraints.
//!
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 50000
//! -- columns."people.state" = { distinct = 2, values = [["new", 0.9], ["old", 0.1]] }
//! ```
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! alter table people add kind varchar(10) not null;
//! -- statistics
//! -- tables.people.rows = 10000
//! -- columns."people.kind" = { distinct = 3, values = [["a", 0.5], ["b", 0.3], ["c", 0.2]] }
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, kind word);
//! -- statistics
//! -- tables.people.rows = 10000
//! -- columns."people.kind" = { distinct = 2, null_share = 0.5, values = [["x", 0.3], ["y", 0.2]] }
//! ```
//! ```sql,passes
//! create domain tone as text check (value in ('low', 'high'));
//! create table kinds (code text primary key);
//! create table people (id bigint primary key, state text check (state in ('new', 'old')), tone tone, kind text references kinds, title text);
//! -- statistics
//! -- tables.people.rows = 50000
//! -- columns."people.state" = { distinct = 2, values = [["new", 0.9], ["old", 0.1]] }
//! -- columns."people.tone" = { distinct = 2, values = [["low", 0.9], ["high", 0.1]] }
//! -- columns."people.kind" = { distinct = 2, values = [["a", 0.9], ["b", 0.1]] }
//! -- columns."people.title" = { distinct = 2, values = [["The quick brown fox jumps over the lazy dog", 0.9], ["b", 0.1]] }
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 50000
//! -- columns."people.state" = { distinct = 4, values = [["new", 0.5], ["old", 0.1]] }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/unstated-list",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("unstated_list.rs"),
    check,
    proof: None,
};

/// Rows from which on there would be others.
const MANY: f64 = 10_000.0;
/// Characters of a word.
const SHORT: usize = 30;
/// Share of the rows that the values must account for.
const ALL: f64 = 0.9999;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, spread, _) in scene.spread().filter(|(.., rows)| *rows >= MANY) {
        let listed = spread.values.len() >= 2 && spread.values.len() as f64 == spread.distinct;
        let known = spread.null_share + spread.values.iter().map(|(_, share)| share).sum::<f64>();
        let short = spread.values.iter().all(|(value, _)| value.chars().count() <= SHORT && !value.contains(' '));
        let said = !t.checks_of(&column.name).is_empty() || !scene.domain_checks(&column.ty).is_empty();
        let free = types::is_text(scene.base(&column.ty)) && !t.refers(&column.name) && !t.in_key(&column.name);
        if !listed || known < ALL || !short || said || !free {
            continue;
        }
        let mut values: Vec<&str> = spread.values.iter().map(|(value, _)| value.as_str()).collect();
        values.sort_unstable();
        let values = values.join(", ");
        let message = format!("{} of {} is one of {values}, and nothing says so", column.name, t.name().name);
        out.push(Spot::column(t.table, &column.name, message));
    }
    out
}
