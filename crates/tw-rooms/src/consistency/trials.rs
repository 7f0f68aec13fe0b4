//! How invariants and meeting transactions are tried.
use super::{
    claims::{overlap_path, own_change},
    design::{exclusion, keeper, keeping, keeping_parts},
    least,
    meet::{Meeting, rounds},
};
use crate::kit::{
    self, Ground, Row,
    links::rules,
    queries::{self, Side},
    steps::*,
};
use tw_model::{
    change::Change,
    claim::Claim,
    evidence::Undecided,
    model::{Invariant, InvariantRule, Isolation, Query},
    trial::{Apart, Base, Expect, Step, Trial, Twin},
};

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    if let Some(trial) = least::trial(ground, claim) {
        return trial;
    }
    let rules = rules(ground.model);
    let invariant = rules.iter().find(|i| i.name == claim.subject.as_str());
    let query = ground.model.workload.iter().find(|q| q.name == claim.subject.as_str());
    match (claim.id.kind(), invariant, query) {
        ("consistency/invariant", Some(invariant), _) => single(ground, claim, invariant),
        ("consistency/concurrent", Some(invariant), _) => concurrent(ground, claim, invariant),
        ("consistency/no-overlap", ..) => no_overlap(ground, claim),
        ("consistency/lost-update", _, Some(query)) => lost_update(ground, claim, query),
        _ => Err(no_trial()),
    }
}

fn twin(ground: &Ground, invariant: &Invariant) -> Vec<Change> {
    let p = Physical(ground.draft);
    match &invariant.rule {
        InvariantRule::Always { entity, .. } => vec![drop_constraint(ground.draft, entity, &keeper(invariant))],
        InvariantRule::AtMost { limit: 1, entity, .. } => {
            vec![Change::DropIndex { table: p.table(entity), name: p.member(entity, &keeper(invariant)) }]
        }
        InvariantRule::AtMost { entity, .. } => {
            vec![Change::DropTrigger { table: p.table(entity), name: p.member(entity, &keeping(invariant)) }]
        }
        InvariantRule::SumEquals { part, whole, .. } => vec![
            Change::DropTrigger { table: p.table(whole), name: p.member(whole, &keeping(invariant)) },
            Change::DropTrigger { table: p.table(part), name: p.member(part, &keeping_parts(invariant)) },
        ],
        InvariantRule::NoRow { .. } => vec![],
    }
}

/// Rows that are one too many: the last is refused.
fn crowd(ground: &Ground, invariant: &Invariant) -> Result<Vec<Row>, Undecided> {
    let found = ground.witnesses.crowds.get(&invariant.name);
    found.cloned().ok_or_else(|| Undecided::NoWitness(format!("rows that break {} together", invariant.name)))
}

fn single(ground: &Ground, claim: &Claim, invariant: &Invariant) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let p = Physical(draft);
    let (setup, last) = match &invariant.rule {
        InvariantRule::Always { entity, .. } => {
            let symbol = keeper(invariant);
            let row = ground.witnesses.breaks.get(&format!("{entity}.{symbol}"));
            let row =
                row.ok_or_else(|| Undecided::NoWitness(format!("a {entity} that breaks only {}", invariant.name)))?;
            let step = refused(row.insert(draft), "23514", Some(&p.member(entity, &symbol)));
            let mut steps = vec![step];
            if let Some(good) = ground.witnesses.row(entity, 1) {
                steps.splice(0..0, rehearsed(draft, good));
            }
            (ground.witnesses.parents(draft, row), steps)
        }
        InvariantRule::AtMost { limit, entity, .. } => {
            let rows = crowd(ground, invariant)?;
            let (last, first) = rows.split_last().ok_or_else(|| Undecided::NoWitness(invariant.name.clone()))?;
            let step = if *limit == 1 {
                refused(last.insert(draft), "23505", Some(&p.member(entity, &keeper(invariant))))
            } else {
                refused(last.insert(draft), "23514", Some(&invariant.name))
            };
            let mut setup = ground.witnesses.parents(draft, last);
            for row in first {
                setup.extend(
                    ground
                        .witnesses
                        .with_parents(draft, row)
                        .into_iter()
                        .filter(|r| !setup.contains(r))
                        .collect::<Vec<_>>(),
                );
            }
            (setup, vec![step])
        }
        InvariantRule::SumEquals { part, amount, whole, total } => {
            let row =
                ground.witnesses.row(whole, 1).ok_or_else(|| Undecided::NoWitness(format!("a row of {whole}")))?;
            let column = ground
                .draft
                .homes
                .get(whole)
                .and_then(|h| h.columns.get(total))
                .and_then(|c| c.first())
                .and_then(|p| p.split_once('.'));
            let (_, column) = column.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
            let zero = row.with(column, Some("0"));
            let mut setup = ground.witnesses.parents(draft, row);
            setup.push(zero.clone());
            let name = draft.printed_column(&format!("{whole}.{column}"));
            let wrong = format!("UPDATE {} SET {name} = 1 WHERE {}", draft.printed_table(whole), zero.by_key(draft));
            let all_now = "SET CONSTRAINTS ALL IMMEDIATE";
            // A part that the total does not know of is refused as well.
            let alone = part_of(ground, part, amount, whole, &zero)?;
            setup.extend(
                ground
                    .witnesses
                    .parents(draft, &alone)
                    .into_iter()
                    .filter(|r| r.table != *whole && !setup.contains(r))
                    .collect::<Vec<_>>(),
            );
            let by = Some(invariant.name.as_str());
            let steps = vec![accepted(all_now), refused(wrong, "23514", by), refused(alone.insert(draft), "23514", by)];
            (setup, steps)
        }
        InvariantRule::NoRow { statement } => {
            // On the sample nothing breaks it; rows that do are for the transactions that could write them.
            let sql =
                tw_model::render::statement_with(statement, &draft.mapping(), &mut |name| vec![format!(":{name}")]);
            let mut trial = on_sample(kit::steps::trial(
                claim,
                vec![step(
                    format!("SELECT count(*) FROM ({sql}) broken"),
                    Expect::Rows { rows: vec![vec![Some("0".into())]] },
                )],
                vec![],
            ));
            let weaker = vec![step(
                "SELECT count(*) FROM (SELECT 1) broken",
                Expect::Rows { rows: vec![vec![Some("0".into())]] },
            )];
            trial.twin = Twin::Steps { weaker: "a query that finds a row".into(), steps: weaker };
            return Ok(trial);
        }
    };
    let mut steps = inserts(draft, &setup);
    steps.extend(last);
    Ok(kit::steps::trial(claim, steps, twin(ground, invariant)))
}

