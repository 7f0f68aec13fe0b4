//! Why rows could not be poured.
use crate::error::LiveError;
use std::fmt;

/// A failure, with the table and what of it is concerned.
#[derive(Debug)]
pub enum PourError {
    /// The schema asks for what cannot be made.
    Impossible {
        /// The table as printed.
        table: String,
        /// Its column, constraint or rule.
        what: String,
        /// Why.
        why: String,
        /// What to do.
        help: String,
    },
    /// Fewer rows are possible than were asked for.
    Few {
        /// The table as printed.
        table: String,
        /// The constraint that leaves no more.
        what: String,
        /// Rows asked for.
        asked: u64,
        /// Rows that there can be.
        most: u64,
    },
    /// A name that is no table's.
    NoTable {
        /// The name.
        name: String,
        /// Tables there are.
        known: Vec<String>,
    },
    /// Tables that hold rows already.
    NotEmpty {
        /// Where.
        at: String,
        /// Tables as printed, each with what it holds.
        tables: Vec<String>,
    },
    /// A server refused rows or a statement.
    Refused {
        /// What was attempted.
        doing: String,
        /// What it said.
        said: String,
        /// Tables that are filled and stay so.
        filled: Vec<String>,
    },
    /// The database cannot be reached or read.
    Live(LiveError),
    /// A file could not be written.
    File {
        /// The path.
        path: std::path::PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
}

impl From<LiveError> for PourError {
    fn from(error: LiveError) -> Self {
        PourError::Live(error)
    }
}

impl PourError {
    /// A refusal of the server's, with its own words and what it names.
    pub(crate) fn server(doing: impl Into<String>) -> impl FnOnce(postgres::Error) -> PourError {
        let doing = doing.into();
        move |error| PourError::Refused { doing, said: said(&error), filled: vec![] }
    }
}

/// Message, state, detail and where: all that helps to find the rule.
pub(crate) fn said(error: &postgres::Error) -> String {
    let Some(db) = error.as_db_error() else {
        let cause = std::error::Error::source(error).map(|c| format!(": {c}")).unwrap_or_default();
        return format!("{error}{cause}");
    };
    let mut text = format!("{} ({})", db.message(), db.code().code());
    for more in [db.detail(), db.hint(), db.where_()].into_iter().flatten() {
        text.push_str("\n  ");
        text.push_str(more.lines().next().unwrap_or_default());
    }
    text
}

impl fmt::Display for PourError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PourError::Impossible { table, what, why, help } => {
                write!(f, "no rows can be made for {table} ({what}): {why}\n{help}")
            }
            PourError::Few { table, what, asked, most } => write!(
                f,
                "{table} can hold {most} rows and {asked} were asked for: {what} leaves no more\nAsk for --rows \
                 {table}={most}, or for more rows of the tables it refers to."
            ),
            PourError::NoTable { name, known } => write!(
                f,
                "there is no table `{name}` to fill\nThere are: {}.",
                if known.is_empty() { "none at all".into() } else { known.join(", ") }
            ),
            PourError::NotEmpty { at, tables } => write!(
                f,
                "{at} holds rows already, and nothing is filled beside rows that are there:\n  {}\nEmpty these tables \
                 (TRUNCATE), name another database, or continue a fill that was broken off with --continue.",
                tables.join("\n  ")
            ),
            PourError::Refused { doing, said, filled } => {
                write!(f, "{doing}: {said}\nTo leave a table out: --rows TABLE=0.")?;
                match filled.as_slice() {
                    [] => Ok(()),
                    all => write!(f, "\nFilled before that, and kept: {}.", all.join(", ")),
                }
            }
            PourError::Live(error) => write!(f, "{error}"),
            PourError::File { path, why } => write!(f, "cannot write {}: {why}", path.display()),
        }
    }
}

impl std::error::Error for PourError {}
