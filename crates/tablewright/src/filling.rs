//! `tablewright fill`: its arguments and what it prints.
use crate::{
    options::{Common, Format},
    screen,
};
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;
use tw_engine::{
    Failure, artifacts,
    design::design,
    fill::{self, Filled, Of, Options, Progress, To, Wanted},
    read,
};

/// What is filled, with how many rows, and where they go.
#[derive(Args)]
#[command(
    after_help = "Rows are made from the seed and their number alone: the same seed gives the same rows on every machine, \
                  however many workers make them. Every constraint of the schema is kept; the server checks each row. \
                  --into takes a URL, a conninfo string or a database's name, completed by the PG* variables and \
                  ~/.pgpass as psql completes it. Its tables must be empty; a table's rows arrive whole or not at all."
)]
pub struct Filling {
    /// The brief whose design is filled, with the volumes and distributions it names.
    #[arg(required_unless_present_any = ["database", "ddl"], conflicts_with_all = ["database", "ddl"])]
    brief: Option<PathBuf>,
    /// Fill the schema of this database, whose statistics shape the values. It is only read.
    #[arg(long, value_name = "URL", conflicts_with = "ddl")]
    database: Option<String>,
    /// Fill the schema of this script.
    #[arg(long, value_name = "FILE")]
    ddl: Option<PathBuf>,
    /// Rows of a table (orders=10M; 0 leaves it empty), or of every table that is not named; may be repeated.
    #[arg(long, value_name = "TABLE=N", value_delimiter = ',')]
    rows: Vec<String>,
    /// Times the brief's volumes, or the database's sizes.
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    scale: f64,
    /// The database that rows go to; the schema is loaded when it holds no table. Without it, --out takes files.
    #[arg(long, value_name = "URL", required_unless_present = "out", conflicts_with = "out")]
    into: Option<String>,
    /// Workers that make rows [default: one a processor].
    #[arg(long, value_name = "N")]
    workers: Option<usize>,
    /// Sessions that a large table is shared between [default: one a processor, 4 at most]; with 1 every table
    /// arrives in one transaction.
    #[arg(long, value_name = "N")]
    streams: Option<usize>,
    /// Go on with a fill that was broken off: tables that hold all their rows are passed over.
    #[arg(long = "continue")]
    go_on: bool,
}

/// Most workers and sessions.
const MOST: usize = 256;

/// Fills: the exit code.
pub fn run(filling: &Filling, common: &Common) -> Result<u8, Failure> {
    if !(filling.scale.is_finite() && filling.scale > 0.0) {
        return Err(Failure::Path {
            path: "--scale".into(),
            why: format!("{} is no scale", filling.scale),
            help: "Give a number above 0: 0.01 is a hundredth of the volumes.".into(),
        });
    }
    let of = match (&filling.brief, &filling.database, &filling.ddl) {
        (Some(brief), ..) => Of::Brief(Box::new(design(read::brief(brief)?, common.seed))),
        (_, Some(address), _) => Of::Database(address.clone()),
        (_, _, Some(file)) => fill::ddl(file)?,
        _ => unreachable!("the arguments ask for one of them"),
    };
    let to = match (&filling.into, &common.out) {
        (Some(address), _) => To::Database(address.clone()),
        (None, Some(dir)) => To::Files(dir.clone()),
        (None, None) => unreachable!("the arguments ask for one of them"),
    };
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
    let options = Options {
        workers: filling.workers.unwrap_or(processors).clamp(1, MOST),
        streams: filling.streams.unwrap_or(processors.min(4)).clamp(1, MOST),
        go_on: filling.go_on,
    };
    let wanted = Wanted {
        rows: filling.rows.clone(),
        scale: filling.scale,
        seed: common.seed,
        options,
        pg_bin: common.pg_bin.clone(),
    };
    let filled = fill::fill(&of, &to, &wanted, &mut teller(common))?;
    tell(&filled, &to, common);
    Ok(0)
}

/// Tells how far it is on standard error: one line that is rewritten on a terminal, else a line at each tenth.
fn teller(common: &Common) -> impl FnMut(&Progress) {
    let quiet = common.quiet;
    let mut last = u64::MAX;
    move |p| {
        if quiet || p.of == 0 {
            return;
        }
        let line = format!(
            "{} of {} rows, {}/s, {} left: {}",
            grouped(p.done),
            grouped(p.of),
            grouped(p.rate as u64),
            span(p.left_s),
            p.table
        );
        let mut err = std::io::stderr().lock();
        if err.is_terminal() {
            let end = if p.done >= p.of { "\r\x1b[K" } else { "" };
            let line: String = line.chars().take(screen::width().saturating_sub(1)).collect();
            let _ = write!(err, "\r\x1b[K{line}{end}");
            let _ = err.flush();
        } else if p.done * 10 / p.of != last {
            last = p.done * 10 / p.of;
            let _ = writeln!(err, "{line}");
        }
    }
}

fn tell(filled: &Filled, to: &To, common: &Common) {
    let report = &filled.report;
    if common.format == Format::Json {
        let tables: Vec<_> = report
            .tables
            .iter()
            .map(|(table, rows, bytes)| serde_json::json!({ "table": table, "rows": rows, "bytes": bytes }))
            .collect();
        screen::print(&artifacts::pretty(&serde_json::json!({
            "format": 1,
            "seed": common.seed,
            "tables": tables,
            "passed_over": report.passed_over,
            "rows": report.rows,
            "bytes": report.bytes,
            "seconds": report.seconds,
            "notes": filled.notes,
        })));
        return;
    }
    let wide = report.tables.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, rows, _) in &report.tables {
        screen::print(&format!("{name:<wide$}  {:>15}\n", grouped(*rows)));
    }
    for name in &report.passed_over {
        screen::print(&format!("{name} held its rows already\n"));
    }
    screen::print(&format!(
        "{} rows, {} MB in {:.1} s: {} rows/s, {:.0} MB/s, seed {}\n",
        grouped(report.rows),
        grouped(report.bytes / 1_000_000),
        report.seconds,
        grouped((report.rows as f64 / report.seconds.max(1e-6)) as u64),
        report.bytes as f64 / 1e6 / report.seconds.max(1e-6),
        common.seed
    ));
    for note in &filled.notes {
        screen::print(&format!("Note: {note}\n"));
    }
    if let To::Files(dir) = to
        && !common.quiet
    {
        let dir = dir.display();
        screen::print(&format!(
            "The rows are in {dir}. To load them: cd {dir} && psql -X -v ON_ERROR_STOP=1 -f load.sql DATABASE\n"
        ));
    }
}

/// `1,234,567`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn span(seconds: f64) -> String {
    let whole = Duration::from_secs_f64(seconds.clamp(0.0, 1e8)).as_secs();
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole / 60 % 60),
    }
}
