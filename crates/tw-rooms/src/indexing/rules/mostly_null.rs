//! An index holds nulls more than anything else.
//!
//! ## What
//! Nine rows of ten, or more, have a null in the one column of an index, and the index holds all of them.
//!
//! ## Why it matters
//! It is ten times as large as what queries look for in it, and rows without a value are written into it all the
//! same.
//!
//! ## What to do
//! Make it partial: WHERE column IS NOT NULL. Comparisons with a value still use it.
//!
//! ## When to accept it
//! When queries look for the nulls.
//!
//! ## Sources
//! PostgreSQL manual, 11.8 Partial Indexes.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- tables.orders.rows = 1000000
//! -- columns."orders.customer".null_share = 0.97
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key);
//! alter table orders add paid date;
//! create index paid on orders (paid desc);
//! -- statistics
//! -- tables.orders.rows = 100000
//! -- columns."orders.paid".null_share = 0.9
//! ```
//! ```sql,finds
//! create domain code as text;
//! create table orders (id bigint primary key, voucher code);
//! create index voucher on orders using hash (voucher);
//! -- statistics
//! -- tables.orders.rows = 200000
//! -- columns."orders.voucher".null_share = 1.0
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer) where customer is not null;
//! create index on orders (customer, at);
//! create unique index on orders (customer);
//! -- statistics
//! -- tables.orders.rows = 1000000
//! -- columns."orders.customer".null_share = 0.97
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! create index on orders (customer);
//! -- statistics
//! -- tables.orders.rows = 1000000
//! -- columns."orders.customer".null_share = 0.2
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, edits, observed::percent},
};
use tw_model::{
    finding::{Safety, Severity},
    ident::quote,
    schema::Index,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/mostly-null",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("mostly_null.rs"),
    check,
    proof: None,
};

/// Rows from which on the size matters.
const MANY: f64 = 100_000.0;
/// Share of nulls.
const MOST: f64 = 0.9;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, spread, rows) in scene.spread().filter(|(_, _, s, rows)| s.null_share >= MOST && *rows >= MANY) {
        for way in t.ways.iter().filter(|w| w.plain && !w.unique && w.filter.is_none() && w.columns == [&column.name]) {
            let Some(index) = way.index else { continue };
            let share = percent(spread.null_share);
            let message =
                format!("{share} of what {} of {} holds are nulls of {rows:.0} rows", way.name, t.name().name);
            let partial = Index { filter: Some(format!("{} IS NOT NULL", quote(&column.name))), ..index.clone() };
            let spot = Spot::index(t.name(), way.name, message);
            out.push(spot.fixed(Safety::Safe, edits::replaced_index(t, partial)));
        }
    }
    out
}
