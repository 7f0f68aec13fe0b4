//! What can fail at the rim, and who must act.
use std::fmt;
use std::path::PathBuf;

/// A failure of the lab itself. Every message ends with what to do.
#[derive(Debug)]
pub enum LabError {
    /// No usable PostgreSQL was found.
    NoInstallation {
        /// Places looked at.
        looked: Vec<PathBuf>,
        /// What was found and why it could not be used.
        rejected: Vec<String>,
    },
    /// The server's programs cannot be run by the user the lab runs as.
    Unreachable {
        /// Directory of the programs.
        bin: PathBuf,
        /// The user.
        user: String,
        /// What the attempt said.
        why: String,
    },
    /// The machine has no unprivileged user to run the server as.
    NoUser,
    /// A file or directory of the lab could not be made, read or removed.
    Io {
        /// What was attempted.
        doing: String,
        /// The cause.
        source: std::io::Error,
    },
    /// The server, or `initdb`, did not start.
    NotStarted {
        /// What was attempted.
        doing: String,
        /// End of its log.
        log_tail: String,
    },
    /// Too little disk is left.
    DiskFull {
        /// Directory.
        at: PathBuf,
        /// Bytes that must stay free.
        needed_bytes: u64,
        /// Bytes free.
        free_bytes: u64,
    },
    /// A copy of a database cannot be made to look as large as was asked.
    NotInflated {
        /// What is too much, or not as it must be.
        why: String,
    },
    /// The server refused or lost something the lab itself asked of it.
    Server {
        /// What was attempted.
        doing: String,
        /// The cause.
        source: postgres::Error,
    },
    /// A user's database did not let us read.
    Live(Box<LiveError>),
}

impl LabError {
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> LabError {
        let doing = doing.into();
        move |source| LabError::Io { doing, source }
    }
    /// What the server said to something that was attempted.
    pub fn server(doing: impl Into<String>) -> impl FnOnce(postgres::Error) -> LabError {
        let doing = doing.into();
        move |source| LabError::Server { doing, source }
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LabError::NoInstallation { looked, rejected } => {
                writeln!(f, "no PostgreSQL server of a supported major version (14 to 18) was found")?;
                for why in rejected {
                    writeln!(f, "  passed over: {why}")?;
                }
                let places: Vec<String> = looked.iter().map(|p| p.display().to_string()).collect();
                writeln!(f, "  looked in: {}", places.join(", "))?;
                f.write_str(HOW_TO_INSTALL)
            }
            LabError::Unreachable { bin, user, why } => write!(
                f,
                "the PostgreSQL programs in {} cannot be run by the user `{user}`: {why}\n\
                 PostgreSQL never runs as root, so the lab runs it as `{user}`. Make the directory and \
                 every directory above it readable for others (chmod o+rx), or name another one with \
                 TABLEWRIGHT_PG_BIN",
                bin.display()
            ),
            LabError::NoUser => f.write_str(
                "PostgreSQL never runs as root, and this machine has neither a user `postgres` nor a user \
                 `nobody`. Run as an ordinary user, or add one: useradd --system postgres",
            ),
            LabError::Io { doing, source } => write!(f, "{doing}: {source}"),
            LabError::NotStarted { doing, log_tail } => {
                write!(f, "{doing}; the end of its log:\n{}", log_tail.trim_end())
            }
            LabError::DiskFull { at, needed_bytes, free_bytes } => write!(
                f,
                "only {} MB are free at {}, and the lab leaves {} MB untouched. Free some space, or set TMPDIR \
                 to a larger file system",
                free_bytes >> 20,
                at.display(),
                needed_bytes >> 20
            ),
            LabError::NotInflated { why } => {
                write!(f, "the copy cannot be made to look as large as the horizon: {why}")
            }
            LabError::Server { doing, source } => match source.as_db_error() {
                Some(db) => write!(f, "{doing}: {} ({})", db.message(), db.code().code()),
                None => write!(f, "{doing}: {source}"),
            },
            LabError::Live(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LabError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LabError::Io { source, .. } => Some(source),
            LabError::Server { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// One order per platform.
const HOW_TO_INSTALL: &str = "\
install a server and run again:
  Debian, Ubuntu   apt-get install postgresql
  Fedora, RHEL     dnf install postgresql-server
  Alpine           apk add postgresql
  Arch             pacman -S postgresql
  macOS            brew install postgresql@17
or name the directory that holds `postgres` and `initdb` in TABLEWRIGHT_PG_BIN";

/// A statement of a script that the server, or the lab before it, did not take.
#[derive(Debug)]
pub struct LoadError {
    /// The statement.
    pub statement: String,
    /// Line in the script, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The script's line with a caret under the column.
    pub caret: String,
    /// SQLSTATE; none when the lab refused it or the session was lost.
    pub sqlstate: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        if let Some(state) = &self.sqlstate {
            write!(f, " ({state})")?;
        }
        write!(f, "\n{}", self.caret)
    }
}

impl std::error::Error for LoadError {}

/// A database of somebody's that cannot be reached or read.
#[derive(Debug)]
pub enum LiveError {
    /// The address does not say where a database is.
    Address {
        /// Why.
        why: String,
        /// What to do.
        help: String,
    },
    /// The server does not answer, or does not let us in.
    Connect {
        /// `user@host:port/database`.
        to: String,
        /// The cause.
        source: postgres::Error,
    },
    /// A statement that does not read.
    Refused {
        /// What was attempted.
        doing: String,
        /// Its first word.
        first: String,
    },
    /// Reading the rows of a table ended before their end.
    Cut {
        /// The table.
        table: String,
        /// What ended it.
        why: String,
    },
    /// Its version is none that we know.
    Version {
        /// `user@host:port/database`.
        at: String,
        /// The version.
        version: String,
    },
    /// It refused a statement, or was lost.
    Server {
        /// What was attempted.
        doing: String,
        /// The cause.
        source: postgres::Error,
    },
}

impl LiveError {
    pub(crate) fn server(doing: impl Into<String>) -> impl FnOnce(postgres::Error) -> LiveError {
        let doing = doing.into();
        move |source| LiveError::Server { doing, source }
    }
}

impl fmt::Display for LiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LiveError::Address { why, help } => write!(f, "the address of the database cannot be used: {why}\n{help}"),
            LiveError::Connect { to, source } => write!(
                f,
                "cannot connect to {to}: {}\nCheck host, port, user, password and sslmode; `psql` with the same \
                 address must get in.",
                said(source)
            ),
            LiveError::Refused { doing, first } => write!(
                f,
                "{doing}: a statement that begins with `{first}` is not sent to a live database; ask with SELECT, \
                 WITH, VALUES, TABLE, SHOW or EXPLAIN"
            ),
            LiveError::Cut { table, why } => write!(f, "not all rows of {table} could be read: {why}"),
            LiveError::Version { at, version } => write!(
                f,
                "{at} is PostgreSQL {version}, and majors 14 to 18 are known here\nUpgrade the server, or load its \
                 schema into a server of a known major (pg_dump --schema-only) and give that."
            ),
            LiveError::Server { doing, source } => write!(f, "{doing}: {}", said(source)),
        }
    }
}

/// What the server said, or else why it could not be asked, down to the last cause.
fn said(error: &postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

impl std::error::Error for LiveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LiveError::Connect { source, .. } | LiveError::Server { source, .. } => Some(source),
            _ => None,
        }
    }
}
