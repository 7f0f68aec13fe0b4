//! A column is always null.
//!
//! ## What
//! In a table of a thousand rows or more, no row has a value in a column.
//!
//! ## Why it matters
//! Who reads the schema takes it for something that is known; queries that ask for it find nothing, and nobody
//! notices.
//!
//! ## What to do
//! Drop it; or find the program that should fill it.
//!
//! ## When to accept it
//! A column that is new.
//!
//! ## Sources
//! PostgreSQL manual, 53.27 pg_stats.
//!
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 5000
//! -- columns."people.note".null_share = 1.0
//! ```
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! alter table people add since date;
//! -- statistics
//! -- tables.people.rows = 1000
//! -- columns."people.since".null_share = 1.0
//! ```
//! ```sql,finds
//! create table people (id int, at date) partition by range (at);
//! create table p24 partition of people for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- tables.p24.rows = 5000
//! -- columns."people.id".null_share = 1.0
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 5000
//! -- columns."people.note".null_share = 0.98
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 50
//! -- columns."people.note".null_share = 1.0
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, observed::number},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/always-null",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("always_null.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let empty = scene.spread().filter(|(_, c, s, _)| s.null_share >= 1.0 && c.generated.is_none());
    empty
        .map(|(t, c, _, rows)| {
            let message = format!("{} of {} is null in each of {} rows", c.name, t.name().name, number(rows));
            Spot::column(t.table, &c.name, message)
        })
        .collect()
}
