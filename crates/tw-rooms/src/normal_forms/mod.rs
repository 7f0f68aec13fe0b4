//! Normal forms (2.9): what determines what in a table, what it repeats, and how it is taken apart without loss; and what
//! a value costs that is kept twice on purpose.
//!
//! The theory (closure, keys, covers, forms, decompositions, the chase) is over sets of columns and knows no data;
//! `discover` finds dependencies in coded rows that it is handed; `standing` reads what a design declares; `derive` knows
//! the ways to keep a copy true. Nothing here reads or writes. The page is README.md.
pub mod anomalies;
pub mod atomic;
pub mod carry;
pub mod chase;
mod claims;
pub mod closure;
pub mod columns;
pub mod cover;
pub mod decompose;
pub mod derive;
mod design;
pub mod discover;
pub mod forms;
pub mod joined;
pub mod judge;
pub mod keys;
pub mod migration;
pub mod multivalued;
pub mod propose;
pub mod rules;
pub mod shape;
pub mod standing;
mod star;
#[cfg(test)]
mod tests;
pub mod told;
mod totals;

use crate::room::Room;

pub use columns::Columns;

/// The left side determines every column of the right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dependency {
    /// Rows that agree here ...
    pub left: Columns,
    /// ... agree here.
    pub right: Columns,
}

pub(crate) const AT: (&str, &str) = ("normal-forms", "2.9");

/// The room.
pub const ROOM: Room = Room {
    id: AT.0,
    item: AT.1,
    title: "Normalisation and denormalisation",
    page: include_str!("README.md"),
    why_here: "Every key must stand before it can be said what is none.",
    kinds: &[
        ("form", "whatever is declared to determine a column is a key, and the server keeps it"),
        ("star", "after a load, a query over the star returns what it returns over the core"),
        ("star-again", "to load a star once more changes nothing"),
        ("star-late", "a row that commits while a load runs, for a day that was loaded, is in after the next"),
        ("star-reader", "who reads stars sees nothing of the core, and can neither write nor load"),
        ("kept", "what the brief keeps in every row stands there as it was when the row was written"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: claims::trial,
    rules: rules::RULES,
};
