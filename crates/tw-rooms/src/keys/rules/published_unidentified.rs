//! A published table has nothing that identifies its rows.
//!
//! ## What
//! A publication sends the updates or deletes of a table on, and the table has neither a primary key nor another
//! replica identity.
//!
//! ## Why it matters
//! PostgreSQL refuses every UPDATE and DELETE of it, with the first one after it was published: the other side
//! could not tell which row is meant.
//!
//! ## What to do
//! Give it a primary key, or ALTER TABLE ... REPLICA IDENTITY USING INDEX; FULL where neither is to be had. Or
//! publish its inserts only.
//!
//! ## When to accept it
//! Tables whose rows are never changed or deleted.
//!
//! ## Sources
//! PostgreSQL manual, 31.1 Publication; ALTER TABLE, REPLICA IDENTITY.
//!
//! ```sql,finds
//! create table arrivals (what text);
//! -- statistics
//! -- tables.arrivals = { published = true, identified = false }
//! ```
//! ```sql,finds
//! create table arrivals (what text not null);
//! alter table arrivals add unique (what);
//! -- statistics
//! -- tables.arrivals.published = true
//! ```
//! ```sql,finds
//! create table arrivals (what text, at date) partition by range (at);
//! create table arrivals_24 partition of arrivals for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- tables.arrivals_24.published = true
//! ```
//! ```sql,passes
//! create table arrivals (id int primary key, what text);
//! create table raw (what text);
//! -- statistics
//! -- tables.arrivals = { published = true, identified = true }
//! -- tables.raw.rows = 5
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/published-unidentified",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("published_unidentified.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let tables = scene.used().filter(|(_, used)| used.published && !used.identified);
    tables
        .map(|(t, _)| {
            let message = format!("{} is published, and nothing tells which row an update is about", t.name().name);
            Spot::table(t.table, message)
        })
        .collect()
}
