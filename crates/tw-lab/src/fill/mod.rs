//! Sample data: a plan carried out on a server. Rows are generated (seeded, the same on every platform),
//! streamed into one plain table per concept, finished there, and loaded into the design's tables.
//!
//! Predicates of a brief are a stranger's SQL: give [`fill`] the owner's session, never a superuser's.
pub mod calendar;
pub mod candidate;
pub mod check;
pub mod copy;
pub mod dice;
pub mod error;
pub mod generate;
pub mod limit;
pub mod reference;
pub mod repair;
pub mod shape;
pub mod types;
pub mod value;
pub mod words;
pub mod work;

pub use error::FillError;

use postgres::{Client, SimpleQueryMessage};
use std::time::Instant;
use tw_model::{
    ident::quote,
    sample::{SampleColumn, SamplePlan, SampleTable, Values},
};
use work::{Cell, Question};

/// What was filled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FillReport {
    /// Rows of each plain table, in plan order.
    pub tables: Vec<(String, u64)>,
    /// Rows in all plain tables.
    pub rows: u64,
    /// Bytes streamed into them.
    pub bytes: u64,
    /// Seconds spent, whole: a measurement.
    pub seconds: f64,
    /// Seconds of generating, streaming and checking.
    pub generate_seconds: f64,
    /// Seconds of the loads into the design's tables.
    pub load_seconds: f64,
}

/// A plain table as printed.
pub fn plain_table(entity: &str) -> String {
    format!("plain.\"{}\"", entity.replace('"', "\"\""))
}

