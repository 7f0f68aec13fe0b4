//! Concepts (2.2): what there is and how it relates.
use crate::kit::{
    self, Ground, a, claim, decision,
    growth::{self, Growth},
    link_path,
    links::{Link, LinkKind, links},
    shape::end_columns,
    steps::*,
    thousands,
};
use crate::room::Room;
use tw_model::{
    change::{Change, Fact},
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::{Entity, Model},
    schema::{Index, IndexPart},
    trial::{Trial, Twin},
};

const AT: (&str, &str) = ("concepts", "2.2");

/// The room.
pub const ROOM: Room = Room {
    id: AT.0,
    item: AT.1,
    title: "Conceptual design",
    page: include_str!("README.md"),
    why_here: "Everything is derived from the concepts.",
    kinds: &[("cardinality", "as many of one side as the brief allows can be linked to one of the other, and no more")],
    design,
    claims,
    trial,
    rules: &[],
};

fn design(model: &Model, draft: &mut Draft) {
    for entity in &model.entities {
        let mut what = match &entity.volume {
            Some(v) => format!("{}: {} today", entity.name, thousands(v.rows)),
            None => format!("{}: as many as there are", entity.name),
        };
        if let Some(v) = entity.volume.as_ref().filter(|v| v.growth_percent_per_month != 0.0) {
            what += &format!(", {:+}% a month", v.growth_percent_per_month);
        }
        what += &grows(model, entity);
        let purpose = entity.purpose.split('.').next().unwrap_or("").trim();
        let why = if purpose.is_empty() { "the brief names it".to_string() } else { purpose.to_string() };
        draft.decide(decision(AT, entity.path(), what, why, &entity.origin, vec![]));
    }
    for link in spoken(model) {
        let why = if link.verb.is_empty() {
            "the brief says it is part of it".into()
        } else {
            format!("{} {} {}", link.target, link.verb, link.holder)
        };
        draft.decide(decision(AT, link_path(&link), sentence(&link, true), why, &link.origin, vec![]));
    }
}

/// What makes an entity grow that says nothing of it, and where that leads.
fn grows(model: &Model, entity: &Entity) -> String {
    let days = model.promises.planned_days();
    let rows = growth::rows_after(model, &entity.name, f64::from(days)).map_or(0, |rows| rows as u64);
    match growth::growth(model, entity) {
        Growth::Appended { per_day, kept_most } => {
            let kept = if kept_most.is_some() { ", as far as they are kept" } else { "" };
            format!(
                ", and {} a day that the workload appends{kept}: {} in {days} days",
                thousands(per_day as u64),
                thousands(rows)
            )
        }
        Growth::With(of) if entity.volume.as_ref().is_some_and(|v| v.rows != rows) => {
            format!(", as many more as of {of}: {} in {days} days", thousands(rows))
        }
        _ => String::new(),
    }
}

fn spoken(model: &Model) -> Vec<Link> {
    links(model).into_iter().filter(|l| matches!(l.kind, LinkKind::Relation | LinkKind::Owner)).collect()
}

fn many(name: &str) -> String {
    pluralizer::pluralize(name, 2, false)
}

/// The relation in words; `least` tells the least number of holders too.
fn sentence(link: &Link, least: bool) -> String {
    let min = if least { link.min_holders } else { 0 };
    let holders = match (min, link.one_to_one, link.max_holders) {
        (0, true, _) => format!("at most one {}", link.holder),
        (_, true, _) => format!("exactly one {}", link.holder),
        (0, false, None) => format!("any number of {}", many(&link.holder)),
        (n, false, None) => format!("{n} or more {}", many(&link.holder)),
        (n, false, Some(m)) => format!("{n} to {m} {}", many(&link.holder)),
    };
    let target =
        if link.optional { format!("at most one {}", link.name) } else { format!("exactly one {}", link.name) };
    format!("{} has {holders}; {} has {target}", a(&link.target), a(&link.holder))
}

/// The unique rule over exactly an end's columns, when there is one.
fn end_facts(model: &Model, draft: &Draft, link: &Link) -> (String, Vec<String>, Vec<String>) {
    let p = Physical(draft);
    let symbols: Vec<String> = end_columns(model, link).into_iter().map(|c| c.symbol).collect();
    (p.table(&link.holder).name, p.quoted(&link.holder, &symbols), symbols)
}

fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    spoken(model)
        .iter()
        .map(|link| {
            let mut c = claim(AT, "cardinality", link_path(link), sentence(link, false), &link.origin);
            let (table, parts, _) = end_facts(model, draft, link);
            c.rests_on = vec![Fact::unique_over(&table, &parts)];
            c
        })
        .collect()
}

fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let no_trial = || Undecided::NoTrial(claim.id.to_string());
    let link = spoken(ground.model).into_iter().find(|l| link_path(l) == claim.subject).ok_or_else(no_trial)?;
    let draft = ground.draft;
    let (_, _, symbols) = end_facts(ground.model, draft, &link);
    let missing = |what: String| Undecided::NoWitness(what);
    let first = ground.witnesses.row(&link.holder, 1).ok_or_else(|| missing(format!("a row of {}", link.holder)))?;
    let target = ground
        .witnesses
        .row(&link.target, if link.target == link.holder { 3 } else { 1 })
        .ok_or_else(|| missing(format!("a row of {}", link.target)))?;
    let target_key = table(draft, &link.target).map(|t| t.primary_key().to_vec()).unwrap_or_default();
    let first = symbols.iter().zip(&target_key).fold(first.clone(), |row, (c, t)| row.with(c, target.value(t)));
    let mut setup = ground.witnesses.with_parents(draft, target);
    for row in ground.witnesses.with_parents(draft, &first) {
        if !setup.contains(&row) {
            setup.push(row);
        }
    }
    let mut steps = inserts(draft, &setup);
    if link.one_to_one {
        let second =
            ground.witnesses.row(&link.holder, 2).ok_or_else(|| missing(format!("two rows of {}", link.holder)))?;
        let second = symbols.iter().fold(second.clone(), |row, c| row.with(c, first.value(c)));
        let own_key = table(draft, &link.holder).is_some_and(|t| t.primary_key() == symbols.as_slice());
        let name = if own_key { "primary".to_string() } else { format!("unique({})", symbols.join(",")) };
        let more: Vec<_> =
            ground.witnesses.parents(draft, &second).into_iter().filter(|r| !setup.contains(r)).collect();
        steps.extend(inserts(draft, &more));
        steps.push(refused(second.insert(draft), "23505", Some(&Physical(draft).member(&link.holder, &name))));
        return Ok(kit::steps::trial(claim, steps, vec![drop_constraint(draft, &link.holder, &name)]));
    }
    let sibling = format!("{}.references({})", link.holder, link.name);
    let second = ground
        .witnesses
        .siblings
        .get(&sibling)
        .ok_or_else(|| missing(format!("a second {} for one {}", link.holder, link.target)))?;
    let more: Vec<_> = ground.witnesses.parents(draft, second).into_iter().filter(|r| !setup.contains(r)).collect();
    steps.extend(inserts(draft, &more));
    let inserted = accepted(second.insert(draft));
    let p = Physical(draft);
    if table(draft, &link.holder).is_some_and(|t| t.partition_by.is_some()) {
        // A partitioned table cannot have a unique index on what does not decide the partition: the twin has a rule.
        let other = format!(
            "ALTER TABLE {} ADD CONSTRAINT twin CHECK (NOT ({})) NOT VALID",
            draft.printed_table(&link.holder),
            first.condition(draft, &symbols)
        );
        let twin = steps.iter().cloned().chain([prepares(other), inserted.clone()]).collect();
        steps.push(inserted);
        let mut trial = kit::steps::trial(claim, steps, vec![]);
        trial.twin = Twin::Steps { weaker: "a table that takes no second of them".into(), steps: twin };
        return Ok(trial);
    }
    steps.push(inserted);
    let parts = p
        .members(&link.holder, &symbols)
        .into_iter()
        .map(|column| IndexPart { column, ..IndexPart::default() })
        .collect();
    let index = Index { name: "Twin".into(), unique: true, method: "btree".into(), parts, ..Index::default() };
    Ok(kit::steps::trial(claim, steps, vec![Change::CreateIndex { table: p.table(&link.holder), index }]))
}
