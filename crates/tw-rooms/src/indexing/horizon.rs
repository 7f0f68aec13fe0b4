//! Claims at the horizon: no query reads a large table whole on the day the brief plans for, and what each would read
//! without its index.
use super::{
    AT,
    claims::{drop_way, way_fact, without_repeats},
    ways::{Need, Way, needs, ways},
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
    schema::ConstraintKind,
    sql::{Against, PredicateOp, Scan, StatementKind},
    trial::{Base, Expect, Step, Trial},
};

/// Rows from which on reading a table whole is what a query must never do: about a thousand pages.
const LARGE: f64 = 100_000.0;

/// A way that a statement leads through to a table that will be large.
struct Lean {
    table: String,
    way: Way,
    /// No other index of the table has a column that the statement asks for, or holds just the rows it asks for.
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
        c.rests_on = leans.iter().map(|l| way_fact(draft, &l.table, &l.way, l.alone)).collect();
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
    for scan in &statement.sql.scans {
        let needs = needs(model, draft, scan);
        for need in &needs {
            if rows_at_horizon(draft, &need.table).is_none_or(|rows| rows < LARGE) {
                continue;
            }
            let every = ways(draft, &need.table);
            let Some(way) = every.iter().find(|w| need.served_by(w)).cloned() else { continue };
            if all.iter().any(|l| l.table == need.table && l.way == way) {
                continue;
            }
            let asked: Vec<&Need> = needs.iter().filter(|n| n.table == need.table).collect();
            let other = |w: &Way| *w != way && (implied(w, scan) || w.columns.iter().any(|c| asks(&asked, c)));
            let alone = !every.iter().any(other) && exclusions(draft, &need.table, &asked).is_empty();
            all.push(Lean { table: need.table.clone(), way, alone });
        }
    }
    all
}

/// True when one of the needs names the column; of no needs every column is asked.
fn asks(needs: &[&Need], column: &str) -> bool {
    let names = |need: &&Need| {
        let special =
            need.special.as_ref().is_some_and(|(_, of, _)| of == column || of.contains(&format!(".{column}")));
        special || need.equal.iter().any(|c| c == column) || need.then.iter().any(|(c, _)| c == column)
    };
    needs.is_empty() || needs.iter().any(names)
}

/// Rules of the table that its rows exclude each other, whose index has a column that is asked.
fn exclusions(draft: &Draft, symbol: &str, needs: &[&Need]) -> Vec<String> {
    let Some(table) = table(draft, symbol) else { return vec![] };
    let of = |definition: &str| table.columns.iter().any(|c| asks(needs, &c.name) && definition.contains(&c.name));
    let found = table.constraints.iter().filter(|c| match &c.kind {
        ConstraintKind::Exclude { definition } => of(definition),
        _ => false,
    });
    found.map(|c| c.name.clone()).collect()
}

/// True of a partial index whose rows are all that the statement asks for: every constant of its predicate is asked.
fn implied(way: &Way, scan: &Scan) -> bool {
    let Some(filter) = &way.filter else { return false };
    let asked = |constant: &str| {
        scan.predicates.iter().any(|p| {
            p.op == PredicateOp::Equal && matches!(&p.against, Against::Literal { value } if value == constant)
        })
    };
    let constants: Vec<&str> = filter.split('\'').skip(1).step_by(2).collect();
    !constants.is_empty() && constants.iter().all(|c| asked(c))
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let (model, draft) = (ground.model, ground.draft);
    let query = model.workload.iter().find(|q| q.name == claim.subject.as_str());
    let query = query.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut steps = queries::arguments(ground, query)?;
    for statement in &query.statements {
        steps.extend(tried(ground, query, statement));
    }
    // Every way into those tables goes, so that nothing takes the place of what was lost.
    let mut twin = vec![];
    for lean in query.statements.iter().flat_map(|s| leans(model, draft, s)) {
        twin.extend(ways(draft, &lean.table).iter().flat_map(|way| drop_way(draft, &lean.table, way)));
        let rules = exclusions(draft, &lean.table, &[]);
        twin.extend(rules.iter().map(|rule| drop_constraint(draft, &lean.table, rule)));
    }
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
