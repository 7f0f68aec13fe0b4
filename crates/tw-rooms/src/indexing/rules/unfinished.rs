//! An index is invalid.
//!
//! ## What
//! An index was left unfinished: CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY failed on the way.
//!
//! ## Why it matters
//! No query uses it, and every write still keeps it; a unique one refuses rows without promising anything of those
//! that are there.
//!
//! ## What to do
//! REINDEX INDEX CONCURRENTLY, or DROP INDEX CONCURRENTLY and create it again; look first why it failed, of a
//! unique one mostly equal rows.
//!
//! ## When to accept it
//! While it is being built.
//!
//! ## Sources
//! PostgreSQL manual, CREATE INDEX, Building Indexes Concurrently.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- indexes."orders.orders_customer_idx".invalid = true
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! alter table orders add unique (customer);
//! -- statistics
//! -- indexes."orders.orders_customer_key".invalid = true
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! create index late on orders_24 (id);
//! -- statistics
//! -- indexes."orders_24.late".invalid = true
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- indexes."orders.orders_customer_idx" = { invalid = false, scans = 4 }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/unfinished",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("unfinished.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let ways = scene.tables.iter().flat_map(|t| t.ways.iter().map(move |w| (t, w)));
    let invalid = ways.filter(|(t, w)| scene.index_use(t, w.name).is_some_and(|used| used.invalid));
    invalid
        .map(|(t, w)| {
            let message = format!("{} of {} is invalid: writes keep it and no query uses it", w.name, t.name().name);
            Spot::index(t.name(), w.name, message)
        })
        .collect()
}
