//! What every command takes.
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What every command takes.
#[derive(Args)]
pub struct Common {
    /// Where to write the dossier [default: NAME.dossier beside the working directory's files].
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How to print.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Seed of the sample data.
    #[arg(long, global = true, default_value_t = 1)]
    pub seed: u64,
    /// Directory of the PostgreSQL server programs to use.
    #[arg(long, global = true, value_name = "DIR")]
    pub pg_bin: Option<PathBuf>,
    /// Undecided claims count as refuted in the exit code.
    #[arg(long, global = true)]
    pub strict: bool,
    /// Print results only.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Of a review: SARIF 2.1.0, for code scanning.
    Sarif,
    /// Of a review: annotations of a GitHub workflow.
    Github,
    /// Of a review: Markdown.
    Markdown,
}
