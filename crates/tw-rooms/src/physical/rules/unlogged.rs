//! A table is not written to the log of the server.
//!
//! ## What
//! A table is UNLOGGED.
//!
//! ## Why it matters
//! After a crash the server empties it, and neither a standby nor a backup of the files ever has its rows.
//!
//! ## What to do
//! `ALTER TABLE t SET LOGGED`, unless the rows can be made again.
//!
//! ## When to accept it
//! Caches, queues that are filled again, and tables that a load fills before it is checked.
//!
//! ## Sources
//! PostgreSQL manual, CREATE TABLE (UNLOGGED).
//!
//! ```sql,finds
//! create unlogged table orders (id int primary key);
//! ```
//! ```sql,finds
//! create table orders (id int primary key);
//! alter table orders set unlogged;
//! ```
//! ```sql,finds
//! create table orders (id int primary key);
//! create unlogged table far_orders (distance int) inherits (orders);
//! ```
//! ```sql,passes
//! create table orders (id int primary key);
//! create unlogged table price_cache (id int primary key);
//! create unlogged table staging_orders (id int primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/unlogged",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("unlogged.rs"),
    check,
    proof: None,
};

/// Words in the names of tables whose rows can be made again.
const PASSING: &[&str] =
    &["cache", "cached", "caches", "tmp", "temp", "staging", "stage", "scratch", "import", "queue"];

fn check(scene: &Scene) -> Vec<Spot> {
    let lost = scene.tables.iter().filter(|t| t.table.unlogged);
    let meant = |name: &str| words(name).iter().any(|w| PASSING.contains(&w.as_str()));
    lost.filter(|t| !meant(&t.name().name))
        .map(|t| {
            let message = format!("a crash empties the table {}", t.name().name);
            let change = Change::SetLogged { table: t.name().clone(), logged: true };
            Spot::table(t.table, message).fixed(Safety::Safe, vec![change])
        })
        .collect()
}
