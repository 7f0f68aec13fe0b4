//! `tablewright discover`: its options, and how what was found is printed.
use crate::{
    options::{Common, Format},
    screen,
};
use clap::Args;
use std::path::PathBuf;
use tw_engine::{
    Failure, artifacts,
    discover::{Limits, Request, Source, discover},
};

/// What `discover` takes.
#[derive(Args)]
pub struct Options {
    /// Files of comma-separated values, each with a header line; a file is a table.
    #[arg(required_unless_present = "database", conflicts_with = "database", value_name = "CSV")]
    pub files: Vec<PathBuf>,
    /// The database that has the tables: a URL, a conninfo string or a name. It is only read.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Only this table; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub table: Vec<String>,
    /// Most rows that are read of one table.
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(2..=5_000_000))]
    pub rows: u32,
    /// Most columns on the left side of a dependency.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub most_left: u8,
    /// Share of rows that may break a dependency that is told as nearly holding; 0 tells none.
    #[arg(long, value_name = "SHARE", default_value_t = 0.02, value_parser = share)]
    pub error: f64,
    /// A null differs from every other null, instead of being like it.
    #[arg(long)]
    pub nulls_differ: bool,
    /// A value to keep though it follows from others: `orders.total = sum(lines.amount)`, `orders.lines = count(lines)`,
    /// `orders.customer_name = customers.name`, `orders.gross = (net * 1.08)`; each strategy is tried and priced. May be repeated.
    #[arg(long, value_name = "VALUE")]
    pub derive: Vec<String>,
    /// How often such a value is read for one write to its source.
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = reads)]
    pub reads_per_write: f64,
    /// Such a value may be as old as its last refresh.
    #[arg(long)]
    pub may_be_old: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "is not a share, such as 0.02".to_string())?;
    if (0.0..0.5).contains(&share) { Ok(share) } else { Err("must lie between 0 and 0.5".into()) }
}

fn reads(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "is not a number, such as 10".to_string())?;
    if (0.001..=1e9).contains(&number) { Ok(number) } else { Err("must lie between 0.001 and 1000000000".into()) }
}

/// Runs the command: its exit code.
pub fn run(options: &Options, common: &Common) -> Result<u8, Failure> {
    let source = match &options.database {
        Some(address) => Source::Database(address.clone()),
        None => Source::Files(options.files.clone()),
    };
    let most_left = usize::from(options.most_left);
    let request = Request {
        source,
        tables: options.table.clone(),
        most_rows: options.rows as usize,
        nulls_differ: options.nulls_differ,
        limits: Limits {
            most_left,
            most_left_near: if options.error > 0.0 { most_left.min(2) } else { 0 },
            most_g3: options.error,
            seed: common.seed,
        },
        derive: options.derive.clone(),
        reads_per_write: options.reads_per_write,
        may_be_old: options.may_be_old,
        pg_bin: common.pg_bin.clone(),
    };
    let found = discover(&request, &screen::progress(common))?;
    if common.format == Format::Json {
        screen::print(&artifacts::pretty(&found));
    } else {
        screen::print(&tw_report::discovery(&found, screen::width()));
    }
    Ok(0)
}
