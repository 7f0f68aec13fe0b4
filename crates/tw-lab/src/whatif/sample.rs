//! Rows of a user's tables, a bounded share of each, copied into a lab.
use crate::{LabError, LiveError, lab::Lab, live::Live};
use tw_model::{ident::quote, schema::Name, trial::Actor};

/// Rows of a table that are copied at most, about.
pub const MOST_ROWS: f64 = 60_000.0;
/// A table of no more rows is copied whole.
pub const WHOLE_ROWS: f64 = 10_000.0;
/// Share of a larger table's rows that is copied, unless that is too many or too few.
pub const SHARE: f64 = 0.01;
/// Pages up to which single rows are drawn; beyond, whole pages are, since reading everything would take too long.
const MOST_PAGES_READ: f64 = 262_144.0;
/// Bytes of text that one statement carries at most, about.
const BATCH_BYTES: usize = 4 << 20;

/// A table to draw from.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Name, there and here.
    pub table: Name,
    /// Rows there.
    pub rows: f64,
    /// Pages there.
    pub pages: f64,
    /// Columns that hold values of their own (not generated ones).
    pub columns: Vec<String>,
}

/// The share of its rows that is copied.
pub fn share(table: &Drawn) -> f64 {
    if table.rows <= WHOLE_ROWS {
        return 1.0;
    }
    (table.rows * SHARE).clamp(WHOLE_ROWS, MOST_ROWS) / table.rows
}

/// What can fail.
#[derive(Debug)]
pub enum SampleError {
    /// On the user's side.
    Live(LiveError),
    /// On ours.
    Lab(LabError),
}

impl From<LiveError> for SampleError {
    fn from(error: LiveError) -> Self {
        SampleError::Live(error)
    }
}

/// Copies a sample of each table; the same rows each time as long as the table is as it was. Gives the rows copied.
pub fn copy(live: &mut Live, lab: &Lab, database: &str, tables: &[Drawn]) -> Result<Vec<u64>, SampleError> {
    let mut session = lab.session(database, &Actor::Lab).map_err(SampleError::Lab)?;
    // Rows refer to rows that are not drawn, and triggers of the user's are not ours to run.
    let prepare = "SET session_replication_role = replica; SET statement_timeout = 0";
    session.client.batch_execute(prepare).map_err(|e| lab_error("a session", e))?;
    let mut counts = vec![];
    for table in tables {
        let full = format!("{}.{}", quote(&table.table.schema), quote(&table.table.name));
        let share = share(table);
        let method = if table.pages <= MOST_PAGES_READ { "BERNOULLI" } else { "SYSTEM" };
        let drawn = if share < 1.0 {
            format!(" TABLESAMPLE {method} ({:.6}) REPEATABLE (1)", share * 100.0)
        } else {
            String::new()
        };
        let limit = (MOST_ROWS * 1.5) as u64;
        let sql = format!("SELECT t::text FROM {full} AS t{drawn} LIMIT {limit}");
        let doing = format!("a sample of {full} cannot be read");
        let rows = live.rows(&doing, &sql, &[]).map_err(SampleError::Live)?;
        let list: Vec<String> = table.columns.iter().map(|c| quote(c)).collect();
        let list = list.join(", ");
        let insert = format!(
            "INSERT INTO {full} ({list}) OVERRIDING SYSTEM VALUE SELECT {list} FROM unnest($1::text[]::{full}[])"
        );
        let mut batch: Vec<&str> = vec![];
        let mut bytes = 0;
        for row in &rows {
            let text: &str = row.get(0);
            bytes += text.len();
            batch.push(text);
            if bytes >= BATCH_BYTES {
                session.client.execute(&insert, &[&batch]).map_err(|e| lab_error(&full, e))?;
                batch.clear();
                bytes = 0;
            }
        }
        if !batch.is_empty() {
            session.client.execute(&insert, &[&batch]).map_err(|e| lab_error(&full, e))?;
        }
        counts.push(rows.len() as u64);
    }
    Ok(counts)
}

pub(super) fn lab_error(what: &str, source: postgres::Error) -> SampleError {
    SampleError::Lab(LabError::Server { doing: format!("the sample of {what} cannot be kept"), source })
}
