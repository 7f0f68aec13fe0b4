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
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create materialized view latest as select customer, max(at) as at from orders group by customer;
//! create unique index one on latest (customer);
//! create index late on latest (at);
//! -- statistics
//! -- indexes."latest.late".invalid = true
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- indexes."orders.orders_customer_idx" = { invalid = false, scans = 4 }
//! ```
use crate::{
    rule::{Needs, Rule, Spot, member},
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
    let of_tables = scene.tables.iter().flat_map(|t| t.ways.iter().map(|w| (t.name(), w.name)));
    let of_views = scene.schema.views.iter().flat_map(|v| v.indexes.iter().map(|i| (&v.name, i.name.as_str())));
    let invalid = of_tables.chain(of_views).filter(|(of, index)| {
        let used = scene.statistics().and_then(|s| s.indexes.get(&member(of, index)));
        used.is_some_and(|used| used.invalid)
    });
    invalid
        .map(|(of, index)| {
            let message = format!("{index} of {} is invalid: writes keep it and no query uses it", of.name);
            Spot::index(of, index, message)
        })
        .collect()
}
