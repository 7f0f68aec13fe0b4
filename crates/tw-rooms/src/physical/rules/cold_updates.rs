//! Updates find no room on their page.
//!
//! ## What
//! Of a hundred thousand updates or more, seven of ten put the new version of the row on another page.
//!
//! ## Why it matters
//! Each of them writes an entry into every index of the table, changed or not; a new version on the same page
//! writes none, if no indexed column changed.
//!
//! ## What to do
//! Leave room: fillfactor 90 or less, then VACUUM FULL or wait until pages are rewritten. Look also whether an
//! index holds the column that changes.
//!
//! ## When to accept it
//! When what changes is indexed and must be.
//!
//! ## Sources
//! PostgreSQL manual, 73.7 Heap-Only Tuples.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 5000, updates = 1000000, hot_updates = 100000 }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! alter table orders set (autovacuum_enabled = true);
//! -- statistics
//! -- tables.orders = { rows = 5000, updates = 100000, hot_updates = 0 }
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- tables.orders_24 = { rows = 5000, updates = 100000, hot_updates = 20000 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 5000, updates = 1000000, hot_updates = 800000 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! alter table orders set (fillfactor = 85);
//! -- statistics
//! -- tables.orders = { rows = 5000, updates = 1000000, hot_updates = 1000 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 5000, updates = 900, hot_updates = 1 }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        observed::{number, percent},
    },
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/cold-updates",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("cold_updates.rs"),
    check,
    proof: None,
};

/// Updates from which on the share says something.
const MANY: f64 = 100_000.0;
/// Share that stayed on their page.
const FEW: f64 = 0.3;
/// What is proposed, percent.
const FILL: &str = "90";

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, u) in scene.used() {
        let set = t.table.options.iter().any(|(name, _)| name == "fillfactor");
        if u.updates < MANY || u.hot_updates >= FEW * u.updates || set {
            continue;
        }
        let (share, updates) = (percent(u.hot_updates / u.updates), number(u.updates));
        let message =
            format!("of {updates} updates of {}, {share} stayed on their page and out of the indexes", t.name().name);
        let from = t.table.options.clone();
        let mut to = from.clone();
        to.push(("fillfactor".into(), FILL.into()));
        to.sort();
        let change = Change::SetTableOptions { table: t.name().clone(), from, to };
        out.push(Spot::table(t.table, message).fixed(Safety::Safe, vec![change]));
    }
    out
}
