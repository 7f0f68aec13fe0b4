//! A table holds equal rows.
//!
//! ## What
//! A table without primary key holds rows that are equal in every column.
//!
//! ## Why it matters
//! A row that came twice is counted twice, and neither can be corrected or deleted alone.
//!
//! ## What to do
//! Find out whether the two are one; keep one of each (by ctid), and give the table a key.
//!
//! ## When to accept it
//! Rows as they came in, to be cleaned further on.
//!
//! ## Sources
//! PostgreSQL manual, 5.5.4 Primary Keys.
//!
//! ```sql,finds
//! create table visits (person text, at date);
//! insert into visits (person, at) select 'p' || n % 7, '2024-01-01' from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table visits (person text);
//! alter table visits add at date;
//! insert into visits (person, at) select 'p' || n, '2024-01-01' from generate_series(1, 60) n;
//! insert into visits values ('p1', '2024-01-01');
//! ```
//! ```sql,finds
//! create table visits (person text, at date) partition by range (at);
//! create table visits_24 partition of visits for values from ('2024-01-01') to ('2025-01-01');
//! insert into visits (person, at) select 'p' || n % 9, '2024-01-01' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table visits (person text, at date);
//! insert into visits (person, at) select 'p' || n, '2024-01-01' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table visits (id serial primary key, person text);
//! insert into visits (person) select 'p' from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/equal-rows",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("equal_rows.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.keys.is_empty()) {
        let Some(rows) = scene.look(t).filter(|rows| rows.repeated > 0) else { continue };
        let (repeated, read) = (rows.repeated, rows.read);
        let message = format!("{repeated} of {read} rows of {} equal another one in every column", t.name().name);
        out.push(Spot::table(t.table, message));
    }
    out
}
