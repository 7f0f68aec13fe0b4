//! VACUUM is far behind.
//!
//! ## What
//! A table holds more than twice as many dead rows as autovacuum waits for, and ten thousand or more.
//!
//! ## Why it matters
//! Every reading of the table and of its indexes passes them; the files grow, and do not shrink by themselves.
//! Mostly something holds VACUUM back: a transaction that is open for hours, a slot, a prepared transaction, or
//! limits that are too low for the writes.
//!
//! ## What to do
//! Look for old transactions (pg_stat_activity.backend_xmin), slots and prepared transactions; then VACUUM the
//! table, and lower autovacuum_vacuum_scale_factor for it.
//!
//! ## When to accept it
//! Right after a mass deletion.
//!
//! ## Sources
//! PostgreSQL manual, 25.1 Routine Vacuuming.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 1000000, dead_rows = 700000, vacuumed_days = 12 }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! alter table orders set (fillfactor = 90);
//! -- statistics
//! -- tables.orders = { rows = 5000, dead_rows = 10000 }
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- settings.autovacuum_vacuum_scale_factor = "0.05"
//! -- tables.orders_24 = { rows = 1000000, dead_rows = 120000 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 1000000, dead_rows = 300000 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- tables.orders = { rows = 100, dead_rows = 9000 }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, observed::number},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/dead-rows",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("dead_rows.rs"),
    check,
    proof: None,
};

/// Dead rows that count, in any table.
const MANY: f64 = 10_000.0;

fn check(scene: &Scene) -> Vec<Spot> {
    let of = |name: &str, default: f64| scene.setting(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let share: f64 = of("autovacuum_vacuum_scale_factor", 0.2);
    let least: f64 = of("autovacuum_vacuum_threshold", 50.0);
    let behind = scene.used().filter(|(_, u)| u.dead_rows >= MANY && u.dead_rows > 2.0 * (least + share * u.rows));
    behind
        .map(|(t, u)| {
            let when = match u.vacuumed_days {
                Some(days) => format!("the last VACUUM was {days} days ago"),
                None => "it was never vacuumed".to_string(),
            };
            let (dead, rows) = (number(u.dead_rows), number(u.rows));
            Spot::table(t.table, format!("{} holds {dead} dead rows beside {rows}; {when}", t.name().name))
        })
        .collect()
}
