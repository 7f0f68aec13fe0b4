//! Claims about upkeep: a table's indexes are built anew while its rows are written.
//!
//! Built concurrently, an index waits for the writers before it and keeps none after it waiting: SHARE UPDATE EXCLUSIVE
//! does not conflict with a writer's ROW EXCLUSIVE, and SHARE does (PostgreSQL manual, "Table-Level Locks", REINDEX).
use super::{AT, claims::qualified};
use crate::kit::{self, Ground, claim, origin_of, steps::*};
use tw_model::{
    Path,
    change::Fact,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    ident::literal,
    model::Model,
    schema::Table,
    trial::{Apart, Base, Expect, Step, Trial, Twin},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let p = Physical(draft);
    let indexed = draft.schema.wholes().filter(|t| !t.indexes.is_empty());
    let claims = indexed.map(|table| {
        let symbol = table.name.name.as_str();
        let path = Path::new(symbol);
        let statement = format!("the indexes of {symbol} are built anew while its rows are written");
        let origin = origin_of(model, &path);
        let mut c = claim(AT, "online", path, statement, &origin);
        let physical = p.table(symbol).name;
        c.rests_on = table.indexes.iter().map(|i| Fact::index(&physical, &p.member(symbol, &i.name))).collect();
        c
    });
    claims.collect()
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let table = table(ground.draft, claim.subject.as_str()).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut trial = kit::steps::trial(claim, built(ground.draft, table, "CONCURRENTLY "), vec![]);
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
    let name = |index: &str| qualified(draft, symbol, &Physical(draft).member(symbol, index));
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
    let valid = format!("SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid IN ({})", all.join(", "));
    steps.push(returns_one(valid, &names.len().to_string()));
    steps
}
