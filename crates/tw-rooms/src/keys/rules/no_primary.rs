//! A table has no primary key.
//!
//! ## What
//! A table has neither a primary key nor a unique constraint over columns that are all required, so nothing tells one
//! of its rows from another.
//!
//! ## Why it matters
//! Two equal rows cannot be told apart: none of them can be corrected, deleted or referred to alone, and logical
//! replication refuses UPDATE and DELETE on the table.
//!
//! ## What to do
//! Declare what identifies a row: `ALTER TABLE t ADD PRIMARY KEY (...)`. Where nothing in the row does, add an identity
//! column.
//!
//! ## When to accept it
//! A table that only takes in rows before they are sorted out (staging), and append-only logs that nobody corrects.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.4 Primary Keys; 29.1 Publication (replica identity).
//!
//! ```sql,finds
//! create table visits (place text not null, at timestamptz not null);
//! ```
//! ```sql,finds
//! create table visits (id int not null, place text);
//! alter table visits add column at timestamptz;
//! create index on visits (id);
//! ```
//! ```sql,finds
//! create table visits (id int, at date not null) partition by range (at);
//! create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
//! ```
//! ```sql,finds
//! create table visits (email text unique);
//! ```
//! ```sql,passes
//! create table visits (place text not null, at timestamptz not null, primary key (place, at));
//! ```
//! ```sql,passes
//! create table visits (place text not null, at timestamptz not null, unique (place, at));
//! ```
//! ```sql,passes
//! create table visits (id int, at date not null, primary key (id, at)) partition by range (at);
//! create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/no-primary",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("no_primary.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let without = scene.designed().filter(|t| {
        let required = |c: &str| t.table.column(c).is_some_and(|c| c.not_null);
        t.table.inherits.is_empty() && !t.keys.iter().any(|k| k.primary || k.columns.iter().all(|c| required(c)))
    });
    without.map(|t| Spot::table(t.table, format!("the table {} has no primary key", t.name().name))).collect()
}
