//! What an index does on real rows: pages and time of a query with it and without, and time of writing.
use super::{indexes, plans};
use crate::{LabError, clock::Clock, execute::plan, session::Session};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{ident::quote, schema::Name};

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Pages touched.
    pub pages: u64,
    /// Seconds, without those that the server waited for a processor where the system tells them: other programs on the
    /// machine are no matter of the plan.
    pub seconds: f64,
    /// Indexes that the plan read, by name, and the pages that were touched for each, those of rows included.
    pub used: BTreeMap<String, u64>,
}

/// A query run with some indexes and without them, in turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Pages without.
    pub pages_without: u64,
    /// Pages with; none where the run was ended before it had an answer.
    pub pages_with: Option<u64>,
    /// Median of time with over time without; none where it touches no more pages, which is not timed.
    pub ratio: Option<f64>,
    /// Indexes that the plan read with them, by name, and the pages that were touched for each, those of rows included.
    pub used: BTreeMap<String, u64>,
}

/// A query is slower when it takes this many times as long.
const SLOWER: f64 = 1.05;
/// It is faster when it takes no more than this share of the time. In between the next runs may say otherwise: a plan that
/// came to 0.96 came to 1.28 on the same rows minutes later.
const FASTER: f64 = 0.85;
/// A run that takes so many times as long as without indexes is ended; its ratio is taken for this.
const TOO_LONG: f64 = 3.0;
/// But it has this long at least.
const LEAST_MILLISECONDS: f64 = 1e3;

impl Compared {
    /// It touches more pages and takes longer.
    pub fn is_slower(&self) -> bool {
        self.ratio.is_some_and(|ratio| ratio > SLOWER)
    }

    /// It touches more pages and is not faster for it: neither clearly, nor by a larger share than it touches more.
    pub fn is_no_faster(&self) -> bool {
        let pages = self.pages_with.unwrap_or(u64::MAX) as f64 / self.pages_without.max(1) as f64;
        self.ratio.is_some_and(|ratio| ratio > FASTER && ratio * pages * SLOWER > 1.0)
    }
}

