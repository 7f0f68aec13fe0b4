//! A large table is read from end to end again and again.
//!
//! ## What
//! A table of ten thousand rows or more was read whole at least a thousand times, and more than ten times a day.
//!
//! ## Why it matters
//! Each reading takes time and memory that grow with the table, and pushes pages of others out of the cache; what
//! is quick today is slow in a year.
//!
//! ## What to do
//! Find the queries (pg_stat_statements, auto_explain) and the index that they lack: tablewright index finds it.
//!
//! ## When to accept it
//! When most of its rows are wanted each time, or all of it stays in memory and is small enough.
//!
//! ## Sources
//! PostgreSQL manual, 28.2.18 pg_stat_all_tables.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 45
//! -- tables.orders = { rows = 1200000, scans = 5000, scanned_rows = 6000000000.0, index_scans = 20 }
//! ```
//! ```sql,finds
//! create table events (at date, what text);
//! alter table events add primary key (at);
//! -- statistics
//! -- days = 10
//! -- tables.events = { rows = 20000, scans = 9000, scanned_rows = 100000000.0 }
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- days = 1
//! -- tables.orders_24 = { rows = 500000, scans = 1000, scanned_rows = 500000000.0 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 400
//! -- tables.orders = { rows = 1200000, scans = 1500, scanned_rows = 1800000000.0 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 45
//! -- tables.orders = { rows = 1200000, scans = 5000, scanned_rows = 40000.0, index_scans = 20 }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 45
//! -- tables.orders = { rows = 900, scans = 500000, scanned_rows = 450000000.0 }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, observed::number},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/read-whole",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("read_whole.rs"),
    check,
    proof: None,
};

/// Rows from which on reading them all is no small matter.
const LARGE: f64 = 10_000.0;
/// Readings of the whole that count.
const OFTEN: f64 = 1_000.0;
/// Readings a day: a backup reads once.
const OFTEN_A_DAY: f64 = 10.0;
/// Share of the rows that a reading must have read: with LIMIT it may stop early.
const MOST_OF_IT: f64 = 0.3;

fn check(scene: &Scene) -> Vec<Spot> {
    let days = scene.statistics().map_or(0, |s| s.days);
    let read = scene.used().filter(|(_, used)| {
        let often = used.scans >= OFTEN && used.scans > OFTEN_A_DAY * f64::from(days);
        used.rows >= LARGE && often && used.scanned_rows / used.scans > MOST_OF_IT * used.rows
    });
    read.map(|(t, used)| {
        let (rows, times) = (number(used.rows), number(used.scans));
        let message =
            format!("{}, of {rows} rows, was read from end to end {times} times in {days} days", t.name().name);
        Spot::table(t.table, message)
    })
    .collect()
}
