//! `tablewright index`: its options, and how its advice is printed.
use crate::{
    options::{Common, Format},
    screen,
};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tw_engine::{
    Failure, artifacts,
    design::design,
    index::{Request, Source, index},
    read,
};

/// What `index` takes.
#[derive(Args)]
pub struct Options {
    /// The brief whose workload and design are looked at, at its horizon.
    #[arg(required_unless_present_any = ["database", "ddl"], conflicts_with_all = ["database", "ddl"])]
    pub brief: Option<PathBuf>,
    /// The database that has the tables: a URL, a conninfo string or a name. It is only read.
    #[arg(long, value_name = "URL", conflicts_with = "ddl")]
    pub database: Option<String>,
    /// A script that makes the tables; rows are made up where it inserts none.
    #[arg(long, value_name = "FILE", requires = "queries")]
    pub ddl: Option<PathBuf>,
    /// The workload: statements separated by `;`, each with a comment `-- weight: 5` or `-- 100/s` if it counts more. The
    /// brief's own, or the database's own record of statements (pg_stat_statements), when not given.
    #[arg(long, value_name = "FILE")]
    pub queries: Option<PathBuf>,
    /// Bytes that the indexes may take together: `500MB`, `2GB`; four times what the tables take when not given.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub budget: Option<u64>,
    /// Rows that a table will have, instead of those it has: `orders=2000000`. Where rows are made up, 100,000 when not
    /// given.
    #[arg(long, value_name = "TABLE=N", value_parser = rows)]
    pub rows: Vec<(String, f64)>,
    /// Try the choice on a copy of all rows, made in the lab, rather than on a sample: what makes a query slower there is
    /// kept away from. It takes the time and the disk that a dump takes.
    #[arg(long, requires = "database")]
    pub all_rows: bool,
}

/// `500MB` in bytes; a megabyte is 1024 kilobytes, as in PostgreSQL.
fn size(text: &str) -> Result<u64, String> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let bytes = match unit.trim().to_ascii_uppercase().as_str() {
        "KB" => 1u64 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        "TB" => 1 << 40,
        _ => return Err("write a size with its unit, such as 500MB or 2GB".into()),
    };
    let number: f64 = number.parse().map_err(|_| "write a size with its unit, such as 500MB or 2GB".to_string())?;
    Ok((number * bytes as f64) as u64)
}

/// `orders=2000000`.
fn rows(text: &str) -> Result<(String, f64), String> {
    let said = || "write a table and its rows, such as orders=2000000".to_string();
    let (table, number) = text.split_once('=').ok_or_else(said)?;
    let number: f64 = number.replace('_', "").parse().map_err(|_| said())?;
    if number >= 0.0 && !table.is_empty() { Ok((table.to_string(), number)) } else { Err(said()) }
}

/// Runs the command: its exit code.
pub fn run(options: &Options, common: &Common) -> Result<u8, Failure> {
    let named = |path: &PathBuf| Ok::<_, Failure>((path.display().to_string(), read::text(path)?));
    let source = match (&options.brief, &options.database, &options.ddl) {
        (Some(brief), ..) => Source::Brief(Box::new(design(read::brief(brief)?, common.seed))),
        (_, Some(database), _) => Source::Database(database.clone()),
        (.., ddl) => {
            let (name, text) = ddl.as_ref().map(named).transpose()?.unwrap_or_default();
            Source::Script(name, text)
        }
    };
    let request = Request {
        source,
        queries: options.queries.as_ref().map(named).transpose()?,
        budget_bytes: options.budget,
        rows: options.rows.iter().cloned().collect::<BTreeMap<_, _>>(),
        all_rows: options.all_rows,
        pg_bin: common.pg_bin.clone(),
    };
    let advice = index(&request, &screen::progress(common))?;
    if common.format == Format::Json {
        screen::print(&artifacts::pretty(&advice));
    } else {
        screen::print(&tw_report::advice(&advice, screen::width()));
    }
    Ok(u8::from(!advice.problems.is_empty()))
}
