//! No query has used an index.
//!
//! ## What
//! In all the time over which the server counted, at least thirty days, no query used an index that is no key and
//! serves no reference; it takes more than a megabyte.
//!
//! ## Why it matters
//! Every insert, and most updates, write it; it takes memory that others need, and VACUUM reads it. Nobody is
//! served by it.
//!
//! ## What to do
//! Look whether replicas use it, whose counts are apart, and whether a report of the quarter or the year does; then
//! DROP INDEX CONCURRENTLY.
//!
//! ## When to accept it
//! When what it serves comes seldom: a yearly report, an emergency.
//!
//! ## Sources
//! PostgreSQL manual, 28.2.19 pg_stat_all_indexes.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- days = 45
//! -- indexes."orders.orders_customer_idx" = { scans = 0, bytes = 40000000 }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index by_day on orders using brin (at) where at is not null;
//! -- statistics
//! -- days = 30
//! -- indexes."orders.by_day".bytes = 2000000
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! create index late on orders_24 (id);
//! -- statistics
//! -- days = 300
//! -- indexes."orders_24.late".bytes = 90000000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! create unique index one on orders (customer, at);
//! -- statistics
//! -- days = 45
//! -- indexes."orders.orders_customer_idx" = { scans = 3, bytes = 40000000 }
//! -- indexes."orders.one".bytes = 40000000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- days = 12
//! -- indexes."orders.orders_customer_idx".bytes = 40000000
//! ```
//! ```sql,passes
//! create table customers (id int primary key);
//! create table orders (id bigint primary key, customer int references customers);
//! create index on orders (customer);
//! -- statistics
//! -- days = 90
//! -- indexes."orders.orders_customer_idx".bytes = 40000000
//! ```
use crate::{
    kit::in_bytes,
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, Way, edits, observed::LONG_ENOUGH_DAYS},
};
use tw_model::finding::{Safety, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/unused",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("unused.rs"),
    check,
    proof: None,
};

/// Bytes from which on an index is worth a word.
const LARGE: f64 = 1_048_576.0;

fn check(scene: &Scene) -> Vec<Spot> {
    let days = scene.statistics().map_or(0, |s| s.days);
    if days < LONG_ENOUGH_DAYS {
        return vec![];
    }
    let mut out = vec![];
    for t in &scene.tables {
        for way in t.ways.iter().filter(|w| w.index.is_some() && !w.unique && !serves(t, w)) {
            let Some(used) = scene.index_use(t, way.name) else { continue };
            if used.scans > 0.0 || used.bytes < LARGE || used.invalid {
                continue;
            }
            let size = in_bytes(used.bytes);
            let message = format!("no query used {} of {} in {days} days; it takes {size}", way.name, t.name().name);
            out.push(Spot::index(t.name(), way.name, message).fixed(Safety::Safe, edits::dropped_index(t, way.name)));
        }
    }
    out
}

/// A reference finds its rows by it: it is used whenever a row that is referred to goes, however seldom that is.
fn serves(table: &TableScene, way: &Way) -> bool {
    let first = way.columns.first();
    table.references.iter().any(|r| r.columns.iter().any(|c| first == Some(&c.as_str())))
}