/// A part of that whole whose amount is one.
fn part_of(ground: &Ground, part: &str, amount: &str, whole: &str, of: &Row) -> Result<Row, Undecided> {
    let missing = || Undecided::NoWitness(format!("a row of {part}"));
    let row = ground.witnesses.row(part, 1).ok_or_else(missing)?;
    let link = kit::links(ground.model).into_iter().find(|l| l.holder == part && l.target == whole);
    let ends = kit::shape::end_columns(ground.model, &link.ok_or_else(missing)?);
    let keys = kit::shape::key_columns(ground.model, ground.model.entity(whole).ok_or_else(missing)?);
    let row = ends.iter().zip(&keys).fold(row.clone(), |row, (e, k)| row.with(&e.symbol, of.value(&k.symbol)));
    Ok(row.with(amount, Some("1")))
}

/// The second row of a crowd overlaps the first and is refused; apart from it, it is accepted.
fn no_overlap(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let (entity, overlap) = ground
        .model
        .entities
        .iter()
        .flat_map(|e| e.never_overlap.iter().map(move |o| (e, o)))
        .find(|(e, o)| overlap_path(&e.name, o) == claim.subject)
        .ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let rows = ground.witnesses.crowds.get(claim.subject.as_str());
    let rows = rows.ok_or_else(|| Undecided::NoWitness(format!("two rows of {} that overlap", entity.name)))?;
    let [first, second] = rows.as_slice() else { return Err(Undecided::NoWitness(claim.subject.to_string())) };
    let mut setup = ground.witnesses.with_parents(draft, first);
    setup
        .extend(ground.witnesses.parents(draft, second).into_iter().filter(|r| !setup.contains(r)).collect::<Vec<_>>());
    let mut steps = inserts(draft, &setup);
    let name = Physical(draft).member(&entity.name, &exclusion(overlap));
    steps.push(refused(second.insert(draft), "23P01", Some(&name)));
    if let Some(apart) = ground.witnesses.row(&entity.name, 2) {
        let more: Vec<Row> =
            ground.witnesses.parents(draft, apart).into_iter().filter(|r| !setup.contains(r)).collect();
        steps.extend(inserts(draft, &more));
        steps.push(prepares(apart.insert(draft)));
    }
    Ok(kit::steps::trial(claim, steps, vec![drop_constraint(draft, &entity.name, &exclusion(overlap))]))
}

