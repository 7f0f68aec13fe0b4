//! A least number on the many side of a relation (`1..*`): kept when the transaction commits, since parent and
//! children arrive one after another.
use super::{
    AT,
    design::{constraint_trigger, function_head},
    meet::{Meeting, rounds},
};
use crate::kit::{
    self, Ground, Link, Row, a, claim, decision, instead, link_path, links,
    shape::{end_columns, key_columns},
    steps::*,
};
use tw_model::{
    change::{Change, Fact},
    claim::Claim,
    decision::Decision,
    draft::{Draft, symbol},
    evidence::Undecided,
    ident::literal,
    model::Model,
    schema::{Function, Name},
    trial::{Apart, Trial},
};

/// Links with a least number of holders that no one-to-one end keeps already.
fn least(model: &Model) -> Vec<Link> {
    links(model).into_iter().filter(|l| l.min_holders > 0 && !l.one_to_one).collect()
}

/// Symbols of the trigger on the holder and its function; those on the target end in `arrives`.
fn symbols(link: &Link, word: &str) -> (String, String) {
    let name = format!("keep least {} {}{word}", link.holder, link.name);
    (format!("trigger({name})"), format!("fn({name})"))
}

const ARRIVES: &str = " arrives";

fn rule(link: &Link) -> String {
    format!("{} has at least {} {}", a(&link.target), link.min_holders, link.holder)
}

pub(super) fn decisions(model: &Model, draft: &Draft) -> Vec<Decision> {
    least(model)
        .iter()
        .map(|link| {
            let d = decision(
                AT,
                link_path(link),
                format!("That {} is seen to when a transaction commits", rule(link)),
                "the first of them can only come after what it belongs to, and two sessions that each take one away \
                 meet at the row it belongs to",
                &link.origin,
                changes(model, draft, link),
            );
            let d = instead(
                d,
                "a reference from the one to its first, checked at commit",
                "it would have to be set anew whenever that one goes, and says nothing of a second",
            );
            instead(d, "a count in the application", "two requests together each leave the last one to the other")
        })
        .collect()
}

fn changes(model: &Model, draft: &Draft, link: &Link) -> Vec<Change> {
    let Some(target) = model.entity(&link.target) else { return vec![] };
    let keys: Vec<String> = key_columns(model, target).into_iter().map(|c| c.symbol).collect();
    let ends: Vec<String> = end_columns(model, link).into_iter().map(|c| c.symbol).collect();
    let arrives = symbols(link, ARRIVES);
    let leaves = symbols(link, "");
    let function = |name: &str, definition: String| Change::CreateFunction {
        function: Function { name: Name::symbol(name), definition, ..Function::default() },
    };
    vec![
        function(&arrives.1, body(&arrives.1, link, (&keys, &ends), ("NEW", &link.target, &keys), None)),
        function(&leaves.1, body(&leaves.1, link, (&keys, &ends), ("OLD", &link.holder, &ends), Some(draft))),
        constraint_trigger(&link.target, &arrives.0, &arrives.1, "INSERT OR UPDATE"),
        constraint_trigger(&link.holder, &leaves.0, &leaves.1, "DELETE OR UPDATE"),
    ]
}

/// Writes a row of the table as it is: a second session waits for the first, and at a higher isolation level must
/// try again. A row of which the server alone makes every column can only be locked.
pub(super) fn meeting(draft: &Draft, table_symbol: &str, condition: &str) -> String {
    let table_of = table(draft, table_symbol);
    let writable = |c: &&tw_model::schema::Column| {
        c.generated.is_none() && !c.identity.as_ref().is_some_and(|identity| identity.always)
    };
    let column = table_of.into_iter().flat_map(|t| &t.columns).rfind(writable);
    let qualified = symbol(&format!("qualified {table_symbol}"));
    match column.map(|c| symbol(&format!("{table_symbol}.{}", c.name))) {
        Some(column) => format!("UPDATE {qualified} SET {column} = {column} WHERE {condition};"),
        None => format!("PERFORM 1 FROM {qualified} WHERE {condition} FOR NO KEY UPDATE;"),
    }
}

