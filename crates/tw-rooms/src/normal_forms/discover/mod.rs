//! Dependencies found in rows: exact ones, and those that a few rows break.
//!
//! Rows come as codes (`Coded`): equal numbers are equal values. How a null compares is decided where they are coded.
mod agree;
mod exact;
mod included;
mod lefts;
mod near;
mod partition;
#[cfg(test)]
mod tests;

pub use exact::{Exact, exact};
pub use included::{Inclusion, Values, inclusions};
pub use near::{Near, chances, near};
pub use partition::{Partition, Scratch};

use std::collections::HashMap;

/// The rows of a table as codes.
#[derive(Clone, Debug, Default)]
pub struct Coded {
    /// Number of rows.
    pub rows: usize,
    /// A column each: a code below `distinct` a row.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// A code a row.
    pub codes: Vec<u32>,
    /// How many codes there are.
    pub distinct: u32,
    /// The rows without a value, in order.
    pub missing: Vec<u32>,
}

/// Gives codes to the values of one column, in the order they come.
#[derive(Debug, Default)]
pub struct Coder {
    known: HashMap<Box<[u8]>, u32>,
    null: Option<u32>,
    nulls_differ: bool,
    column: Column,
}

impl Coder {
    /// None yet. A null differs from every other null, as in a unique constraint, or is like it.
    pub fn new(nulls_differ: bool) -> Coder {
        Coder { nulls_differ, ..Coder::default() }
    }

    /// The next row's value.
    pub fn push(&mut self, value: Option<&[u8]>) {
        let fresh = self.column.distinct;
        let code = match value {
            Some(value) => match self.known.get(value) {
                Some(code) => *code,
                None => {
                    self.known.insert(value.into(), fresh);
                    fresh
                }
            },
            None => {
                self.column.missing.push(u32::try_from(self.column.codes.len()).unwrap_or(u32::MAX));
                match self.null.filter(|_| !self.nulls_differ) {
                    Some(code) => code,
                    None => *self.null.insert(fresh),
                }
            }
        };
        self.column.distinct += u32::from(code == fresh);
        self.column.codes.push(code);
    }

    /// The column, and the value of each code; none where it is null.
    pub fn done(self) -> (Column, Vec<Option<Box<[u8]>>>) {
        let mut values = vec![None; self.column.distinct as usize];
        for (value, code) in self.known {
            values[code as usize] = Some(value);
        }
        (self.column, values)
    }
}
