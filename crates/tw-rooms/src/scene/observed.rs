//! What is observed of tables and what hangs on them, by the scene's own names.
use super::{Scene, TableScene};
use crate::{
    kit::thousands,
    rule::{member, path},
};
use tw_model::{
    observed::{ColumnRows, ColumnSpread, IndexUse, Statistics, TableRows, TableUse},
    schema::Column,
};

/// Rows from which on figures of a table say something.
pub const ENOUGH_ROWS: f64 = 1_000.0;
/// Days over which uses must have been counted before none says something.
pub const LONG_ENOUGH_DAYS: u32 = 30;
/// Rows that must have been looked at before their values say something.
pub const ENOUGH_LOOKED: usize = 50;

impl<'a> Scene<'a> {
    /// The server's statistics; rules that need them are asked only where they are.
    pub fn statistics(&self) -> Option<&'a Statistics> {
        self.observed.statistics.as_ref()
    }

    /// A setting of the server.
    pub fn setting(&self, name: &str) -> Option<&'a str> {
        self.statistics()?.settings.get(name).map(String::as_str)
    }

    /// Tables with what they are used for, partitions each by itself.
    pub fn used(&self) -> impl Iterator<Item = (&TableScene<'a>, &'a TableUse)> {
        let of = |t: &TableScene| self.statistics()?.tables.get(&path(t.name()));
        self.tables.iter().filter_map(move |t| Some((t, of(t)?)))
    }

    /// What a table is used for.
    pub fn use_of(&self, table: &TableScene) -> Option<&'a TableUse> {
        self.statistics()?.tables.get(&path(table.name()))
    }

    /// What an index is used for.
    pub fn index_use(&self, table: &TableScene, index: &str) -> Option<&'a IndexUse> {
        self.statistics()?.indexes.get(&member(table.name(), index))
    }

    /// Columns of designed tables that were analysed with enough rows, with how their values are spread and the number
    /// of rows.
    pub fn spread(&self) -> impl Iterator<Item = (&TableScene<'a>, &'a Column, &'a ColumnSpread, f64)> {
        self.columns().filter_map(move |(t, c)| {
            let rows = self.rows_of(t)?;
            let spread = self.statistics()?.columns.get(&member(t.name(), &c.name))?;
            (rows >= ENOUGH_ROWS).then_some((t, c, spread, rows))
        })
    }

    /// Rows of a table; of a partitioned one those of its partitions.
    pub fn rows_of(&self, table: &TableScene) -> Option<f64> {
        if table.table.partition_by.is_none() {
            return Some(self.use_of(table)?.rows);
        }
        self.statistics()?;
        Some(self.children_of(table.name()).filter_map(|t| self.rows_of(t)).sum())
    }

    /// What the rows of a table look like, where they were looked at.
    pub fn look(&self, table: &TableScene) -> Option<&'a TableRows> {
        self.observed.rows.as_ref()?.get(&path(table.name()))
    }

    /// Columns of designed tables of which enough rows were looked at, with what the rows and the values look like.
    pub fn looked(&self) -> impl Iterator<Item = (&TableScene<'a>, &'a Column, &'a TableRows, &'a ColumnRows)> {
        self.columns().filter_map(move |(t, c)| {
            let rows = self.look(t)?;
            let values = rows.columns.get(&c.name)?;
            (values.values >= ENOUGH_LOOKED).then_some((t, c, rows, values))
        })
    }
}

/// How many: `3,200` or `1.2 million`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below a million
pub fn number(n: f64) -> String {
    if n >= 1e6 {
        return format!("{:.1} million", n / 1e6);
    }
    thousands(n.max(0.0) as u64)
}

/// A share as whole percent.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_said_in_words() {
        assert_eq!(number(7.0), "7");
        assert_eq!(number(32_767.0), "32,767");
        assert_eq!(number(2_147_483_647.0), "2147.5 million");
        assert_eq!(percent(0.876), "88 %");
    }
}