/// Counts the holders of the target that a row is about (`row` of `table`, in `columns`), when the target is
/// still there; where sessions meet, they meet at its row first.
fn body(
    name: &str,
    link: &Link,
    (keys, ends): (&[String], &[String]),
    (row, table, columns): (&str, &str, &[String]),
    meets: Option<&Draft>,
) -> String {
    let of = |entity: &str, c: &String| symbol(&format!("{entity}.{c}"));
    let value = |n: usize| format!("{row}.{}", of(table, &columns[n]));
    let same = |entity: &str, mine: &[String]| {
        let parts: Vec<String> =
            mine.iter().enumerate().map(|(n, c)| format!("{} = {}", of(entity, c), value(n))).collect();
        parts.join(" AND ")
    };
    let (target, holder) =
        (symbol(&format!("qualified {}", link.target)), symbol(&format!("qualified {}", link.holder)));
    // A row that keeps its columns changes nothing here. The trigger names no column, so that each can be altered.
    let kept: Vec<String> =
        columns.iter().map(|c| format!("OLD.{0} IS NOT DISTINCT FROM NEW.{0}", of(table, c))).collect();
    let kept = kept.join(" AND ");
    let is_target = same(&link.target, keys);
    let meeting = meets.map(|draft| format!("  {}\n", meeting(draft, &link.target, &is_target))).unwrap_or_default();
    format!(
        "{head}\nBEGIN\n  IF TG_OP = 'UPDATE' AND {kept} THEN\n    RETURN NULL;\n  END IF;\n{meeting}  IF EXISTS (SELECT 1 FROM {target} WHERE {is_target}) AND\n    (SELECT count(*) FROM (SELECT 1 FROM {holder} WHERE {held} LIMIT {min}) few) < {min} THEN\n    RAISE EXCEPTION {what} USING ERRCODE = '23514', CONSTRAINT = {path}, TABLE = {of_table};\n  END IF;\n  RETURN NULL;\nEND\n$$",
        head = function_head(name),
        held = same(&link.holder, ends),
        min = link.min_holders,
        what = literal(&rule(link)),
        path = literal(link_path(link).as_str()),
        of_table = literal(&link.target),
    )
}

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let p = Physical(draft);
    let fact = |table: &str, symbol: &str| Fact::trigger(&p.table(table).name, &p.member(table, symbol));
    least(model)
        .iter()
        .flat_map(|link| {
            let make = |kind: &str, statement: String| claim(AT, kind, link_path(link), statement, &link.origin);
            let mut arrives = make("at-least", format!("{}, from the transaction on that brings it", rule(link)));
            arrives.rests_on = vec![fact(&link.target, &symbols(link, ARRIVES).0)];
            let (trigger, function) = symbols(link, "");
            let mut stays = make("stays-at-least", format!("{}, whichever of them goes or moves", rule(link)));
            stays.rests_on = vec![fact(&link.holder, &trigger)];
            let mut concurrent = make(
                "concurrent",
                format!("{}, when two sessions take the last ones away at once, at any isolation level", rule(link)),
            );
            concurrent.rests_on = vec![fact(&link.holder, &trigger), Fact::function(&draft.name(&function))];
            concurrent.presumes = vec![stays.id.clone()];
            [arrives, stays, concurrent]
        })
        .collect()
}

/// The trial of one of these claims; none when the subject is no such link.
pub(super) fn trial(ground: &Ground, claim: &Claim) -> Option<Result<Trial, Undecided>> {
    let link = least(ground.model).into_iter().find(|l| link_path(l) == claim.subject)?;
    match claim.id.kind() {
        "consistency/at-least" => Some(arrives(ground, claim, &link)),
        "consistency/stays-at-least" => Some(stays(ground, claim, &link)),
        "consistency/concurrent" => Some(concurrent(ground, claim, &link)),
        _ => None,
    }
}

/// The rows that keep a least number for each of these rows, to insert in the same transaction.
pub(super) fn companions(ground: &Ground, rows: &[Row]) -> Result<Vec<Row>, Undecided> {
    let mut all = vec![];
    for row in rows {
        for link in least(ground.model).iter().filter(|l| l.target == row.table) {
            for holder in holders(ground, link, row, link.min_holders)? {
                all.extend(ground.witnesses.with_parents(ground.draft, &holder));
            }
        }
    }
    let mut more: Vec<Row> = vec![];
    for row in all {
        if !rows.contains(&row) && !more.contains(&row) {
            more.push(row);
        }
    }
    Ok(more)
}

/// So many holders of that target row.
fn holders(ground: &Ground, link: &Link, target: &Row, number: u32) -> Result<Vec<Row>, Undecided> {
    let missing = || Undecided::NoWitness(format!("{number} rows of {} for one {}", link.holder, link.target));
    let of_target = ground.model.entity(&link.target).ok_or_else(missing)?;
    let keys = key_columns(ground.model, of_target);
    let ends = end_columns(ground.model, link);
    (1..=number)
        .map(|n| {
            let row = u8::try_from(n).ok().and_then(|n| ground.witnesses.row(&link.holder, n)).ok_or_else(missing)?;
            Ok(ends.iter().zip(&keys).fold(row.clone(), |row, (e, k)| row.with(&e.symbol, target.value(&k.symbol))))
        })
        .collect()
}

fn target_row(ground: &Ground, link: &Link) -> Result<Row, Undecided> {
    let row = ground.witnesses.row(&link.target, 1).cloned();
    row.ok_or_else(|| Undecided::NoWitness(format!("a row of {}", link.target)))
}

/// The rows with everything they refer to, each once, without those that are there.
fn needed(ground: &Ground, rows: &[Row], there: &[Row]) -> Vec<Row> {
    let mut all: Vec<Row> = vec![];
    for row in rows.iter().flat_map(|row| ground.witnesses.with_parents(ground.draft, row)) {
        if !there.contains(&row) && !all.contains(&row) {
            all.push(row);
        }
    }
    all
}

