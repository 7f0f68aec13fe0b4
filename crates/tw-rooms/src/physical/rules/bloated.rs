//! A table takes several times the room of its rows.
//!
//! ## What
//! By the number and width of its rows a table would take less than a third of the pages that it has; a hundred
//! megabytes and more hold nothing.
//!
//! ## Why it matters
//! Reading the table reads the empty room as well, and it takes memory, disk and time of every backup.
//!
//! ## What to do
//! Find out why VACUUM came too late, see physical/dead-rows; then VACUUM FULL in a quiet hour (nobody can read
//! meanwhile), or pg_repack.
//!
//! ## When to accept it
//! When as many rows will come again soon: VACUUM has made the room free for them.
//!
//! ## Sources
//! PostgreSQL manual, 73.6 Database Page Layout; 25.1.2 Recovering Disk Space.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, note text);
//! -- statistics
//! -- tables.orders = { rows = 1000000, bytes = 900000000 }
//! -- columns."orders.id".width = 8
//! -- columns."orders.note".width = 40
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key);
//! alter table orders add at date;
//! -- statistics
//! -- tables.orders = { rows = 2000, bytes = 200000000 }
//! -- columns."orders.id".width = 8
//! -- columns."orders.at" = { width = 4, null_share = 0.5 }
//! ```
//! ```sql,finds
//! create table orders (id bigint, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! -- statistics
//! -- tables.orders_24 = { rows = 1000000, bytes = 300000000 }
//! -- columns."orders_24.id".width = 8
//! -- columns."orders_24.at".width = 4
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, note text);
//! -- statistics
//! -- tables.orders = { rows = 1000000, bytes = 150000000 }
//! -- columns."orders.id".width = 8
//! -- columns."orders.note".width = 40
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, note text) with (fillfactor = 20);
//! -- statistics
//! -- tables.orders = { rows = 1000000, bytes = 400000000 }
//! -- columns."orders.id".width = 8
//! -- columns."orders.note".width = 40
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, note text);
//! -- statistics
//! -- tables.orders = { rows = 1000000, bytes = 900000000 }
//! -- columns."orders.id".width = 8
//! ```
use crate::{
    kit::in_bytes,
    rule::{Needs, Rule, Spot, member},
    scene::{Scene, TableScene},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/bloated",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("bloated.rs"),
    check,
    proof: None,
};

/// Bytes of a row besides its values: header, null bitmap, pointer, rounding.
const ROW: f64 = 36.0;
/// Bytes of a page that rows can have, over all.
const FILLED: f64 = 8_168.0 / 8_192.0;
/// So many times what is needed.
const TIMES: f64 = 3.0;
/// Bytes that hold nothing, from which on it is said.
const LARGE: f64 = 104_857_600.0;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, used) in scene.used() {
        let Some(width) = width(scene, t) else { continue };
        let fill = t.table.options.iter().find(|(name, _)| name == "fillfactor").and_then(|(_, v)| v.parse().ok());
        let needed = used.rows * (ROW + width) / FILLED / (fill.unwrap_or(100.0) / 100.0);
        if used.bytes > TIMES * needed && used.bytes - needed > LARGE {
            let (has, needs) = (in_bytes(used.bytes), in_bytes(needed));
            let message = format!("{} takes {has} for rows that need about {needs}", t.name().name);
            out.push(Spot::table(t.table, message));
        }
    }
    out
}

/// Mean bytes of the values of a row; none where not every column was analysed.
fn width(scene: &Scene, table: &TableScene) -> Option<f64> {
    let statistics = scene.statistics()?;
    let of = |c: &tw_model::schema::Column| {
        let spread = statistics.columns.get(&member(table.name(), &c.name))?;
        Some(spread.width * (1.0 - spread.null_share))
    };
    table.table.columns.iter().map(of).sum()
}
