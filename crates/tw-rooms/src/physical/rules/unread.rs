//! Nobody reads a table.
//!
//! ## What
//! In all the time over which the server counted, at least thirty days, no query read a table, neither whole nor by
//! an index.
//!
//! ## Why it matters
//! It is kept, backed up, vacuumed and migrated; who looks at the schema takes it for a part of the system.
//!
//! ## What to do
//! Ask whose it is; then rename it, wait, and drop it.
//!
//! ## When to accept it
//! Tables that are written for a day that has not come: an audit trail, an archive.
//!
//! ## Sources
//! PostgreSQL manual, 28.2.18 pg_stat_all_tables.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 60
//! -- tables.orders = { rows = 500 }
//! ```
//! ```sql,finds
//! create table orders (id bigint);
//! alter table orders add primary key (id);
//! -- statistics
//! -- days = 30
//! -- tables.orders.rows = 0
//! ```
//! ```sql,finds
//! create table base (id int);
//! create table orders (at date) inherits (base);
//! -- statistics
//! -- days = 31
//! -- tables.orders.rows = 9000
//! -- tables.base.scans = 4
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! create table orders_25 partition of orders for values from ('2025-01-01') to ('2026-01-01');
//! create index on orders (id);
//! -- statistics
//! -- days = 60
//! -- tables.orders_24 = { rows = 500, scans = 1 }
//! -- tables.orders_25.rows = 0
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (at);
//! -- statistics
//! -- days = 60
//! -- tables.orders = { rows = 500, scans = 2 }
//! ```
//! ```sql,passes
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! create table orders_25 partition of orders for values from ('2025-01-01') to ('2026-01-01');
//! create table jobs (id bigint primary key);
//! -- statistics
//! -- days = 60
//! -- tables.orders_24.rows = 500
//! -- tables.orders_25 = { rows = 90, scans = 1, scanned_rows = 90.0 }
//! -- tables.jobs.scans = 50000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 60
//! -- tables.orders = { rows = 500, index_scans = 1 }
//! ```
//! ```sql,passes
//! create table audit_log (id bigint primary key, what text);
//! -- statistics
//! -- days = 60
//! -- tables.audit_log.rows = 500
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 20
//! -- tables.orders.rows = 500
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Kind, Scene, TableScene,
        observed::{LONG_ENOUGH_DAYS, number},
    },
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/unread",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("unread.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let days = scene.statistics().map_or(0, |s| s.days);
    if days < LONG_ENOUGH_DAYS {
        return vec![];
    }
    let meant = scene.designed().filter(|t| t.kind != Kind::Audit);
    let unread = meant.filter_map(|t| Some((t, rows_unread(scene, t, 0)?)));
    unread
        .map(|(t, rows)| {
            let message = format!("no query read {}, of {} rows, in {days} days", t.name().name, number(rows));
            Spot::table(t.table, message)
        })
        .collect()
}

/// The rows of a table that nobody read, its partitions' with them; none where somebody did, or nothing is known. `above`
/// counts what it has from the tables that it is a partition of.
fn rows_unread(scene: &Scene, t: &TableScene, above: usize) -> Option<f64> {
    // Each index, and each reference, read it once when it was made; a table was mostly empty then.
    let made = above + t.ways.len() + t.references.len();
    if t.table.partition_by.is_some() {
        let mut parts = scene.children_of(t.name()).peekable();
        parts.peek()?;
        return parts.map(|part| rows_unread(scene, part, made)).sum();
    }
    let used = scene.use_of(t)?;
    let unread = used.scans == 0.0 || used.scanned_rows == 0.0 && used.scans <= made as f64;
    (used.index_scans == 0.0 && unread).then_some(used.rows)
}
