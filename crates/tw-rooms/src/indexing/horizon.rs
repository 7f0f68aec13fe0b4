//! Claims at the horizon: no query reads a large table whole on the day the brief plans for, and what each would read
//! without its index.
use super::{
    AT,
    claims::{drop_way, path_fact, without_repeats},
    ways::{Way, needs, ways},
};
use crate::kit::{
    Ground, claim,
    horizon::rows_at_horizon,
    queries::{self, Side},
    steps::*,
};
use tw_model::{
    Path,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::{Model, Query, Statement},
    sql::StatementKind,
    trial::{Base, Expect, Step, Trial},
};

/// Rows from which on reading a table whole is what a query must never do: about a thousand pages.
const LARGE: f64 = 100_000.0;

/// A way that a statement leads through to a table that will be large.
struct Lean {
    table: String,
    way: Way,
    /// No other way of the table begins with a column that the statement asks for.
    alone: bool,
}

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for query in model.workload.iter().filter(|q| !q.scan) {
        let leans: Vec<Lean> = query.statements.iter().flat_map(|s| leans(model, draft, s)).collect();
        if leans.is_empty() {
            continue;
        }
        let statement = format!(
            "{} reads no large table whole at the volume of the horizon, and would without its index",
            query.name
        );
        let mut c = claim(AT, "at-horizon", Path::new(&query.name), statement, &query.origin);
        c.rests_on = leans.iter().filter(|l| l.alone).map(|l| path_fact(draft, &l.table, &l.way)).collect();
        c.rests_on.extend(queries::filled_in(draft, query));
        all.push(c);
    }
    all
}

/// The ways a statement leans on, each once.
fn leans(model: &Model, draft: &Draft, statement: &Statement) -> Vec<Lean> {
    let mut all: Vec<Lean> = vec![];
    if statement.sql.kind == StatementKind::Insert {
        return all;
    }
    for need in statement.sql.scans.iter().flat_map(|scan| needs(model, draft, scan)) {
        if rows_at_horizon(draft, &need.table).is_none_or(|rows| rows < LARGE) {
            continue;
        }
        let every = ways(draft, &need.table);
        let Some(way) = every.iter().find(|w| need.served_by(w)).cloned() else { continue };
        if all.iter().any(|l| l.table == need.table && l.way == way) {
            continue;
        }
        let asked = |column: &String| need.equal.contains(column) || need.then.iter().any(|(c, _)| c == column);
        let alone = !every.iter().any(|w| *w != way && w.columns.first().is_some_and(asked));
        all.push(Lean { table: need.table.clone(), way, alone });
    }
    all
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let (model, draft) = (ground.model, ground.draft);
    let query = model.workload.iter().find(|q| q.name == claim.subject.as_str());
    let query = query.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut steps = queries::arguments(ground, query)?;
    for statement in &query.statements {
        steps.extend(tried(ground, query, statement));
    }
    let leans = query.statements.iter().flat_map(|s| leans(model, draft, s));
    // Every way into those tables goes, so that nothing takes the place of what was lost.
    let twin = leans
        .flat_map(|l| ways(draft, &l.table).into_iter().map(move |w| (l.table.clone(), w)))
        .flat_map(|(table, way)| drop_way(draft, &table, &way))
        .collect();
    let mut trial = crate::kit::steps::trial(claim, steps, without_repeats(twin));
    trial.base = Base::Horizon;
    Ok(trial)
}

/// The statement planned with its indexes, then without each that nothing else stands in for.
fn tried(ground: &Ground, query: &Query, statement: &Statement) -> Vec<Step> {
    let draft = ground.draft;
    let p = Physical(draft);
    let sql = queries::with_arguments(ground, query, &statement.sql, Side::Design);
    let leans = leans(ground.model, draft, statement);
    let mut steps = vec![];
    if !leans.is_empty() {
        let mut tables: Vec<String> = leans.iter().map(|l| p.table(&l.table).name).collect();
        tables.sort();
        tables.dedup();
        let indexes = leans.iter().filter(|l| l.alone).map(|l| p.member(&l.table, &l.way.symbol)).collect();
        steps.push(step(sql.clone(), Expect::Seeks { indexes, tables }));
        for lean in leans.iter().filter(|l| l.alone) {
            let (without, table) = (p.member(&lean.table, &lean.way.symbol), p.table(&lean.table).name);
            steps.push(step(sql.clone(), Expect::Suffers { without, table }));
        }
    }
    // What it changes or returns, later statements may ask for.
    if leans.is_empty() || !statement.into.is_empty() {
        let mut run = accepted(sql);
        run.keep = statement.into.clone();
        steps.push(run);
    }
    steps
}