/// Two sessions write the last row that fits, and one too many, before either commits.
fn concurrent(ground: &Ground, claim: &Claim, invariant: &Invariant) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let rows = crowd(ground, invariant)?;
    let [before @ .., second_last, last] = rows.as_slice() else {
        return Err(Undecided::NoWitness(invariant.name.clone()));
    };
    let InvariantRule::AtMost { limit, entity, .. } = &invariant.rule else {
        return Err(Undecided::NoTrial(claim.id.to_string()));
    };
    let mut setup: Vec<Row> = vec![];
    for row in [last, second_last] {
        setup.extend(
            ground.witnesses.parents(draft, row).into_iter().filter(|r| !setup.contains(r)).collect::<Vec<_>>(),
        );
    }
    for row in before {
        setup.extend(
            ground.witnesses.with_parents(draft, row).into_iter().filter(|r| !setup.contains(r)).collect::<Vec<_>>(),
        );
    }
    // An index looks past every snapshot; who counts in an old one is made to try again.
    let (refused, stale) = if *limit == 1 {
        let by_index = refusal("23505", Some(&Physical(draft).member(entity, &keeper(invariant))));
        (by_index.clone(), by_index)
    } else {
        (refusal("23514", Some(&invariant.name)), refusal("40001", None))
    };
    let also = least::companions(ground, &setup)?;
    setup.extend(also);
    let mut steps = vec![prepares("BEGIN")];
    steps.extend(inserts(draft, &setup));
    steps.push(prepares("COMMIT"));
    let undo = format!("DELETE FROM {} WHERE {}", draft.printed_table(entity), second_last.by_key(draft));
    let meets = [second_last, last].map(|row| row.insert(draft));
    steps.extend(rounds(&Meeting { before: [None, None], meets, refused, stale, undo }));
    let mut trial = kit::steps::trial(claim, steps, twin(ground, invariant));
    trial.isolation = Apart::Clone;
    Ok(trial)
}

/// Two sessions run the changing statement on the same row, at the query's isolation level. Below snapshot
/// isolation the second waits and goes on from the first's result; from it on, the second is refused and
/// must try again. Either way the value is what running the accepted ones in turn gives: the plain table,
/// changed in turn, is the measure.
fn lost_update(ground: &Ground, claim: &Claim, query: &Query) -> Result<Trial, Undecided> {
    let (changing, _) = own_change(query).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let level = query.isolation.unwrap_or(Isolation::ReadCommitted);
    let draw = queries::arguments(ground, query)?;
    let real = queries::with_arguments(ground, query, &changing.sql, Side::Design);
    let plain = queries::with_arguments(ground, query, &changing.sql, Side::Plain);
    let entity = changing
        .sql
        .writes
        .as_ref()
        .and_then(|w| ground.model.entity(&w.entity))
        .ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    // Where what changes is the total of parts, a change without its part would be refused at the commit.
    let sums = |part: &str| {
        ground.model.invariants.iter().any(|i| {
            matches!(&i.rule, InvariantRule::SumEquals { part: p, whole, .. } if p == part && *whole == entity.name)
        })
    };
    let parts: Vec<(String, String)> = query
        .statements
        .iter()
        .filter(|s| s.sql.writes.as_ref().is_some_and(|w| sums(&w.entity)))
        .map(|s| [Side::Design, Side::Plain].map(|side| queries::with_arguments(ground, query, &s.sql, side)))
        .map(|[design, plain]| (design, plain))
        .collect();
    let schedule = |level: Isolation, expected: Isolation, second_commits: bool| -> Vec<Step> {
        let begin = format!("BEGIN ISOLATION LEVEL {}", level.sql());
        let waits = expected == Isolation::ReadCommitted;
        let ending = if waits { Expect::Affects { rows: 1 } } else { refusal("40001", None) };
        let mut steps = draw.clone();
        steps.extend([
            accepted(begin.clone()),
            in_session(2, accepted(begin)),
            // Each session takes its snapshot before the other commits.
            in_session(2, accepted("SELECT 1")),
        ]);
        steps.extend(parts.iter().map(|(design, _)| affects(design.clone(), 1)));
        steps.push(affects(real.clone(), 1));
        steps.extend(parts.iter().map(|(design, _)| in_session(2, affects(design.clone(), 1))));
        steps.extend([
            in_session(2, step(real.clone(), Expect::Blocks)),
            accepted("COMMIT"),
            in_session(2, step("", Expect::Resumes { ending: Box::new(ending) })),
            in_session(2, accepted(if second_commits { "COMMIT" } else { "ROLLBACK" })),
        ]);
        for _ in 0..if waits { 2 } else { 1 } {
            steps.extend(parts.iter().map(|(_, plain)| affects(plain.clone(), 1)));
            steps.push(affects(plain.clone(), 1));
        }
        let at = steps.len();
        steps.push(accepted(queries::contents(ground, entity, Side::Plain, false)));
        steps.push(step(
            queries::contents(ground, entity, Side::Design, false),
            Expect::SameAs { step: at, ordered: false },
        ));
        steps
    };
    let mut trial = kit::steps::trial(claim, schedule(level, level, true), vec![]);
    trial.base = Base::Sample;
    trial.isolation = Apart::Clone;
    let (weaker, steps) = if level == Isolation::ReadCommitted {
        ("the second session's change is undone instead of committed", schedule(level, level, false))
    } else {
        ("the same schedule at read committed", schedule(Isolation::ReadCommitted, level, true))
    };
    trial.twin = Twin::Steps { weaker: weaker.into(), steps };
    Ok(trial)
}
