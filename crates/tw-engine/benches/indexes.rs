//! `cargo bench -p tw-engine --bench indexes`: TPC-H loaded in full with primary keys; indexes chosen for budgets as the
//! command chooses them, from a sample and with `--all-rows`; then really built, and costs and sizes read from the full load. Beside them the
//! published algorithm *Extend* with the same candidates' widths and the same oracle.
//!
//! Costs are EXPLAIN's with the lab's settings: no parallel workers, no jit, `random_page_cost` 4, `work_mem` 4 MB.
//! `TPCH_SCALE` sets the scale (1), `RUNS` the number of interleaved runs of each query that touches more pages (9; 0
//! leaves them out), `ALL=1` takes all 22 queries instead of the 18 that the literature does, `BUDGETS=250,500` other
//! budgets in MB, `ONLY=partial,extend` leaves out all but those (and `plain`), `TRY=0` takes the planner's word.
//! `TPCDS=$(scripts/fetch-tpcds 1)` takes TPC-DS instead, by the planner's word: some of its queries run for hours.
mod extend;
mod memory;
mod tpcds;
mod tpch;
use std::{path::PathBuf, time::Instant};
use tw_engine::index::{
    ROUNDS, ground, guard, planned, trying,
    whatif::{self, Prepared},
    workload::Query,
};
use tw_lab::{
    Lab, LabOptions, Live, Session, discover,
    whatif::{measure, plans},
};
use tw_model::{print::index_definition, schema::Name, trial::Actor};
use tw_rooms::indexing::search::{problem::Ask, search, set::Set};

/// Budgets in MB.
const BUDGETS: &str = "250,500,1000,2000";
/// What a server for so much data would be given: tables and indexes fit in, as they do on a machine whose quarter it is.
const SHARED_BUFFERS: &str = "6GB";
/// Queries that the literature leaves out.
const LEFT_OUT: [usize; 4] = [2, 15, 17, 20];
const MB: f64 = (1u64 << 20) as f64;

fn number(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|s| s.parse().ok()).unwrap_or(default)
}

