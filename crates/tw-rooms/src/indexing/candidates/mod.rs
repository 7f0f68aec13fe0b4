//! Candidates: the indexes that could serve what the workload's queries ask of their tables.
//!
//! What a query asks of a table is its accesses; each way of serving one is a candidate, first for the query alone,
//! then merged with those of other queries. Whether one helps is for the planner to say, so that being wrong here
//! costs time and no more; being silent costs an index.
mod keys;
mod kinds;
mod merge;
mod relevant;
#[cfg(test)]
mod tests;

pub use relevant::relevant;

use super::{accesses::Access, search::set::MOST_CANDIDATES};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::schema::{Index, Name};

/// Rows from which on a table is worth an index; below, it fits a few pages.
pub const FEWEST_ROWS: f64 = 2_000.0;

/// What is known of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableFacts {
    /// Rows.
    pub rows: f64,
    /// Pages.
    pub pages: f64,
    /// Columns by name.
    pub columns: BTreeMap<String, ColumnFacts>,
}

/// What is known of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnFacts {
    /// Type as the server prints it.
    pub ty: String,
    /// Different values.
    pub distinct: f64,
    /// Correlation of the values' order with the rows'.
    pub correlation: f64,
    /// Mean bytes.
    pub width: f64,
    /// Text that sorts by its bytes.
    pub by_bytes: bool,
}

/// What is known besides the plans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Tables by name.
    pub tables: BTreeMap<Name, TableFacts>,
    /// Extensions that are there or can be had.
    pub extensions: BTreeSet<String>,
    /// Indexes that are there already.
    pub existing: BTreeMap<Name, Vec<Index>>,
}

/// An index that may be worth having.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its table.
    pub table: Name,
    /// It, without a name.
    pub index: Index,
    /// Conditions of the predicate of a partial index, in the words of the accesses.
    pub filter: BTreeSet<String>,
    /// The extension it needs.
    pub extension: Option<&'static str>,
}

impl Candidate {
    /// The columns in it, key and included; an expression's are not.
    pub fn columns(&self) -> BTreeSet<String> {
        let keys = self.index.parts.iter().filter(|p| !p.is_expression).map(|p| p.column.clone());
        keys.chain(self.index.include.iter().cloned()).collect()
    }
}

/// The candidates of a workload: those of single queries, then what merging makes of them; no two alike, none that is
/// there already, and no more than a search can hold.
pub fn candidates(accesses: &[Access], facts: &Facts) -> Vec<Candidate> {
    let (mut all, mut partial): (Vec<Candidate>, Vec<Candidate>) = (vec![], vec![]);
    for access in accesses {
        let Some(table) = facts.tables.get(&access.table).filter(|t| t.rows >= FEWEST_ROWS) else { continue };
        for candidate in keys::of_access(access, table).into_iter().chain(kinds::of_access(access, table, facts)) {
            let to = if candidate.filter.is_empty() { &mut all } else { &mut partial };
            add(to, candidate, facts);
        }
    }
    for candidate in merge::merged(&all, facts) {
        add(&mut all, candidate, facts);
    }
    // Where there are too many, what serves one query's constants alone is left out first.
    all.extend(partial);
    all.truncate(MOST_CANDIDATES);
    all
}

fn add(all: &mut Vec<Candidate>, candidate: Candidate, facts: &Facts) {
    let there = facts.existing.get(&candidate.table).into_iter().flatten();
    let exists = there.into_iter().any(|i| {
        i.method == candidate.index.method
            && i.parts == candidate.index.parts
            && i.filter == candidate.index.filter
            && candidate.index.include.iter().all(|c| i.include.contains(c))
    });
    let fits = candidate.index.parts.len() + candidate.index.include.len() <= MOST_COLUMNS;
    if !exists && fits && !candidate.index.parts.is_empty() && !all.contains(&candidate) {
        all.push(candidate);
    }
}

/// Most columns of an index (INDEX_MAX_KEYS).
const MOST_COLUMNS: usize = 32;
