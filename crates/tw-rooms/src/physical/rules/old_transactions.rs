//! Transactions are not frozen in time.
//!
//! ## What
//! The oldest row that is not frozen is older, in transactions, than a quarter above autovacuum_freeze_max_age:
//! VACUUM should long have been there.
//!
//! ## Why it matters
//! At two billion the server takes no more writes, in any database, until somebody has vacuumed it by hand. What
//! holds VACUUM back now will hold it back then.
//!
//! ## What to do
//! Find what holds it: an open transaction, a slot, a prepared transaction, a table that VACUUM cannot finish; then
//! VACUUM (FREEZE) the table.
//!
//! ## When to accept it
//! Never for long.
//!
//! ## Sources
//! PostgreSQL manual, 25.1.5 Preventing Transaction ID Wraparound Failures.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.autovacuum_freeze_max_age = "200000000"
//! -- tables.orders.transactions = 260000000
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! alter table orders set (autovacuum_enabled = false);
//! -- statistics
//! -- tables.orders.transactions = 1900000000
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- settings.autovacuum_freeze_max_age = "100000000"
//! -- tables.orders_24.transactions = 130000000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.autovacuum_freeze_max_age = "200000000"
//! -- tables.orders.transactions = 210000000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.autovacuum_freeze_max_age = "1000000000"
//! -- tables.orders.transactions = 800000000
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        observed::{number, percent},
    },
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/old-transactions",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("old_transactions.rs"),
    check,
    proof: None,
};

/// Above the age at which VACUUM is due by itself.
const OVERDUE: f64 = 1.25;
/// The age at which the server takes no more writes, a little before two to the 31st.
const END: f64 = 2_144_000_000.0;

fn check(scene: &Scene) -> Vec<Spot> {
    let due: f64 = scene.setting("autovacuum_freeze_max_age").and_then(|v| v.parse().ok()).unwrap_or(2e8);
    let old = scene.used().filter(|(_, u)| u.transactions > OVERDUE * due);
    old.map(|(t, u)| {
        let (age, share) = (number(u.transactions), percent(u.transactions / END));
        let message =
            format!("{} has rows that {age} transactions have not frozen, {share} of all there can be", t.name().name);
        Spot::table(t.table, message)
    })
    .collect()
}