const NOW: &str = "SET CONSTRAINTS ALL IMMEDIATE";

fn delete(draft: &Draft, row: &Row) -> String {
    format!("DELETE FROM {} WHERE {}", draft.printed_table(&row.table), row.by_key(draft))
}

fn drop_trigger(draft: &Draft, table: &str, symbol: &str) -> Change {
    let p = Physical(draft);
    Change::DropTrigger { table: p.table(table), name: p.member(table, symbol) }
}

/// One fewer than the least number is refused at the end of the transaction, the least number is not.
fn arrives(ground: &Ground, claim: &Claim, link: &Link) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let target = target_row(ground, link)?;
    let holders = holders(ground, link, &target, link.min_holders)?;
    let (last, before) = holders.split_last().ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let setup = needed(ground, &[std::slice::from_ref(&target), before].concat(), &[]);
    let mut steps = inserts(draft, &setup);
    steps.push(refused(NOW, "23514", Some(link_path(link).as_str())));
    steps.extend(inserts(draft, &needed(ground, std::slice::from_ref(last), &setup)));
    steps.push(accepted(NOW));
    Ok(kit::steps::trial(claim, steps, vec![drop_trigger(draft, &link.target, &symbols(link, ARRIVES).0)]))
}

/// Of the least number none can go; of one more, one can.
fn stays(ground: &Ground, claim: &Claim, link: &Link) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let target = target_row(ground, link)?;
    let holders = holders(ground, link, &target, link.min_holders + 1)?;
    let (more, least) = holders.split_last().ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut setup = needed(ground, &[std::slice::from_ref(&target), least].concat(), &[]);
    let also = companions(ground, &setup)?;
    setup.extend(also);
    let mut steps = inserts(draft, &setup);
    steps.push(prepares(NOW));
    let goes = delete(draft, &least[0]);
    steps.push(refused(goes.clone(), "23514", Some(link_path(link).as_str())));
    steps.extend(inserts(draft, &needed(ground, std::slice::from_ref(more), &setup)));
    steps.push(affects(goes, 1));
    Ok(kit::steps::trial(claim, steps, vec![drop_trigger(draft, &link.holder, &symbols(link, "").0)]))
}

/// Of one more than the least number, two sessions each take one away before either commits. The twin's
/// function counts without meeting at the target's row.
fn concurrent(ground: &Ground, claim: &Claim, link: &Link) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let target = target_row(ground, link)?;
    let holders = holders(ground, link, &target, link.min_holders + 1)?;
    let mut setup = needed(ground, &[std::slice::from_ref(&target), &holders[..]].concat(), &[]);
    let also = companions(ground, &setup)?;
    setup.extend(also.into_iter().filter(|row| !setup.contains(row)).collect::<Vec<_>>());
    let mut steps = vec![prepares("BEGIN")];
    steps.extend(inserts(draft, &setup));
    steps.push(prepares("COMMIT"));
    steps.extend(rounds(&Meeting {
        before: [0, 1].map(|n| Some(affects(delete(draft, &holders[n]), 1))),
        meets: [NOW, NOW].map(String::from),
        refused: refusal("23514", Some(link_path(link).as_str())),
        stale: refusal("40001", None),
        undo: holders[0].insert(draft),
    }));
    let mut trial = kit::steps::trial(claim, steps, without_meeting(ground, link));
    trial.isolation = Apart::Clone;
    Ok(trial)
}

fn without_meeting(ground: &Ground, link: &Link) -> Vec<Change> {
    let draft = ground.draft;
    let p = Physical(draft);
    let (trigger, function) = symbols(link, "");
    let changes = changes(ground.model, draft, link);
    let made = changes.iter().find_map(|c| match c {
        Change::CreateFunction { function: f } if f.name.name == function => Some(f.clone()),
        _ => None,
    });
    // As the server tells it: the trigger is the same as before.
    let table = ground.schema.table(&p.table(&link.holder));
    let again = table.and_then(|t| t.triggers.iter().find(|t| t.name == p.member(&link.holder, &trigger)).cloned());
    let (Some(made), Some(again)) = (made, again) else { return vec![] };
    let name = Name::new(p.namespace(), draft.name(&function));
    let printed = draft.printed(&made.definition);
    let alone: Vec<&str> = printed
        .lines()
        .filter(|line| !["UPDATE ", "PERFORM "].iter().any(|w| line.trim_start().starts_with(w)))
        .collect();
    vec![
        drop_trigger(draft, &link.holder, &trigger),
        Change::DropFunction { name: name.clone(), arguments: String::new(), procedure: false },
        Change::CreateFunction { function: Function { name, definition: alone.join("\n"), ..made } },
        Change::CreateTrigger { table: p.table(&link.holder), trigger: again },
    ]
}