/// Runs a statement with indexes. Where it touches more pages than `without` did it is timed with them and without in
/// turn, `times` such pairs, or fewer once their ratios are `clear`. What takes [`TOO_LONG`] times as long is ended; where
/// `without` ran while the machine was faster, it gets another go.
pub fn compare(
    session: &mut Session,
    indexes: &[Name],
    sql: &str,
    without: &Run,
    times: usize,
    clear: &dyn Fn(&[f64]) -> bool,
) -> Result<Compared, LabError> {
    let limit = |without: &Run| (without.seconds * TOO_LONG * 1e3).max(LEAST_MILLISECONDS) as u64;
    show(session, indexes, true)?;
    let mut with = run_within(session, sql, Some(limit(without)))?;
    if with.is_none() {
        show(session, indexes, false)?;
        let again = run(session, sql)?;
        show(session, indexes, true)?;
        if again.seconds > without.seconds * SLOWER {
            with = run_within(session, sql, Some(limit(&again)))?;
        }
    }
    let Some(with) = with else {
        let used = plans::used(session, sql)?.0.into_iter().map(|name| (name, 0)).collect();
        return Ok(Compared { pages_without: without.pages, pages_with: None, ratio: Some(TOO_LONG), used });
    };
    let mut ratios: Vec<f64> = vec![];
    while with.pages > without.pages && ratios.len() < times && !clear(&ratios) {
        show(session, indexes, false)?;
        let without = run(session, sql)?;
        show(session, indexes, true)?;
        let with = run_within(session, sql, Some(limit(&without)))?;
        ratios.push(with.map_or(TOO_LONG, |with| with.seconds / without.seconds.max(f64::MIN_POSITIVE)));
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios.get(ratios.len() / 2).copied();
    Ok(Compared { pages_without: without.pages, pages_with: Some(with.pages), ratio, used: with.used })
}

/// Runs a statement without indexes, when its pages are in memory.
pub fn run_without(session: &mut Session, indexes: &[Name], sql: &str) -> Result<Run, LabError> {
    show(session, indexes, false)?;
    run(session, sql)?;
    run(session, sql)
}

/// Runs a statement in a transaction that is rolled back.
pub fn run(session: &mut Session, sql: &str) -> Result<Run, LabError> {
    run_within(session, sql, None)?.ok_or_else(|| LabError::NotInflated { why: "a query was ended".into() })
}

/// None where it was ended after so many milliseconds.
fn run_within(session: &mut Session, sql: &str, milliseconds: Option<u64>) -> Result<Option<Run>, LabError> {
    let failed = || LabError::server("a query cannot be run");
    let limit = milliseconds.map_or(String::new(), |ms| format!("; SET LOCAL statement_timeout = {ms}"));
    session.client.batch_execute(&format!("BEGIN{limit}")).map_err(failed())?;
    let pid: i32 = session.client.query_one("SELECT pg_backend_pid()", &[]).map_err(failed())?.get(0);
    let (waited, clock) = (waited(pid), Clock::start());
    let plan = plan::explain(&mut session.client, "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF", sql);
    let seconds = clock.seconds() - (self::waited(pid) - waited);
    session.client.batch_execute("ROLLBACK").map_err(failed())?;
    let plan = match plan {
        // query_canceled
        Err(e) if milliseconds.is_some() && e.code().is_some_and(|c| c.code() == "57014") => return Ok(None),
        plan => plan.map_err(failed())?,
    };
    let mut used = BTreeMap::new();
    touched_for(&plan, &mut used);
    Ok(Some(Run { pages: plan::touched(&plan), seconds, used }))
}

/// Seconds that a process of this machine has waited for a processor until now: the second number of
/// `/proc/PID/schedstat`, in nanoseconds (Linux, `Documentation/scheduler/sched-stats.rst`); 0 where it is not told.
fn waited(pid: i32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/schedstat")).unwrap_or_default();
    text.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// Adds, for each index that an analysed plan reads, the pages touched for it alone. Those of a bitmap's rows go to each
/// index that the bitmap comes from.
fn touched_for(node: &Value, used: &mut BTreeMap<String, u64>) {
    let children = || node["Plans"].as_array().into_iter().flatten();
    let own = plan::touched(node).saturating_sub(children().map(plan::touched).sum());
    let mut of: BTreeSet<String> = node["Index Name"].as_str().map(String::from).into_iter().collect();
    if node["Node Type"] == "Bitmap Heap Scan" {
        children().for_each(|child| indexes(child, &mut of));
    }
    for index in of {
        *used.entry(index).or_default() += own;
    }
    children().for_each(|child| touched_for(child, used));
}

/// Hides or shows indexes for the statements that follow, in this database, for good.
pub fn show(session: &mut Session, indexes: &[Name], seen: bool) -> Result<(), LabError> {
    let names: Vec<String> = indexes.iter().map(|n| format!("{}.{}", quote(&n.schema), quote(&n.name))).collect();
    let sql = "UPDATE pg_catalog.pg_index SET indisvalid = $2 WHERE indexrelid = ANY($1::text[]::regclass[])";
    session.client.execute(sql, &[&names, &seen]).map(|_| ()).map_err(LabError::server("cannot hide indexes"))
}

/// Hides, for good, every candidate of [`super::build`] but these, and sets where names are looked for.
pub fn hide(session: &mut Session, search_path: &str, but: &[Name]) -> Result<(), LabError> {
    let failed = || LabError::server("cannot prepare the sample for runs");
    let path = if search_path.is_empty() { "''" } else { search_path };
    session
        .client
        .batch_execute(&format!("SET search_path = {path}; SET session_replication_role = replica"))
        .map_err(failed())?;
    let sql = "UPDATE pg_catalog.pg_index i SET indisvalid = false FROM pg_catalog.pg_class c \
               WHERE c.oid = i.indexrelid AND c.relname LIKE 'tw\\_candidate\\_%'";
    session.client.batch_execute(sql).map_err(failed())?;
    show(session, but, true)
}

/// Time of writing rows of a table anew with an index, over the time without it: rows are copied into a table like it
/// that has its existing indexes. Median of `times`.
pub fn write_overhead(
    session: &mut Session,
    table: &Name,
    index: &Name,
    rows: usize,
    times: usize,
) -> Result<f64, LabError> {
    let failed = || LabError::server(format!("writing to {} could not be measured", table.name));
    let full = format!("{}.{}", quote(&table.schema), quote(&table.name));
    let client = &mut session.client;
    let named = format!("{}.{}", quote(&index.schema), quote(&index.name));
    let sql = "SELECT pg_get_indexdef($1::text::regclass), \
               ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
               WHERE i.indrelid = $2::text::regclass AND c.relname NOT LIKE 'tw\\_candidate\\_%')";
    let row = client.query_one(sql, &[&named, &full]).map_err(failed())?;
    let (definition, existing): (String, Vec<String>) = (row.get(0), row.get(1));
    client.batch_execute("BEGIN; SET LOCAL synchronous_commit = off").map_err(failed())?;
    let measured = (|| -> Result<f64, postgres::Error> {
        client.batch_execute(&format!(
            "CREATE TEMP TABLE tw_from ON COMMIT DROP AS SELECT * FROM {full} LIMIT {rows}; ANALYZE tw_from"
        ))?;
        let mut ratios = vec![];
        for _ in 0..times {
            let mut seconds = [0.0, 0.0];
            for (n, with) in [false, true].into_iter().enumerate() {
                client.batch_execute(&format!("CREATE TEMP TABLE tw_to (LIKE {full}) ON COMMIT DROP"))?;
                for other in existing.iter().chain(with.then_some(&definition)) {
                    client.batch_execute(&on(other, "tw_to"))?;
                }
                let clock = Clock::start();
                client.batch_execute("INSERT INTO tw_to OVERRIDING SYSTEM VALUE SELECT * FROM tw_from")?;
                seconds[n] = clock.seconds();
                client.batch_execute("DROP TABLE tw_to")?;
            }
            ratios.push(seconds[1] / seconds[0].max(f64::MIN_POSITIVE));
        }
        ratios.sort_by(f64::total_cmp);
        Ok(ratios.get(ratios.len() / 2).copied().unwrap_or(1.0))
    })();
    client.batch_execute("ROLLBACK").map_err(failed())?;
    measured.map_err(failed())
}

/// `CREATE [UNIQUE] INDEX name ON schema.table USING ...` without its name, on another table.
fn on(definition: &str, table: &str) -> String {
    let unique = if definition.starts_with("CREATE UNIQUE") { "UNIQUE " } else { "" };
    let rest = definition.find(" USING ").map_or("", |at| &definition[at..]);
    format!("CREATE {unique}INDEX ON {table}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_more_pages_must_be_worth_it_and_few_may_be_about_as_fast() {
        let of = |pages, ratio| {
            let used = BTreeMap::new();
            Compared { pages_without: 1000, pages_with: Some(pages), ratio: Some(ratio), used }.is_no_faster()
        };
        assert_eq!((of(1900, 0.84), of(1900, 0.86)), (false, true), "many");
        assert_eq!((of(1010, 0.93), of(1010, 0.96)), (false, true), "few");
        assert_eq!((of(1080, 0.86), of(1120, 0.86)), (false, true), "in between");
        let ended = Compared { pages_without: 1000, pages_with: None, ratio: Some(TOO_LONG), used: BTreeMap::new() };
        assert!(ended.is_no_faster());
    }
}