/// Fills the plain tables, then the design's. `progress` hears (what, done, of).
///
/// The database holds the design's tables, empty, and no namespace `plain`. On an error the database is
/// as far as it came: drop it.
pub fn fill(
    client: &mut Client,
    plan: &SamplePlan,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<FillReport, FillError> {
    let start = Instant::now();
    run(client, "the session cannot be prepared", SESSION)?;
    run(client, "the namespace of the plain tables cannot be made", "CREATE SCHEMA plain")?;
    let mut candidates = Candidates::default();
    let made = generate::generate(plan, &mut |question| candidates.ask(client, question), progress)?;
    let mut report = FillReport::default();
    let total: u64 = plan.tables.iter().map(|t| t.rows).sum();
    for (table, rows) in plan.tables.iter().zip(&made) {
        let name = plain_table(&table.name);
        run(client, &format!("the plain table of {} cannot be made", table.name), &create(&name, table, None))?;
        let (given, cells) = given(table, &rows.cells);
        let bytes = copy::encode(&cells, false);
        report.bytes += bytes.len() as u64;
        let taken = copy::copy_in(client, &format!("{name} ({given})"), &bytes)
            .map_err(FillError::server(format!("rows of {} are refused", table.name), &name))?;
        report.rows += taken;
        report.tables.push((table.name.clone(), taken));
        progress(&format!("copied {}", table.name), report.rows, total);
    }
    report.generate_seconds = start.elapsed().as_secs_f64();
    for (n, sql) in plan.adjust.iter().enumerate() {
        run(client, "the plain tables cannot be finished", sql)?;
        progress("finishing", n as u64 + 1, plan.adjust.len() as u64);
    }
    let loading = Instant::now();
    for (n, sql) in plan.loads.iter().enumerate() {
        run(client, "the design refuses the sample", sql)?;
        progress("loading", n as u64 + 1, plan.loads.len() as u64);
    }
    report.load_seconds = loading.elapsed().as_secs_f64();
    gather(client, plan, progress)?;
    run(client, "the session cannot be restored", "RESET ALL")?;
    report.seconds = start.elapsed().as_secs_f64();
    Ok(report)
}

/// Text forms are read the same in every session; loading takes longer than a trial's statement may.
const SESSION: &str = "SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET intervalstyle = 'postgres'; \
     SET bytea_output = 'hex'; SET statement_timeout = '10min'; SET client_min_messages = warning; \
     SET synchronize_seqscans = off";

/// Statistics of every table. PostgreSQL samples 300 × target rows: with a target that covers the largest
/// table it reads every row, so that nothing is left to chance.
fn gather(client: &mut Client, plan: &SamplePlan, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<(), FillError> {
    let largest = plan.tables.iter().map(|t| t.rows).max().unwrap_or(0);
    let target = largest.div_ceil(300).clamp(100, 10_000);
    run(client, "statistics cannot be gathered", &format!("SET default_statistics_target = {target}"))?;
    let plain = plan.tables.iter().map(|t| plain_table(&t.name));
    let tables: Vec<String> = plain.chain(plan.analyze.iter().cloned()).collect();
    for (n, table) in tables.iter().enumerate() {
        // With the visibility map set, as on a server that has been up for a while.
        run(
            client,
            &format!("statistics of {table} cannot be gathered"),
            &format!("VACUUM (FREEZE, ANALYZE) {table}"),
        )?;
        progress("statistics", n as u64 + 1, tables.len() as u64);
    }
    Ok(())
}

/// The temporary table that rows are put in to be asked about.
#[derive(Default)]
struct Candidates {
    table: String,
}

const CANDIDATES: &str = "pg_temp.\"sample candidates\"";
const NUMBER: &str = "\"sample row\"";

impl Candidates {
    fn ask(&mut self, client: &mut Client, question: &Question) -> Result<Vec<Vec<usize>>, FillError> {
        let table = question.table;
        let doing = format!("sample rows of {} cannot be checked", table.name);
        if self.table == table.name {
            run(client, &doing, &format!("TRUNCATE {CANDIDATES}"))?;
        } else {
            run(client, &doing, &format!("DROP TABLE IF EXISTS {CANDIDATES}"))?;
            run(client, &doing, &create(CANDIDATES, table, Some(NUMBER)))?;
            self.table.clone_from(&table.name);
        }
        let (given, cells) = given(table, question.cells);
        let bytes = copy::encode(&cells, true);
        let columns = [NUMBER, &given].join(if given.is_empty() { "" } else { ", " });
        copy::copy_in(client, &format!("{CANDIDATES} ({columns})"), &bytes)
            .map_err(FillError::server(&*doing, CANDIDATES))?;
        let mut answers = vec![];
        for (predicate, truth) in &question.predicates {
            let truth = if *truth { "TRUE" } else { "FALSE" };
            let sql = format!("SELECT {NUMBER} FROM {CANDIDATES} WHERE ({predicate}) IS {truth} ORDER BY 1");
            let messages = client.simple_query(&sql).map_err(FillError::server(&*doing, &sql))?;
            answers.push(
                messages
                    .iter()
                    .filter_map(|m| match m {
                        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
                        _ => None,
                    })
                    .collect(),
            );
        }
        Ok(answers)
    }
}

/// Names and cells of the columns that rows bring with them: all but the computed ones.
fn given<'a>(table: &SampleTable, cells: &'a [Vec<Cell>]) -> (String, Vec<&'a [Cell]>) {
    let columns = table.columns.iter().zip(cells);
    let given = columns.filter(|(c, _)| !matches!(c.values, Values::Computed { .. }));
    let (names, cells): (Vec<String>, Vec<&[Cell]>) =
        given.map(|(c, cells)| (quote(&c.name), cells.as_slice())).unzip();
    (names.join(", "), cells)
}

fn create(name: &str, table: &SampleTable, number: Option<&str>) -> String {
    let column = |c: &SampleColumn| match &c.values {
        Values::Computed { expression } => {
            format!("{} {} GENERATED ALWAYS AS ({expression}) STORED", quote(&c.name), c.ty)
        }
        // What is only asked about has no defaults: every row brings its values.
        _ if number.is_some() || c.definition.is_empty() => format!("{} {}", quote(&c.name), c.ty),
        _ => format!("{} {} {}", quote(&c.name), c.ty, c.definition),
    };
    let columns: Vec<String> =
        number.map(|n| format!("{n} bigint")).into_iter().chain(table.columns.iter().map(column)).collect();
    let temporary = if number.is_some() { "TEMPORARY " } else { "" };
    format!("CREATE {temporary}TABLE {name} ({})", columns.join(", "))
}

fn run(client: &mut Client, doing: &str, sql: &str) -> Result<(), FillError> {
    client.batch_execute(sql).map_err(FillError::server(doing, sql))
}

#[cfg(test)]
mod tests;
