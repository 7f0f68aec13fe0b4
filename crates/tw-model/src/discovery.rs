//! What was found in rows: dependencies, keys, the normal form of each table, a proposed schema.
use serde::Serialize;

/// The tables that were read, and references between them that nobody declared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Discovery {
    /// Version of this form: 1.
    pub format: u32,
    /// Where the rows came from.
    pub source: String,
    /// One a table.
    pub tables: Vec<TableFound>,
    /// Columns whose values all stand in a key elsewhere, and that are no foreign keys.
    pub references: Vec<ReferenceFound>,
    /// What was not looked at, and why.
    pub not_judged: Vec<String>,
}

/// What was found in one table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TableFound {
    /// Its name.
    pub table: String,
    /// Rows that were read.
    pub rows: u64,
    /// These are all its rows; else what is said holds in those read.
    pub whole: bool,
    /// Rows that repeat another in every column.
    pub duplicates: u64,
    /// Its columns.
    pub columns: Vec<ColumnFound>,
    /// Keys: those declared; where none is, the smallest sets of columns that no two rows share.
    pub keys: Vec<Vec<String>>,
    /// The keys are declared.
    pub keys_declared: bool,
    /// Dependencies that chance would not give, those with the smallest left sides first.
    pub dependencies: Vec<DependencyFound>,
    /// Dependencies that hold as well, and might by chance.
    pub by_chance: u64,
    /// `1NF` to `BCNF`, by the keys and the dependencies told; none when there are no two rows to tell by.
    pub form: Option<String>,
    /// What keeps it from Boyce-Codd normal form.
    pub violations: Vec<ViolationFound>,
    /// Tables in third normal form that say the same; empty when it is in that form already.
    pub proposal: Vec<PartFound>,
    /// How the proposal was tried on the rows.
    pub tried: Option<Tried>,
    /// Statements that make the proposed tables.
    pub sql: String,
}

/// A column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ColumnFound {
    /// Its name.
    pub name: String,
    /// Its type; read off the values where none is declared.
    pub ty: String,
    /// Distinct values, null being one.
    pub distinct: u64,
    /// Rows without a value.
    pub nulls: u64,
}

/// Rows that agree on the left agree on the right.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DependencyFound {
    /// Determining columns; none when the right side has one value in all rows.
    pub left: Vec<String>,
    /// Determined columns.
    pub right: Vec<String>,
    /// Share of rows to take away for it to hold: 0 when it does.
    pub g3: f64,
    /// The same share if the right side's values stood in any order.
    pub chance: f64,
    /// Rows that repeat what their left side says already.
    pub repeated: u64,
}

/// A dependency on something that is no key.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ViolationFound {
    /// Determining columns.
    pub left: Vec<String>,
    /// All that they determine.
    pub right: Vec<String>,
    /// The highest form that the table can have with it.
    pub leaves: String,
    /// Values of the left and right side that most rows repeat, in the order of the columns named.
    pub example: Vec<Option<String>>,
    /// Rows that repeat them.
    pub example_rows: u64,
}

/// A table of the proposal.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PartFound {
    /// Its name.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its key.
    pub key: Vec<String>,
    /// Rows it has, of those read.
    pub rows: u64,
}

/// What became of the rows when they were taken apart and joined again.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tried {
    /// The chase says that no table with these dependencies loses or gains a row.
    pub lossless: bool,
    /// Different rows before.
    pub rows: u64,
    /// Rows of the parts joined; counting stops at a bound above the rows.
    pub joined: u64,
    /// Values stored before: rows times columns.
    pub values_before: u64,
    /// Values stored in the parts.
    pub values_after: u64,
}

/// A reference that nobody declared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReferenceFound {
    /// `table.column` that refers.
    pub from: String,
    /// `table.column` referred to.
    pub to: String,
    /// Share of the values referred to that are used.
    pub used: f64,
    /// The names say so too; else the values alone.
    pub named: bool,
    /// The statements that declare it, without a lock that stops writers for long.
    pub sql: Vec<String>,
}
