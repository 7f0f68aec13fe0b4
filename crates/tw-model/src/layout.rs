//! Layout: what is known of a table's rows, and what they and their indexes come to in bytes and pages.
//!
//! A [`TableProfile`] says how wide and how varied the rows are, from a sample or from a brief; a [`Layout`] is
//! predicted from it before anything is loaded.
use crate::schema::Name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes of a page.
pub const PAGE_BYTES: u64 = 8192;

/// What is known of a table's rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableProfile {
    /// The table.
    pub table: Name,
    /// Rows.
    pub rows: f64,
    /// Its columns, and expressions of its indexes under their text, in any order.
    pub columns: Vec<ColumnProfile>,
    /// How varied sets of several columns are.
    pub sets: Vec<SetProfile>,
    /// Share of the rows that the predicate of a partial index keeps, by its text, 0..1.
    pub filters: BTreeMap<String, f64>,
}

/// What is known of a column's values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// Column, or the text of an expression.
    pub name: String,
    /// Type as `format_type` prints it.
    pub ty: String,
    /// Stored bytes of the values that are there, headers counted, each with its share (shares sum to 1),
    /// ascending.
    pub widths: Vec<(u32, f64)>,
    /// Share of nulls, 0..1.
    pub null_share: f64,
    /// Different values.
    pub distinct: f64,
    /// Variance of the rows that share a value; none when rows take values at random.
    pub spread: Option<f64>,
    /// Shares of all rows that the most common values have, largest first; only those that stand out.
    pub common: Vec<f64>,
    /// Correlation of the values' order with the rows', -1..1.
    pub correlation: Option<f64>,
    /// Entries that one value brings to an inverted index (words, elements), and how many differ in all.
    pub elements: Option<(f64, f64)>,
}

/// How varied the values of several columns together are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetProfile {
    /// The columns, in the order of an index.
    pub columns: Vec<String>,
    /// Different values.
    pub distinct: f64,
    /// Variance of the rows that share a value; none when rows take values at random.
    pub spread: Option<f64>,
}

/// What tables and indexes come to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// By table, in the schema's order.
    pub tables: Vec<TableLayout>,
}

/// What one table comes to, freshly loaded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableLayout {
    /// The table.
    pub table: Name,
    /// Rows.
    pub rows: f64,
    /// Mean bytes of a row on its page, header and alignment counted, its line pointer not.
    pub tuple_bytes: f64,
    /// Mean rows a page.
    pub rows_per_page: f64,
    /// Pages of the heap.
    pub pages: u64,
    /// Pages that hold long values apart (TOAST), without their index.
    pub toast_pages: u64,
    /// Bytes of write-ahead log of one insert, its index entries counted, page images not.
    pub wal_insert_bytes: f64,
    /// Bytes of write-ahead log of one update that changes no indexed column and stays on its page.
    pub wal_update_bytes: f64,
    /// Its indexes, those of constraints first.
    pub indexes: Vec<IndexLayout>,
}

/// What one index comes to, freshly built.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexLayout {
    /// Index, or the constraint that brings it.
    pub name: String,
    /// Access method.
    pub method: String,
    /// Rows that have an entry.
    pub rows: f64,
    /// Mean bytes of an entry for one row, its line pointer counted.
    pub entry_bytes: f64,
    /// Pages in all.
    pub pages: u64,
    /// B-tree: pages of the lowest level; others: pages that hold entries.
    pub leaf_pages: u64,
    /// B-tree: pages above the leaves, the root's too.
    pub internal_pages: u64,
    /// B-tree: levels, the leaves counted; a tree of one page has 1. Others: 0.
    pub height: u32,
    /// B-tree: entries that an internal page has room for; others: 0.
    pub fanout: f64,
    /// B-tree: equal keys share an entry.
    pub deduplicated: bool,
    /// Why no figure could be given; then the figures are zero.
    pub unknown: Option<String>,
}

impl Layout {
    /// The table of that name.
    pub fn table(&self, name: &Name) -> Option<&TableLayout> {
        self.tables.iter().find(|t| &t.table == name)
    }
}

impl TableLayout {
    /// Bytes of the heap.
    pub fn bytes(&self) -> u64 {
        self.pages * PAGE_BYTES
    }
    /// Bytes of heap, long values and indexes.
    pub fn total_bytes(&self) -> u64 {
        (self.pages + self.toast_pages + self.indexes.iter().map(|i| i.pages).sum::<u64>()) * PAGE_BYTES
    }
    /// The index of that name.
    pub fn index(&self, name: &str) -> Option<&IndexLayout> {
        self.indexes.iter().find(|i| i.name == name)
    }
}

impl TableProfile {
    /// What is known of a column or an expression by its text.
    pub fn column(&self, name: &str) -> Option<&ColumnProfile> {
        self.columns.iter().find(|c| c.name == name)
    }
}

impl ColumnProfile {
    /// Mean bytes of the values that are there.
    pub fn mean_width(&self) -> f64 {
        self.widths.iter().map(|(bytes, share)| f64::from(*bytes) * share).sum()
    }
}
