//! Why sample data could not be made or loaded.
use std::fmt;

/// A failure, with the table and column it is about.
#[derive(Debug)]
pub enum FillError {
    /// No values can be made for the type.
    Type {
        /// Entity.
        table: String,
        /// Column.
        column: String,
        /// The type.
        ty: String,
    },
    /// The plan asks for what cannot be: too few different values, no row to refer to.
    Impossible {
        /// Entity.
        table: String,
        /// Column or columns.
        column: String,
        /// Why.
        why: String,
    },
    /// Rows were remade a bounded number of times, and some still break a rule.
    Unsatisfied {
        /// Entity.
        table: String,
        /// Path of the rule.
        subject: String,
        /// The rule as SQL.
        rule: String,
        /// Rows that break it.
        rows: u64,
    },
    /// The server refused a statement.
    Server {
        /// What was attempted.
        doing: String,
        /// The statement.
        sql: String,
        /// The cause.
        source: postgres::Error,
    },
}

impl FillError {
    pub(crate) fn server<'a>(
        doing: impl Into<String> + 'a,
        sql: &'a str,
    ) -> impl FnOnce(postgres::Error) -> FillError + 'a {
        move |source| FillError::Server { doing: doing.into(), sql: sql.to_string(), source }
    }
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FillError::Type { table, column, ty } => write!(
                f,
                "no sample values can be made for {table}.{column}: its type {ty} is not one we know; give it \
                 a list of values (`in (...)`) or a default"
            ),
            FillError::Impossible { table, column, why } => {
                write!(f, "no sample rows can be made for {table} ({column}): {why}")
            }
            FillError::Unsatisfied { table, subject, rule, rows } => {
                write!(f, "no sample rows of {table} keep the rule {subject}: {rows} still break it ({rule})")
            }
            FillError::Server { doing, sql, source } => {
                match source.as_db_error() {
                    Some(db) => {
                        write!(f, "{doing}: {} ({})", db.message(), db.code().code())?;
                        if let Some(detail) = db.detail() {
                            write!(f, "; {detail}")?;
                        }
                    }
                    None => write!(f, "{doing}: {source}")?,
                }
                write!(f, "\n  in: {sql}")
            }
        }
    }
}

impl std::error::Error for FillError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FillError::Server { source, .. } => Some(source),
            _ => None,
        }
    }
}
