//! An index tells a few values apart.
//!
//! ## What
//! The one column of an index has three values or fewer, and each stands in a tenth of the rows or more.
//!
//! ## Why it matters
//! The planner reads the whole table instead: looking for a third of the rows row by row is slower. Writes keep the
//! index all the same.
//!
//! ## What to do
//! Drop it; or make it partial over the value that queries look for, or put a telling column behind it.
//!
//! ## When to accept it
//! When an index of few entries is read alone, to count.
//!
//! ## Sources
//! PostgreSQL manual, 11.8 Partial Indexes.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- tables.orders.rows = 1000000
//! -- columns."orders.customer" = { distinct = 2, values = [["a", 0.6], ["b", 0.4]] }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key);
//! alter table orders add state char(1);
//! create index s on orders (state) include (id);
//! -- statistics
//! -- tables.orders.rows = 400000
//! -- columns."orders.state" = { distinct = 3, values = [["a", 0.5], ["b", 0.3], ["c", 0.2]] }
//! ```
//! ```sql,finds
//! create type tone as enum ('low', 'high');
//! create table orders (id bigint primary key, tone tone);
//! create index on orders using hash (tone);
//! -- statistics
//! -- tables.orders.rows = 400000
//! -- columns."orders.tone" = { distinct = 1, values = [["low", 1.0]] }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- tables.orders.rows = 1000000
//! -- columns."orders.customer" = { distinct = 2, values = [["done", 0.99], ["open", 0.01]] }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer, at);
//! -- statistics
//! -- tables.orders.rows = 1000000
//! -- columns."orders.customer" = { distinct = 2, values = [["a", 0.6], ["b", 0.4]] }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/few-values",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("few_values.rs"),
    check,
    proof: None,
};

/// Rows from which on it matters.
const MANY: f64 = 100_000.0;
/// Values that are few.
const FEW: f64 = 3.0;
/// Share of the rows that a value must have: a rare one is found well.
const COMMON: f64 = 0.1;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, spread, rows) in scene.spread() {
        let few = spread.distinct >= 1.0 && spread.distinct <= FEW && spread.values.len() as f64 == spread.distinct;
        if rows < MANY || !few || spread.values.iter().any(|(_, share)| *share < COMMON) || t.refers(&column.name) {
            continue;
        }
        for way in t.ways.iter().filter(|w| w.plain && !w.unique && w.filter.is_none() && w.columns == [&column.name]) {
            let values: Vec<&str> = spread.values.iter().map(|(value, _)| value.as_str()).collect();
            let message = format!("{} of {} tells no more apart than {}", way.name, t.name().name, values.join(", "));
            out.push(Spot::index(t.name(), way.name, message));
        }
    }
    out
}
