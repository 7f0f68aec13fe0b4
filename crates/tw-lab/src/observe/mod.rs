//! What is observed of a database besides its schema: statistics, rows, queries. It is only read.
//!
//! Nothing asks for a superuser; what the user may not see is left out and said. No lock above `ACCESS SHARE` is taken.
mod queries;
mod rows;
mod statistics;

pub use queries::{callers, queries};
pub use rows::{Looked, MOST_ROWS, rows};
pub use statistics::statistics;

use crate::{LiveError, live::Live};
use postgres::{Row, Transaction};

/// What answers questions with rows. `doing` says what cannot be done should it fail.
pub trait Answers {
    /// The rows that one statement gives.
    fn ask(&mut self, doing: &str, sql: &str) -> Result<Vec<Row>, LiveError>;
}

impl Answers for Live {
    fn ask(&mut self, doing: &str, sql: &str) -> Result<Vec<Row>, LiveError> {
        self.rows(doing, sql, &[])
    }
}

/// As the transaction sees it, which may have written.
impl Answers for Transaction<'_> {
    fn ask(&mut self, doing: &str, sql: &str) -> Result<Vec<Row>, LiveError> {
        self.query(sql, &[]).map_err(LiveError::server(doing))
    }
}
