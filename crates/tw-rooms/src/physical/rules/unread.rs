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
        Kind, Scene,
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
    let unread = scene.used().filter(|(t, u)| {
        let meant = !matches!(t.kind, Kind::Audit | Kind::Bookkeeping | Kind::Partition);
        meant && u.scans == 0.0 && u.index_scans == 0.0
    });
    let unread = unread.filter(|_| days >= LONG_ENOUGH_DAYS);
    unread
        .map(|(t, u)| {
            let message = format!("no query read {}, of {} rows, in {days} days", t.name().name, number(u.rows));
            Spot::table(t.table, message)
        })
        .collect()
}
