//! `tablewright review`: its options, and how a review is printed and kept.
use crate::{
    options::{Common, Format},
    screen,
};
use clap::Args;
use std::path::PathBuf;
use tw_engine::{
    Failure,
    artifacts::{self, Artifact},
    review::{
        Request, Source, review,
        settings::{Baseline, Settings},
    },
};
use tw_model::{
    finding::{Review, Severity},
    print::print,
};

/// What `review` takes.
#[derive(Args)]
pub struct Options {
    /// The database to review: a URL, a conninfo string or a name. It is only read.
    #[arg(long, value_name = "URL", required_unless_present = "ddl", conflicts_with = "ddl")]
    pub database: Option<String>,
    /// Scripts, dumps (plain or custom) and folders of migrations, in the order in which they are run.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub ddl: Vec<PathBuf>,
    /// Queries that are asked of it: statements with their weights. Of a live database its own record of statements
    /// (pg_stat_statements) is read when none are given.
    #[arg(long, value_name = "FILE")]
    pub queries: Option<PathBuf>,
    /// Look at up to so many rows of each table of a live database, in sampled pages; figures are kept, not the rows. Of
    /// scripts the rows that they bring are looked at.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "5000", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub rows: Option<u32>,
    /// The least severity that makes the exit code 1: note, warning or error.
    #[arg(long, value_name = "SEVERITY", default_value = "warning", value_parser = severity)]
    pub fail_on: Severity,
    /// What is said of rules: severities, exceptions with their reasons [default: tablewright.toml when it is there].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Findings that are known: they are not told again.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to a baseline.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// Write the fixes, each tried in a server of our own, to this script. It is never run on your database.
    #[arg(long, value_name = "FILE")]
    pub fix: Option<PathBuf>,
}

/// Read when it lies in the working directory.
const CONFIG: &str = "tablewright.toml";

fn severity(text: &str) -> Result<Severity, String> {
    Severity::of(text).ok_or_else(|| format!("write one of {}", Severity::ALL.map(Severity::word).join(", ")))
}

/// Runs the command: its exit code.
pub fn run(options: &Options, common: &Common) -> Result<u8, Failure> {
    let source = match &options.database {
        Some(database) => Source::Database(database.clone()),
        None => Source::Paths(options.ddl.clone()),
    };
    if let Some(out) = &common.out {
        artifacts::writable(out, artifacts::REVIEW)?;
    }
    let config = options.config.clone().or_else(|| Some(PathBuf::from(CONFIG)).filter(|p| p.is_file()));
    let mut settings = config.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
    if let Some(baseline) = &options.baseline {
        settings = settings.with_baseline(baseline)?;
    }
    let fix = options.fix.is_some();
    let rows = options.rows.and_then(|n| usize::try_from(n).ok());
    let (queries, pg_bin) = (options.queries.clone(), common.pg_bin.clone());
    let request = Request { source, queries, rows, settings, fix, pg_bin };
    let done = review(&request, &screen::progress(common));
    screen::clear(common);
    let (review, fixes) = done?;
    if let (Some(path), Some(script)) = (&options.fix, &fixes) {
        artifacts::replace(path, script)?;
    }
    if let Some(path) = &options.write_baseline {
        let known = review.findings.iter().map(|f| (f.fingerprint.clone(), (f.rule.clone(), f.subject.path.clone())));
        artifacts::replace(path, &artifacts::pretty(&Baseline { format: 1, findings: known.collect() }))?;
    }
    let text = match common.format {
        Format::Text => tw_report::review::terminal(&review, screen::width(), screen::colour()),
        Format::Json => artifacts::pretty(&review),
        Format::Sarif => tw_report::review::sarif(&review, env!("CARGO_PKG_VERSION")),
        Format::Github => tw_report::review::annotations(&review),
        Format::Markdown => tw_report::review::markdown(&review),
    };
    screen::print(&text);
    if let Some(out) = &common.out {
        artifacts::write(out, artifacts::REVIEW, &files(&review))?;
        if common.format == Format::Text && !common.quiet {
            screen::print(&format!(
                "\nThe dossier is in {}: open {}\n",
                out.display(),
                out.join("index.html").display()
            ));
        }
    }
    Ok(u8::from(review.findings.iter().any(|f| f.severity >= options.fail_on)))
}

fn files(review: &Review) -> Vec<Artifact> {
    let file = |name: &str, body: String| Artifact { name: name.into(), body };
    vec![
        file("index.html", tw_report::review_html(review)),
        file(artifacts::REVIEW, artifacts::pretty(review)),
        file("review.md", tw_report::review::markdown(review)),
        file("review.sarif", tw_report::review::sarif(review, env!("CARGO_PKG_VERSION"))),
        file("schema.sql", print(&review.schema)),
        file("er.svg", tw_report::er_svg(&review.schema, tw_report::Place::File)),
        file("er.mmd", tw_report::er_mermaid(&review.schema)),
    ]
}
