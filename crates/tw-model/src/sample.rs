//! The sample plan: which rows to generate, as data. The lab generates them; the same plan and seed
//! give the same rows.
use serde::{Deserialize, Serialize};

/// How to fill the plain tables (one per concept) and load the design's tables from them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SamplePlan {
    /// Seed.
    pub seed: u64,
    /// Plain tables, referenced before referencing where the references allow it.
    pub tables: Vec<SampleTable>,
    /// Statements that finish the plain tables once all are filled (totals that depend on other tables,
    /// computed columns), in order.
    pub adjust: Vec<String>,
    /// Statements that load the design's tables from the plain ones, in order.
    pub loads: Vec<String>,
    /// The design's tables as printed, whose statistics are gathered after the loads.
    pub analyze: Vec<String>,
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
    /// Sets of columns whose values together must be unique (texts without regard to case; rows with a
    /// null in the set do not count).
    pub uniques: Vec<Vec<String>>,
    /// Row predicates every row must satisfy; rows that do not get other values.
    pub checks: Vec<SampleCheck>,
    /// Ranges that must not overlap.
    pub never_overlap: Vec<SampleOverlap>,
    /// Limits on how many rows share a value.
    pub at_most: Vec<SampleLimit>,
}

/// A row predicate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleCheck {
    /// Path of the rule: `Account.balance`, `Order.one_cart`.
    pub subject: String,
    /// SQL over the plain columns. Null passes, as in CHECK.
    pub predicate: String,
    /// The plain columns it names: the ones to change in rows that fail.
    pub columns: Vec<String>,
}

/// No two rows equal in `equal` may overlap in `during`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleOverlap {
    /// Columns compared for equality; none is the whole table.
    pub equal: Vec<String>,
    /// One range column, or the columns that bound it (from, to).
    pub during: Vec<String>,
}

/// At most `limit` rows are equal in `per` among those where `filter` holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleLimit {
    /// Path of the rule.
    pub subject: String,
    /// Columns that group the rows.
    pub per: Vec<String>,
    /// How many.
    pub limit: u32,
    /// SQL over the plain columns; none counts every row.
    pub filter: Option<String>,
    /// The plain columns the filter names.
    pub columns: Vec<String>,
}

/// One column of a plain table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleColumn {
    /// Column name (unquoted).
    pub name: String,
    /// Type as PostgreSQL prints it; a domain or enum by its base type.
    pub ty: String,
    /// How values are made.
    pub values: Values,
    /// Share of nulls, 0..1.
    pub null_share: f64,
    /// What follows the type in the plain table: `DEFAULT CURRENT_TIMESTAMP`, so that later writes to it
    /// leave out what writes to the design leave out; often empty.
    pub definition: String,
    /// Values have the shape of an attribute of this name (`email`, `iban`) when the column's own
    /// name does not tell; empty is the column's name.
    pub like: String,
}

/// How a column's values are made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Values {
    /// A fresh value per row, of the column's type, never repeated (uuid, integers from 1, text).
    Serial,
    /// Any value of the type that fits its length and precision, plausible for its name.
    Any,
    /// One of a list, with its share of rows (shares sum to 1), exact to rounding.
    Choice {
        /// (value, share).
        of: Vec<(String, f64)>,
    },
    /// A column of a row of another plain table, so that references are whole. Columns of one
    /// `reference` take the same row, and every column repeats the same terms.
    Reference {
        /// Name of the reference (the relation end).
        reference: String,
        /// Column of the referenced table.
        column: String,
        /// Which rows.
        to: Target,
    },
    /// A number in a range, decimals as the type has them.
    Number {
        /// Least, as text.
        min: String,
        /// Greatest, as text.
        max: String,
    },
    /// An instant, uniform between `from` and `to` (fixed texts, never the clock), in the column's
    /// type: date, timestamp or timestamptz.
    Instant {
        /// ISO text: `2026-01-01T00:00:00Z`.
        from: String,
        /// ISO text.
        to: String,
    },
    /// An instant up to so many seconds later than the one in another column; equal to it in half of
    /// the rows (a row that was never changed).
    After {
        /// The other column.
        column: String,
        /// Most seconds later.
        within_s: u64,
    },
    /// A text that matches a regular expression (character classes, repeats, groups, alternatives).
    Pattern {
        /// The expression, anchors allowed.
        regex: String,
    },
    /// Counts on from a first number within the rows that share the named columns (a weak entity's partial
    /// key).
    CountWithin {
        /// Columns.
        columns: Vec<String>,
        /// The first number, 1 unless said; only integers count from another.
        #[serde(default = "one")]
        from: i64,
    },
    /// Zipf-distributed values of the type.
    Zipf {
        /// Distinct values.
        distinct: u64,
        /// Exponent.
        exponent: f64,
    },
    /// Computed by the server from other columns of the row: a stored generated column.
    Computed {
        /// SQL over the plain columns.
        expression: String,
    },
    /// Always this text (none is null).
    Constant {
        /// Text form.
        value: Option<String>,
    },
}

fn one() -> i64 {
    1
}

/// Which rows of the referenced table a reference takes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Table referenced.
    pub table: String,
    /// How they are drawn.
    pub draw: Draw,
    /// Every referenced row is taken at least so often (`1..*`), as far as the rows suffice.
    pub at_least: u32,
    /// No referenced row is taken more often than this; 1 is one-to-one.
    pub at_most: Option<u32>,
    /// Only rows that agree: (column of this row, column of the referenced row). A child takes
    /// parents of its own tenant.
    pub matching: Vec<(String, String)>,
    /// Only rows before this one in a self-reference, so that no cycle arises.
    pub acyclic: bool,
}

/// How referenced rows are drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "draw", rename_all = "snake_case")]
pub enum Draw {
    /// Every row alike.
    #[default]
    Uniform,
    /// Few rows often: rank k in proportion to k^-exponent, ranks shuffled over the rows.
    Zipf {
        /// Exponent.
        exponent: f64,
    },
    /// Row i takes row `start + i` of a fixed shuffle of the referenced table: subtypes share out
    /// their supertype's rows, disjoint where their slices are.
    Slice {
        /// First place in the shuffle.
        start: u64,
    },
}
