//! What was found in rows: dependencies, keys, the normal form of each table, a proposed schema.
use crate::finding::Proof;
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
    /// Values that were asked to be kept though they follow from others.
    pub derived: Vec<DerivedFound>,
    /// What was not looked at, and why.
    pub not_judged: Vec<String>,
}

/// A value that follows from others, and the strategies to keep it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DerivedFound {
    /// `table.column`.
    pub column: String,
    /// What it follows from, as asked.
    pub definition: String,
    /// `table.column` that ties the two tables; none where it follows from its own row.
    pub tie: Option<String>,
    /// Rows that say otherwise than the definition, where the column is there already.
    pub drifted: Option<u64>,
    /// What reads and writes take without it.
    pub without: PriceFound,
    /// The strategies.
    pub strategies: Vec<StrategyFound>,
    /// The strategy that was chosen; none where leaving it out is best.
    pub chosen: Option<String>,
    /// Why.
    pub why: String,
}

/// What reads of a derived value and writes to its source take.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct PriceFound {
    /// Pages that one read touches; mean.
    pub read_pages: f64,
    /// Milliseconds of one read; median.
    pub read_ms: f64,
    /// Pages that one write touches, with what its triggers do; mean.
    pub write_pages: f64,
    /// Milliseconds of one write; median.
    pub write_ms: f64,
}

/// One strategy to keep a derived value, with its price as measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StrategyFound {
    /// `trigger`, `generated column`, `materialised view`, `change capture`.
    pub name: String,
    /// Statements that make it.
    pub sql: Vec<String>,
    /// What must be run every so often.
    pub refresh: Option<String>,
    /// Milliseconds that this took; the value can be older by so much than the time between two runs.
    pub refresh_ms: Option<f64>,
    /// What reads and writes take with it.
    pub with: PriceFound,
    /// That it stays true when two sessions meet, and that it drifts with the mistake that is commonly made.
    pub proof: Option<Proof>,
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
    /// `1NF` to `4NF`, by the keys and the dependencies told; none when there are no two rows to tell by.
    pub form: Option<String>,
    /// Columns that the server computes from others of the row: they are kept right, and count for no form.
    pub computed: Vec<String>,
    /// Columns that hold several values in one place.
    pub not_atomic: Vec<NotAtomic>,
    /// What keeps it from Boyce-Codd normal form.
    pub violations: Vec<ViolationFound>,
    /// Facts that do not depend on each other and stand in one table, or in one part of it.
    pub independent: Vec<IndependentFound>,
    /// What goes wrong with the rows as they are.
    pub anomalies: Vec<AnomalyFound>,
    /// Tables that say the same in a better form; empty when there are none.
    pub proposal: Vec<PartFound>,
    /// The form of each of them.
    pub proposed_form: Option<String>,
    /// Dependencies that Boyce-Codd normal form would lose, which is why it is not proposed.
    pub lost: Vec<DependencyFound>,
    /// How the proposal was tried on the rows.
    pub tried: Option<Tried>,
    /// Statements that make the proposed tables where nothing is.
    pub sql: String,
    /// Statements that make them of the table that is there.
    pub migration: Option<MigrationFound>,
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
    /// Where some rows break it: those with one left side that contradict each other most, the commonest first.
    pub contradicting: Vec<SaidFound>,
}

/// Rows that say the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SaidFound {
    /// What they say, in the order of the columns named.
    pub values: Vec<Option<String>>,
    /// How many.
    pub rows: u64,
}

/// Columns that hold several values in one place: the first normal form wants one.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NotAtomic {
    /// One column with several values in it, or several columns for one thing.
    pub columns: Vec<String>,
    /// `list`, `array`, `document` or `numbered`.
    pub kind: String,
    /// What stands between the values of a list.
    pub between: Option<String>,
    /// A value that shows it.
    pub example: String,
    /// Share of the rows with a value that have several.
    pub share: f64,
    /// Statements that make a table of the values; empty where people must say what is meant.
    pub sql: Vec<String>,
}

/// Two facts about one thing that do not depend on each other, with every value of one beside every value of the other.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IndependentFound {
    /// The thing.
    pub left: Vec<String>,
    /// One fact.
    pub one: Vec<String>,
    /// The other.
    pub other: Vec<String>,
    /// Values of the left side that shows it most.
    pub example: Vec<Option<String>>,
    /// Values of the one fact there.
    pub ones: u64,
    /// Values of the other there.
    pub others: u64,
    /// Rows that must be there because others are.
    pub implied: u64,
}

/// What goes wrong with the rows as they are: shown on the table in a lab, and gone with the proposed tables.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AnomalyFound {
    /// `update`, `insert` or `delete`.
    pub kind: String,
    /// What happens to which rows.
    pub said: String,
    /// What came of it.
    pub proof: Option<Proof>,
}

/// From the table that is there to the proposed ones.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MigrationFound {
    /// Statements in order, for one transaction.
    pub sql: Vec<String>,
    /// A view that shows the old shape, for what still reads it. Where views of the database do, the statements make it; then
    /// this is empty.
    pub view: String,
    /// What hung on the table and is made anew where its columns go.
    pub carried: Vec<CarriedFound>,
    /// What hung on it and is not, and why.
    pub left: Vec<LeftFound>,
    /// What came of it on the rows: the old shape shows every old row, and no other.
    pub proof: Option<Proof>,
    /// That the catalogue has all that was made anew; none where nothing was, or it was not tried.
    pub carried_proof: Option<Proof>,
}

/// Something that is made anew on a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CarriedFound {
    /// `constraint`, `index`, `trigger`, `policy`, `privilege`, `default`, `comment`, `generated column`, `row security`, `view`.
    pub kind: String,
    /// Its name: of a default or comment its column; of a privilege role and privilege; empty where the table says it all.
    pub name: String,
    /// The table that it is on, or the view that it is, as printed.
    pub table: String,
}

/// Something that cannot be made anew.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LeftFound {
    /// What: `trigger watch_price`.
    pub object: String,
    /// Why.
    pub why: String,
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
    /// It repeats columns of another that refers to it with all of them, and keeps a dependency there.
    pub backing: bool,
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
