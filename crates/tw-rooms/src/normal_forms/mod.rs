//! Normal forms (2.9): what determines what in a table, what it repeats, and how it is taken apart without loss.
//!
//! The theory (closure, keys, covers, forms, decompositions, the chase) is over sets of columns and knows no data;
//! `discover` finds dependencies in coded rows that it is handed. Nothing here reads or writes.
pub mod chase;
pub mod closure;
pub mod columns;
pub mod cover;
pub mod decompose;
pub mod discover;
pub mod forms;
pub mod joined;
pub mod judge;
pub mod keys;
#[cfg(test)]
mod tests;
pub mod told;

pub use columns::Columns;

/// The left side determines every column of the right side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dependency {
    /// Rows that agree here ...
    pub left: Columns,
    /// ... agree here.
    pub right: Columns,
}
