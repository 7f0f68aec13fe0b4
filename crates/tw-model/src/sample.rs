//! The sample plan: which rows to generate, as data. The lab generates them; the same plan and seed
//! give the same rows.
use serde::{Deserialize, Serialize};

/// How to fill the plain tables (one per concept) and load the design's tables from them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SamplePlan {
    /// Seed.
    pub seed: u64,
    /// Plain tables, referenced before referencing.
    pub tables: Vec<SampleTable>,
    /// Statements that finish the plain tables once all are filled (totals that depend on other tables).
    pub adjust: Vec<String>,
    /// Statements that load the design's tables from the plain ones, in order.
    pub loads: Vec<String>,
}

/// One plain table in namespace `plain`: no key, constraint or index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleTable {
    /// Entity name; the table is `plain."Entity"`.
    pub name: String,
    /// Rows to generate.
    pub rows: u64,
    /// Columns.
    pub columns: Vec<SampleColumn>,
    /// Sets of columns whose values together must be unique.
    pub uniques: Vec<Vec<String>>,
    /// Row predicates (SQL over the plain columns) every row must satisfy; rows that do not are replaced.
    pub checks: Vec<String>,
    /// No two rows equal in `.0` may overlap in the range column(s) `.1` (one range, or from and to).
    pub never_overlap: Vec<(Vec<String>, Vec<String>)>,
    /// At most `.1` rows per value of column `.0` where column `.2` has value `.3`.
    pub at_most: Vec<(String, u32, String, String)>,
}

/// One column of a plain table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleColumn {
    /// Column name (unquoted).
    pub name: String,
    /// Type as PostgreSQL prints it.
    pub ty: String,
    /// How values are made.
    pub values: Values,
    /// Share of nulls, 0..1.
    pub null_share: f64,
}

/// How a column's values are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Values {
    /// A fresh value per row, of the column's type, never repeated (uuid, integers from 1, text).
    Serial,
    /// Any value of the type that fits its length and precision, plausible for its name.
    Any,
    /// One of a list, with its share of rows (shares sum to 1).
    Choice {
        /// (value, share).
        of: Vec<(String, f64)>,
    },
    /// The named columns of a random row of another plain table, so that references are whole. Columns
    /// of one reference share `reference`, and take the same row.
    Reference {
        /// Name of the reference (the relation end).
        reference: String,
        /// Table referenced.
        table: String,
        /// Column of it.
        column: String,
        /// Zipf exponent over its rows; none is uniform.
        zipf: Option<f64>,
        /// Each referenced row at most once.
        once: bool,
        /// Only rows before this one in a self-reference, so that no cycle arises.
        acyclic: bool,
    },
    /// A number in a range, decimals as the type has them.
    Number {
        /// Least, as text.
        min: String,
        /// Greatest, as text.
        max: String,
    },
    /// An instant, uniform between `from` and `to` (fixed texts, never the clock).
    Instant {
        /// ISO text.
        from: String,
        /// ISO text.
        to: String,
    },
    /// Counts 1, 2, ... within the rows that share the named columns (a weak entity's partial key).
    CountWithin {
        /// Columns.
        columns: Vec<String>,
    },
    /// Zipf-distributed values of the type.
    Zipf {
        /// Distinct values.
        distinct: u64,
        /// Exponent.
        exponent: f64,
    },
    /// Always this SQL literal text (none is null).
    Constant {
        /// Text form.
        value: Option<String>,
    },
}