fn main() {
    let (scale, runs) = (number("TPCH_SCALE", 1.0), number("RUNS", 9.0) as usize);
    let all = number("ALL", 0.0) > 0.0;
    let tpcds = std::env::var("TPCDS").ok().map(PathBuf::from);
    let tries = number("TRY", 1.0) > 0.0 && tpcds.is_none();
    let runs = if tpcds.is_some() { 0 } else { runs };
    let only = std::env::var("ONLY").ok();
    for one in only.iter().flat_map(|only| only.split(',')) {
        assert!(["plain", "partial", "extend"].contains(&one), "ONLY is of plain, partial and extend, not {one:?}");
    }
    let wanted = |what: &str| only.as_ref().is_none_or(|only| only.split(',').any(|one| one == what));
    let budgets = std::env::var("BUDGETS").unwrap_or(BUDGETS.into());
    let budgets: Vec<u64> = budgets.split(',').map(|b| b.trim().parse().expect("a number of MB")).collect();
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let settings = vec![("shared_buffers".to_string(), SHARED_BUFFERS.to_string())];
    let options = LabOptions { settings, ..LabOptions::default() };
    let full = Lab::start(&installation, &options).unwrap_or_else(|e| panic!("{e}"));
    match &tpcds {
        Some(from) => tpcds::load(&full, "full", from),
        None => tpch::load(&full, "full", scale, true),
    }
    let at = full.directory().display();
    let owner = tw_lab::settings::OWNER;
    let mut live = Live::connect(&format!("host={at} user={owner} dbname=full")).unwrap_or_else(|e| panic!("{e}"));
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    let ground = ground::of_live(lab, &mut live, &Default::default(), &|_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    let of_tpch = |n: usize| Query { name: format!("{n}"), sql: tpch::query(n), weight: 1.0, offset: 0 };
    let queries = match &tpcds {
        Some(from) => tpcds::queries(from),
        None => (1..=22).filter(|n| all || !LEFT_OUT.contains(n)).map(of_tpch).collect(),
    };
    let begun = Instant::now();
    let refused = &mut |q: &Query, r: &plans::Refused| println!("query {} is not planned: {}", q.name, r.message);
    let planned = planned::plan(&ground, queries, refused).unwrap_or_else(|e| panic!("{e}"));
    let planning = begun.elapsed().as_secs_f64();
    let mut prepared = whatif::prepare(&ground, planned, &[], &|_, _, _| {}).unwrap_or_else(|e| panic!("{e}"));
    drop(live);
    // Choices are tried on a copy of all rows, as `--all-rows` does.
    let mut rows = tries.then(|| {
        full.create_database("tried", Some("full")).unwrap_or_else(|e| panic!("{e}"));
        let tried = full.session("tried", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        trying::Rows::in_session(tried, &ground.search_path).unwrap_or_else(|e| panic!("{e}"))
    });
    let mut session = full.session("full", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    let settings = "SET statement_timeout = 0; SET maintenance_work_mem = '512MB'; CREATE EXTENSION pg_trgm";
    session.client.batch_execute(settings).expect("settings");
    let base = costs(&mut session, &prepared);
    let base_total: f64 = base.iter().sum();
    println!(
        "{}, {} queries, primary keys only: cost {base_total:.0}; PostgreSQL {}",
        tpcds.map_or(format!("TPC-H at scale {scale}"), |from| format!("TPC-DS of {}", from.display())),
        base.len(),
        installation.version
    );
    println!("a random read of memory takes {:.0} ns", memory::random_read());
    println!(
        "{} candidates thought of in {:.2} s, built on the sample in {:.1} s",
        prepared.tried.len(),
        planning + prepared.seconds.0,
        prepared.seconds.1
    );
    println!(
        "{:>6} {:12} {:>7} {:>9} {:>9} {:>9} {:>8} {:>6} {:>6}",
        "budget", "", "cost %", "MB said", "MB real", "search s", "tried s", "let go", "plans"
    );
    for partial in [false, true].into_iter().filter(|partial| wanted(if *partial { "partial" } else { "plain" })) {
        for &budget in &budgets {
            let allowed = |t: &whatif::Tried| partial || t.candidate.filter.is_empty();
            let problem = prepared.problem(budget << 20, ROUNDS, &|_| 0.0, &allowed);
            let begun = Instant::now();
            let (choice, let_go, running) = if let Some(rows) = &mut rows {
                let told = |_: usize, _: usize, what: &str| eprintln!("  {what}");
                let guarded = guard::choose(&mut prepared, &problem, rows, &told);
                let guarded = guarded.unwrap_or_else(|e| panic!("{e}"));
                (guarded.choice, guarded.let_go.len(), guarded.running)
            } else {
                let choice = search(&problem, &mut |asks: &[Ask]| prepared.answer(asks));
                (choice.unwrap_or_else(|e| panic!("{e}")), 0, 0.0)
            };
            let seconds = begun.elapsed().as_secs_f64() - running + planning + prepared.seconds.0;
            let name = if partial { "with partial" } else { "no partial" };
            let row = Row { budget, name, seconds, running, let_go, asks: choice.asks };
            built(&mut session, &prepared, choice.chosen, &row, base_total, runs);
        }
    }
    for &budget in budgets.iter().filter(|_| wanted("extend")) {
        let plain = |t: &whatif::Tried| t.candidate.filter.is_empty() && t.candidate.index.method == "btree";
        let problem = prepared.problem(budget << 20, ROUNDS, &|_| 0.0, &plain);
        let keys: Vec<extend::Keys> = prepared.tried.iter().map(|t| extend::keys(&t.candidate)).collect();
        let begun = Instant::now();
        let mut oracle = |asks: &[Ask]| prepared.answer(asks).unwrap_or_else(|e| panic!("{e}"));
        let (set, asks) = extend::extend(&problem, &keys, &mut oracle);
        let seconds = begun.elapsed().as_secs_f64() + planning;
        let row = Row { budget, name: "Extend", seconds, running: 0.0, let_go: 0, asks };
        built(&mut session, &prepared, set, &row, base_total, 0);
    }
}

struct Row {
    budget: u64,
    name: &'static str,
    seconds: f64,
    /// Seconds in which choices were tried on the sample, besides.
    running: f64,
    /// Candidates that were let go then.
    let_go: usize,
    asks: usize,
}

/// Builds a set for real, reads its costs and sizes, executes the queries with and without it, drops it.
fn built(session: &mut Session, prepared: &Prepared, set: Set, row: &Row, base_total: f64, runs: usize) {
    let names: Vec<Name> = set.iter().map(|c| whatif::lab_name(&prepared.tried[c])).collect();
    for c in set.iter() {
        let candidate = &prepared.tried[c].candidate;
        session.client.batch_execute(&index_definition(&candidate.table, &candidate.index)).expect("it is built");
    }
    let said: u64 = set.iter().map(|c| prepared.tried[c].bytes).sum();
    let mut real = 0.0;
    for name in &names {
        let sql = "SELECT pg_relation_size($1::text::regclass)::float8";
        let bytes: f64 =
            session.client.query_one(sql, &[&format!("{}.{}", name.schema, name.name)]).expect("a size").get(0);
        real += bytes;
    }
    // Statistics of expressions are gathered after they are indexed.
    session.client.batch_execute("ANALYZE").expect("it is analysed");
    let total: f64 = costs(session, prepared).iter().sum();
    println!(
        "{:>6} {:12} {:>7.2} {:>9.1} {:>9.1} {:>9.2} {:>8.1} {:>6} {:>6}{}",
        row.budget,
        row.name,
        100.0 * total / base_total,
        said as f64 / MB,
        real / MB,
        row.seconds,
        row.running,
        row.let_go,
        row.asks,
        if real > (row.budget << 20) as f64 { "  over the budget" } else { "" }
    );
    if runs > 0 {
        executed(session, prepared, &names, runs);
    }
    for name in &names {
        session.client.batch_execute(&format!("DROP INDEX {}.{}", name.schema, name.name)).expect("it is dropped");
    }
}

fn costs(session: &mut Session, prepared: &Prepared) -> Vec<f64> {
    let queries = prepared.planned.iter();
    queries.map(|p| plans::cost(session, &p.query.sql).unwrap_or_else(|e| panic!("{e}"))).collect()
}

/// Each query run with the indexes and without; those that touch more pages are timed, and told when the median of
/// their interleaved ratios is over 1.05.
fn executed(session: &mut Session, prepared: &Prepared, names: &[Name], runs: usize) {
    let (mut more, mut slower) = (vec![], vec![]);
    for planned in &prepared.planned {
        let sql = &planned.query.sql;
        let without = measure::run_without(session, names, sql).unwrap_or_else(|e| panic!("{e}"));
        let seen = measure::compare(session, names, sql, &without, runs, &|_| false).unwrap_or_else(|e| panic!("{e}"));
        let Some(ratio) = seen.ratio else { continue };
        let with = seen.pages_with.map_or("many".into(), |pages| pages.to_string());
        let to = if seen.is_slower() { &mut slower } else { &mut more };
        to.push(format!("{} ({ratio:.2}, {with} pages instead of {})", planned.query.name, seen.pages_without));
    }
    let told = |list: &[String]| if list.is_empty() { "none".into() } else { list.join(", ") };
    println!("       executed, median of {runs}: slower with more pages: {}", told(&slower));
    println!("       more pages and no slower: {}; no more pages: all others", told(&more));
}
