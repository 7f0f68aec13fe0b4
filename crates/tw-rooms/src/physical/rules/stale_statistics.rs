//! The planner knows a table as it was.
//!
//! ## What
//! A table of a thousand rows or more was never analysed, or half of its rows have changed since.
//!
//! ## Why it matters
//! The planner chooses by what it knows: it takes nested loops for the few rows that there once were, and reads an
//! index a million times.
//!
//! ## What to do
//! ANALYZE the table, after every load in particular; lower autovacuum_analyze_scale_factor for large tables.
//!
//! ## When to accept it
//! While a load goes on.
//!
//! ## Sources
//! PostgreSQL manual, 25.1.3 Updating Planner Statistics.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 50000, analysed = false }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (at);
//! -- statistics
//! -- tables.orders = { rows = 50000, analysed = true, changed_rows = 40000 }
//! ```
//! ```sql,finds
//! create table base (id int);
//! create table orders (at date) inherits (base);
//! -- statistics
//! -- tables.orders = { rows = 1000, analysed = false }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 50000, analysed = true, changed_rows = 5000 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 40, analysed = false, changed_rows = 40 }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        observed::{ENOUGH_ROWS, number},
    },
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/stale-statistics",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("stale_statistics.rs"),
    check,
    proof: None,
};

/// Share of the rows that may have changed.
const HALF: f64 = 0.5;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, u) in scene.used().filter(|(_, u)| u.rows >= ENOUGH_ROWS) {
        let (name, rows) = (&t.name().name, number(u.rows));
        let message = if !u.analysed {
            format!("{name}, of {rows} rows, was never analysed")
        } else if u.changed_rows > HALF * u.rows {
            format!("{} of the {rows} rows of {name} have changed since it was analysed", number(u.changed_rows))
        } else {
            continue;
        };
        out.push(Spot::table(t.table, message));
    }
    out
}
