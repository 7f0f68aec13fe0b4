//! Failures: who must act, what was done already, what to do next.
use std::fmt;
use std::path::PathBuf;
use tw_lab::error::{LabError, LiveError, LoadError};

/// Why a command could not do its work. A refuted claim is not a failure: it is a result.
#[derive(Debug)]
pub enum Failure {
    /// The brief has errors; they are rendered, ready to print.
    Brief {
        /// Every diagnostic, rendered.
        rendered: String,
        /// How many.
        count: usize,
    },
    /// A file in another tool's notation has errors; they are rendered, ready to print.
    Notation {
        /// The notation.
        notation: &'static str,
        /// Every diagnostic, rendered.
        rendered: String,
    },
    /// A file could not be read or written.
    File {
        /// What was attempted: `read`, `write`.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// A path is not what it should be.
    Path {
        /// The path.
        path: PathBuf,
        /// Why it will not do.
        why: String,
        /// What to do.
        help: String,
    },
    /// The lab failed.
    Lab(LabError),
    /// A user's database cannot be reached or read.
    Live(LiveError),
    /// A script was refused by the server.
    Script {
        /// `schema.sql`, `roles.sql`, or the user's file.
        file: String,
        /// What the server said and where.
        error: Box<LoadError>,
        /// True when we printed the script: then it is our defect.
        ours: bool,
    },
    /// SQL of the brief's own (a fenced block) was refused.
    RawSql {
        /// The block, in the brief.
        origin: String,
        /// What the server said.
        error: Box<LoadError>,
    },
    /// The sample could not be generated.
    Sample {
        /// Why.
        why: String,
    },
    /// Rows could not be made or poured.
    Pour(tw_lab::pour::PourError),
    /// A receipt file could not be understood.
    Receipt {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Brief { rendered, count } => {
                let (noun, them) = if *count == 1 { ("error", "it") } else { ("errors", "them") };
                write!(
                    f,
                    "{rendered}\n{count} {noun} in the brief; nothing was written. Mend {them} and run the command again."
                )
            }
            Failure::Notation { notation, rendered } => {
                write!(
                    f,
                    "{rendered}\nThis is not read as {notation}; nothing was written. Mend it and run the command again."
                )
            }
            Failure::File { doing, path, why } => write!(f, "cannot {doing} {}: {why}", path.display()),
            Failure::Path { path, why, help } => write!(f, "{}: {why}\n{help}", path.display()),
            Failure::Lab(error) => write!(f, "{error}"),
            Failure::Live(error) => write!(f, "{error}"),
            Failure::Script { file, error, ours: false } => write!(f, "{file} was refused by the server\n{error}"),
            Failure::Script { file, error, ours: true } => {
                write!(
                    f,
                    "{file}, which Tablewright wrote, was refused by the server\n{error}\nThis is a defect of Tablewright: please report it with the brief."
                )
            }
            Failure::RawSql { origin, error } => write!(
                f,
                "the SQL that the brief gives in the block at {origin} was refused by the server: {}\n{}\nMend the block in the brief and run the command again.",
                error.message, error.caret
            ),
            Failure::Sample { why } => write!(f, "the sample could not be generated: {why}"),
            Failure::Pour(error) => write!(f, "{error}"),
            Failure::Receipt { path, why } => write!(f, "{}: {why}", path.display()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<LabError> for Failure {
    fn from(error: LabError) -> Self {
        Failure::Lab(error)
    }
}

impl From<LiveError> for Failure {
    fn from(error: LiveError) -> Self {
        Failure::Live(error)
    }
}

impl From<tw_lab::pour::PourError> for Failure {
    fn from(error: tw_lab::pour::PourError) -> Self {
        Failure::Pour(error)
    }
}
