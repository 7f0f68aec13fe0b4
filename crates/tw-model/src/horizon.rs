//! The horizon: how large the tables will be on the day the brief plans for. The lab makes a copy of a database
//! look that large to the planner.
use crate::schema::Name;
use serde::{Deserialize, Serialize};

/// Sizes of tables, sorted by name. What is not named keeps its size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Horizon {
    /// Tables, partitions and partitioned tables.
    pub tables: Vec<HorizonTable>,
    /// Planner settings of the server that will hold the rows (`work_mem`, `64MB`); the lab's own where nothing is
    /// said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, String)>,
}

/// One table. The volume of a partitioned table is spread over its partitions in the proportions they have now,
/// except over those that are named themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HorizonTable {
    /// Name.
    pub name: Name,
    /// Rows.
    pub rows: u64,
    /// Pages of the heap, without TOAST, which grows in the same proportion.
    pub pages: u64,
    /// Share of pages whose rows are visible to all, 0 to 1.
    pub visible_share: f64,
    /// Columns whose distinct values do not follow from the sample, sorted by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<HorizonColumn>,
    /// Indexes of known size, sorted by name; the others grow as the table does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<HorizonIndex>,
}

/// What is known of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HorizonColumn {
    /// Name.
    pub name: String,
    /// Distinct values as the statistics say it: a count, or, when negative, a share of the rows.
    pub n_distinct: f64,
    /// What the shares of the most common values are multiplied by: 1 where the sample is a share of all rows, less
    /// where it has fewer things that rows refer to.
    pub common_share: f64,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HorizonIndex {
    /// Name.
    pub name: String,
    /// Entries.
    pub rows: u64,
    /// Pages.
    pub pages: u64,
}

impl Horizon {
    /// The table of that name.
    pub fn table(&self, name: &Name) -> Option<&HorizonTable> {
        self.tables.iter().find(|t| t.name == *name)
    }

    /// Brings everything into the order it is written in.
    pub fn sort(&mut self) {
        self.tables.sort_by(|a, b| a.name.cmp(&b.name));
        self.settings.sort();
        for table in &mut self.tables {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
}
