//! What is observed of a database besides its schema: the server's statistics, some rows, the text of queries.
//!
//! Tables and what hangs on them are named by paths as findings name them: `public.orders`, `public.orders.customer_id`.
mod rows;
mod shape;

pub use rows::{ColumnRows, TableRows, digest};
pub use shape::{Shape, is_date, is_number};

use serde::Deserialize;
use std::collections::BTreeMap;

/// What is observed; none where it was not given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// The statistics of a live server.
    pub statistics: Option<Statistics>,
    /// What the rows of each table look like, by path.
    pub rows: Option<BTreeMap<String, TableRows>>,
    /// Queries that are asked of it.
    pub queries: Option<Vec<Query>>,
}

/// What a server has counted and measured.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Statistics {
    /// Whole days over which uses were counted, at least.
    pub days: u32,
    /// By table.
    pub tables: BTreeMap<String, TableUse>,
    /// By index, below its table: `public.orders.orders_pkey`.
    pub indexes: BTreeMap<String, IndexUse>,
    /// By column.
    pub columns: BTreeMap<String, ColumnSpread>,
    /// Last value that each sequence gave; identity columns' sequences included.
    pub sequences: BTreeMap<String, SequenceUse>,
    /// Settings of the server, in the server's own words and units.
    pub settings: BTreeMap<String, String>,
    /// Slots that keep the log for somebody.
    pub slots: BTreeMap<String, Slot>,
    /// Pages of the database that were found in memory, and that were read.
    pub pages_found: f64,
    /// Pages that had to be read.
    pub pages_read: f64,
    /// Transactions since the oldest one that is not frozen.
    pub transactions: f64,
}

/// What a table is used for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableUse {
    /// Rows that are there.
    pub rows: f64,
    /// Rows that are dead and not yet taken away.
    pub dead_rows: f64,
    /// Rows that changed since the last ANALYZE.
    pub changed_rows: f64,
    /// Bytes of the table itself.
    pub bytes: f64,
    /// Bytes with its indexes and its values that are stored apart.
    pub whole_bytes: f64,
    /// Times it was read from end to end.
    pub scans: f64,
    /// Rows that those readings read.
    pub scanned_rows: f64,
    /// Times one of its indexes was used.
    pub index_scans: f64,
    /// Rows that were updated.
    pub updates: f64,
    /// Of those, rows whose new version stayed on their page and out of the indexes.
    pub hot_updates: f64,
    /// It was analysed at least once.
    pub analysed: bool,
    /// Whole days since the last VACUUM; none when there was none.
    pub vacuumed_days: Option<u32>,
    /// Transactions since the oldest row that is not frozen.
    pub transactions: f64,
    /// A publication sends its updates or deletes on.
    pub published: bool,
    /// The other side can tell which row an update is about.
    pub identified: bool,
}

/// What an index is used for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexUse {
    /// Times it was used.
    pub scans: f64,
    /// Bytes.
    pub bytes: f64,
    /// It was left unfinished: no query uses it, every write keeps it.
    pub invalid: bool,
}

/// How the values of a column are spread, from the last ANALYZE.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnSpread {
    /// Share of nulls.
    pub null_share: f64,
    /// Distinct values: a count, or, when negative, a share of the rows.
    pub distinct: f64,
    /// Mean bytes of a value.
    pub width: f64,
    /// The values, where they are few, with their shares.
    pub values: Vec<(String, f64)>,
}

/// How far a sequence is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SequenceUse {
    /// The last value it gave.
    pub last: f64,
    /// The last one it can give.
    pub end: f64,
    /// Path of the column whose values it makes; empty when none.
    pub column: String,
}

/// A slot of replication.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slot {
    /// Somebody is reading from it.
    pub active: bool,
    /// Bytes of log that it keeps.
    pub bytes: f64,
}

/// A query that is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// What it is called; empty when it has no name.
    pub name: String,
    /// The statement.
    pub sql: String,
    /// How often it ran, or runs relative to the others.
    pub calls: f64,
    /// Rows that it gave or wrote over all calls, where that was counted.
    pub rows: Option<f64>,
    /// The role that asked it, where all who did are one.
    pub role: Option<String>,
    /// The file and line it is written at.
    pub place: Option<(String, u32)>,
}

/// A role that asks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caller {
    /// Roles whose privileges it has; none for a superuser, which has all.
    pub member_of: Vec<String>,
    /// Milliseconds after which the server gives up its statements, where a setting says so.
    pub timeout_ms: Option<f64>,
}

impl Query {
    /// A name that stays the same wherever the query stands: its own, or one made of its words.
    pub fn called(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let words: Vec<&str> = self.sql.split_whitespace().collect();
        let mut hash = crate::hash::sha256(words.join(" ").as_bytes());
        hash.truncate(8);
        format!("statement {hash}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_without_a_name_is_called_by_its_words() {
        let of = |sql: &str| Query { sql: sql.into(), ..Query::default() }.called();
        assert_eq!(of("select  1\nfrom t"), of("select 1 from t"));
        assert_ne!(of("select 1 from t"), of("select 2 from t"));
        assert_eq!(Query { name: "orders of a day".into(), ..Query::default() }.called(), "orders of a day");
    }
}
