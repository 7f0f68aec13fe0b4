//! Claims about upkeep: a table's indexes are built anew while its rows are written.
//!
//! Built concurrently, an index waits for the writers before it and keeps none after it waiting: SHARE UPDATE EXCLUSIVE
//! does not conflict with a writer's ROW EXCLUSIVE, and SHARE does (PostgreSQL manual, "Table-Level Locks", REINDEX).
use super::AT;
use crate::kit::{
    Ground, claim, origin_of,
    steps::{Physical, accepted, in_session, returns_one, step, trial as tried},
};
use tw_model::{
    Path,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::{literal, quote},
    model::Model,
    schema::Table,
    trial::{Apart, Base, Expect, Step, Trial, Twin},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let indexed = draft.schema.wholes().filter(|t| !t.indexes.is_empty());
    let claims = indexed.map(|table| {
        let path = Path::new(&table.name.name);
        let statement = format!("the indexes of {} are built anew while its rows are written", table.name.name);
        let origin = origin_of(model, &path);
        claim(AT, "online", path, statement, &origin)
    });
    claims.collect()
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let table = crate::kit::steps::table(ground.draft, claim.subject.as_str());
    let table = table.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut trial = tried(claim, built(ground.draft, table, "CONCURRENTLY "), vec![]);
    (trial.base, trial.isolation) = (Base::Sample, Apart::Clone);
    let weaker = "the indexes are built without CONCURRENTLY".into();
    trial.twin = Twin::Steps { weaker, steps: built(ground.draft, table, "") };
    Ok(trial)
}

/// Each index built anew between two writers, one that came before it and one that comes while it waits for that one.
fn built(draft: &Draft, table: &Table, how: &str) -> Vec<Step> {
    let symbol = table.name.name.as_str();
    // What every write takes first, of each partition as well.
    let write = || accepted(format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", draft.printed_table(symbol)));
    let begin = || accepted("BEGIN");
    let commit = || accepted("COMMIT");
    let physical = Physical(draft);
    let name = |symbol_of: &str| {
        format!("{}.{}", quote(physical.namespace_of(symbol)), quote(&physical.member(symbol, symbol_of)))
    };
    let names: Vec<String> = table.indexes.iter().map(|index| name(&index.name)).collect();
    let mut steps = vec![];
    for name in &names {
        steps.extend([
            begin(),
            write(),
            in_session(2, step(format!("REINDEX INDEX {how}{name}"), Expect::Blocks)),
            in_session(3, begin()),
            in_session(3, write()),
            in_session(3, commit()),
            commit(),
            in_session(2, step("", Expect::Resumes { ending: Box::new(Expect::Accepted) })),
        ]);
    }
    let all: Vec<String> = names.iter().map(|name| format!("{}::regclass", literal(name))).collect();
    let all = all.join(", ");
    let valid = format!("SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid IN ({all})");
    steps.push(returns_one(valid, &names.len().to_string()));
    steps
}
