//! The values of a sequence are half used up.
//!
//! ## What
//! A sequence, or the integer column that it fills, has given half of the values that it can give.
//!
//! ## Why it matters
//! After the last one every insert is refused, from one moment to the next. Widening an integer column rewrites the
//! table, and every table that refers to it, while nobody can write: it needs preparation, and so does growth that
//! doubles.
//!
//! ## What to do
//! Widen the column to bigint while there is time: a new column, filled in pieces, swapped in; or for a while the
//! negative half of the range.
//!
//! ## When to accept it
//! When the table will not grow any more.
//!
//! ## Sources
//! PostgreSQL manual, 8.1.1 Integer Types; CREATE SEQUENCE.
//!
//! ```sql,finds
//! create table orders (id serial primary key);
//! -- statistics
//! -- sequences.orders_id_seq = { last = 1600000000, end = 2147483647, column = "orders.id" }
//! ```
//! ```sql,finds
//! create sequence tickets as smallint;
//! -- statistics
//! -- sequences.tickets = { last = 20000, end = 32767 }
//! ```
//! ```sql,finds
//! create table orders (id int);
//! alter table orders alter id set not null, alter id add generated always as identity, add primary key (id);
//! -- statistics
//! -- sequences.orders_id_seq = { last = 1073741824, end = 2147483647, column = "orders.id" }
//! ```
//! ```sql,passes
//! create table orders (id bigserial primary key);
//! -- statistics
//! -- sequences.orders_id_seq = { last = 1600000000, end = 9.2e18, column = "orders.id" }
//! ```
//! ```sql,passes
//! create table orders (id serial primary key);
//! -- statistics
//! -- sequences.orders_id_seq = { last = 900000000, end = 2147483647, column = "orders.id" }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        observed::{number, percent},
    },
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/near-end",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("near_end.rs"),
    check,
    proof: None,
};

/// Share of the values from which on it is said.
const HALF: f64 = 0.5;

fn check(scene: &Scene) -> Vec<Spot> {
    let sequences = scene.statistics().into_iter().flat_map(|s| &s.sequences);
    let near = sequences.filter(|(_, s)| s.end > 0.0 && s.last / s.end >= HALF);
    near.map(|(path, s)| {
        let share = percent(s.last / s.end);
        let (kind, at) = match s.column.as_str() {
            "" => (SubjectKind::Sequence, path),
            _ => (SubjectKind::Column, &s.column),
        };
        let message = format!("{share} of the values of {path} are used up: {} of {}", number(s.last), number(s.end));
        Spot::at(kind, at.clone(), message)
    })
    .collect()
}
