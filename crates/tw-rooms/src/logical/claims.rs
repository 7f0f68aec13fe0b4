//! What is claimed of the logical design, and how it is tried.
use super::{
    AT,
    design::{KIND, named_view_symbol},
};
use crate::kit::{
    self, Ground, a, claim,
    queries::{self, Side},
    rows::foreign_keys,
    shape::key_columns,
    steps::*,
};
use tw_model::{
    Path,
    change::Fact,
    claim::Claim,
    draft::Draft,
    evidence::Undecided,
    model::{Entity, Model},
    sql::StatementKind,
    trial::{Expect, Step, Trial, Twin},
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for query in &model.workload {
        let words: Vec<&str> = query.statements.iter().map(|s| s.sql.text.as_str()).collect();
        let statement = format!(
            "{} returns what the brief's words return over one plain table per concept: {}",
            query.name,
            words.join("; ")
        );
        let mut c = claim(AT, "answers", Path::new(&query.name), statement, &query.origin);
        c.rests_on = queries::filled_in(draft, query);
        c.rests_on.extend(queries::views_read(draft, query));
        all.push(c);
    }
    for view in &model.views {
        let statement =
            format!("{} returns what the brief's words return over plain tables: {}", view.name, view.statement.text);
        let mut c = claim(AT, "view", Path::new(&view.name), statement, &view.origin);
        c.rests_on = vec![Fact::view(&draft.name(&named_view_symbol(view)))];
        all.push(c);
    }
    for entity in &model.entities {
        let statement = format!("every {} can be written and is read back whole, and nothing else is", entity.name);
        let mut c = claim(AT, "kept", entity.path(), statement, &entity.origin);
        c.rests_on = queries::view_of(draft, &entity.name).into_iter().collect();
        all.push(c);
        if let Some(supertype) = &entity.supertype {
            let disjoint = model.entity(supertype).and_then(|s| s.subtypes.as_ref()).is_some_and(|s| !s.overlapping);
            let exclusive = if disjoint { ", and of no other subtype" } else { "" };
            let statement = format!("{} is {}{exclusive}", a(&entity.name), a(supertype));
            let mut c = claim(AT, "subtype", entity.path(), statement, &entity.origin);
            c.rests_on = subtype_facts(model, draft, entity, supertype);
            all.push(c);
        }
    }
    all
}

/// What keeps a subtype: the reference to its supertype. Where the kind is referred to as well, either of the
/// two keeps it within the supertype, and the kind alone keeps it out of the other subtypes.
fn subtype_facts(model: &Model, draft: &Draft, entity: &Entity, supertype: &str) -> Vec<Fact> {
    let p = Physical(draft);
    let table = p.table(&entity.name).name;
    let fact = |name: &str| Fact::constraint(&table, &p.member(&entity.name, name));
    let keys = foreign_keys(draft, &entity.name);
    let to_supertype = || keys.iter().filter(|(_, _, target, _)| target == supertype);
    let siblings = model.entity(supertype).and_then(|s| s.subtypes.as_ref()).map_or(0, |s| s.members.len());
    match to_supertype().find(|(name, ..)| name.contains(KIND)) {
        None => to_supertype().map(|(name, ..)| fact(name)).collect(),
        Some((name, ..)) if siblings > 1 => vec![fact(name), Fact::generated(&table, &p.member(&entity.name, KIND))],
        Some(_) => vec![],
    }
}

pub(super) fn trial(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let entity = ground.model.entity(claim.subject.as_str());
    match (claim.id.kind(), entity) {
        ("logical/answers", _) => answers(ground, claim),
        ("logical/view", _) => view(ground, claim),
        ("logical/kept", Some(entity)) => Ok(kept(ground, claim, entity)),
        ("logical/subtype", Some(entity)) => subtype(ground, claim, entity),
        _ => Err(Undecided::NoTrial(claim.id.to_string())),
    }
}

/// Runs the query over the plain tables and over the design with the same arguments, and compares what
/// each returns and, after writes, what each holds. The weaker steps empty the plain tables first, so the
/// answers must differ.
fn answers(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let query = ground.model.workload.iter().find(|q| q.name == claim.subject.as_str());
    let query = query.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let mut steps = queries::arguments(ground, query)?;
    let drawn = steps.len();
    let mut written = vec![];
    for (i, statement) in query.statements.iter().enumerate() {
        let plain_sql = queries::with_arguments(ground, query, &statement.sql, Side::Plain);
        let real_sql = queries::with_arguments(ground, query, &statement.sql, Side::Design);
        let mut plain = accepted(plain_sql);
        plain.keep = statement.into.iter().map(|v| format!("plain_{v}")).collect();
        if plain.keep.is_empty() && !statement.into.is_empty() {
            return Err(Undecided::NoTrial(format!("statement {} keeps no value", i + 1)));
        }
        let at = steps.len();
        steps.push(plain);
        let mut real = step(real_sql, Expect::SameAs { step: at, ordered: whole_order(ground, &statement.sql) });
        if statement.sql.kind != StatementKind::Select || !statement.into.is_empty() {
            // Keys that the server makes differ between the two; what is held is compared below.
            real.expect = Expect::SameCount { step: at };
        }
        real.keep = statement.into.clone();
        steps.push(real);
        if let Some(write) = &statement.sql.writes
            && !written.contains(&write.entity)
        {
            written.push(write.entity.clone());
        }
    }
    for entity in written.iter().filter_map(|e| ground.model.entity(e)) {
        let (plain, real) = (
            queries::contents(ground, entity, Side::Plain, false),
            queries::contents(ground, entity, Side::Design, false),
        );
        let at = steps.len();
        steps.push(accepted(plain));
        steps.push(step(real, Expect::SameAs { step: at, ordered: false }));
    }
    let mut entities: Vec<&str> =
        query.statements.iter().flat_map(|s| s.sql.scans.iter().map(|x| x.entity.as_str())).collect();
    entities.extend(written.iter().map(String::as_str));
    entities.sort();
    entities.dedup();
    let empty: Vec<Step> =
        entities.iter().map(|e| accepted(format!("DELETE FROM {}", ground.plain.relations[*e].write_to))).collect();
    let mut weaker = steps.clone();
    // The indexes of SameAs and SameCount move with the steps put in.
    for step in &mut weaker {
        if let Expect::SameAs { step, .. } | Expect::SameCount { step } = &mut step.expect {
            *step += empty.len();
        }
    }
    weaker.splice(drawn..drawn, empty);
    let mut trial = on_sample(kit::steps::trial(claim, steps, vec![]));
    trial.twin = Twin::Steps { weaker: "the plain tables are emptied first".into(), steps: weaker };
    Ok(trial)
}

/// True when the order asked for leaves no ties, so that rows can be compared in it.
fn whole_order(ground: &Ground, sql: &tw_model::sql::EntitySql) -> bool {
    sql.ordered
        && sql.scans.iter().any(|scan| {
            scan.order.iter().any(|sort| {
                let attribute = ground.model.entity(&scan.entity).and_then(|e| e.attribute(&sort.attribute));
                sort.attribute == "key"
                    || attribute.is_some_and(|a| a.unique.is_some() || a.ty.sql.starts_with("timestamp"))
            })
        })
}

/// What the view shows, against its words over the plain tables.
fn view(ground: &Ground, claim: &Claim) -> Result<Trial, Undecided> {
    let view = ground.model.views.iter().find(|v| v.name == claim.subject.as_str());
    let view = view.ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
    let none = &mut |name: &str| vec![format!(":{name}")];
    let plain = prepares(tw_model::render::statement_with(&view.statement, ground.plain, none));
    let ordered = whole_order(ground, &view.statement);
    let sql = format!("SELECT * FROM {}", ground.draft.printed_table(&named_view_symbol(view)));
    let real = |at| step(sql.clone(), Expect::SameAs { step: at, ordered });
    let entities: std::collections::BTreeSet<&str> = view.statement.scans.iter().map(|s| s.entity.as_str()).collect();
    let mut weaker: Vec<Step> =
        entities.iter().map(|e| prepares(format!("DELETE FROM {}", ground.plain.relations[*e].write_to))).collect();
    let emptied = weaker.len();
    weaker.extend([plain.clone(), real(emptied)]);
    let mut trial = on_sample(kit::steps::trial(claim, vec![plain, real(0)], vec![]));
    trial.twin = Twin::Steps { weaker: "the plain tables are emptied first".into(), steps: weaker };
    Ok(trial)
}

fn kept(ground: &Ground, claim: &Claim, entity: &Entity) -> Trial {
    let plain = accepted(queries::contents(ground, entity, Side::Plain, true));
    let real = step(queries::contents(ground, entity, Side::Design, true), Expect::SameAs { step: 0, ordered: false });
    let table = &ground.plain.relations[&entity.name].write_to;
    let lost = accepted(format!("DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} LIMIT 1)"));
    let mut moved = real.clone();
    moved.expect = Expect::SameAs { step: 1, ordered: false };
    let weaker = vec![lost, plain.clone(), moved];
    let mut trial = on_sample(kit::steps::trial(claim, vec![plain, real], vec![]));
    trial.twin = Twin::Steps { weaker: "one plain row is lost first".into(), steps: weaker };
    trial
}

fn subtype(ground: &Ground, claim: &Claim, entity: &Entity) -> Result<Trial, Undecided> {
    let draft = ground.draft;
    let missing = || Undecided::NoWitness(format!("a row of {}", entity.name));
    let row = ground.witnesses.row(&entity.name, 1).ok_or_else(missing)?;
    let supertype = entity.supertype.as_deref().and_then(|s| ground.model.entity(s)).ok_or_else(missing)?;
    let keys = foreign_keys(draft, &entity.name);
    let (key_fk, kind_fk) = (
        keys.iter()
            .find(|(name, _, target, _)| *target == supertype.name && !name.contains(KIND))
            .ok_or_else(missing)?,
        keys.iter().find(|(name, ..)| name.contains(KIND)),
    );
    let p = Physical(draft);
    let kept: Vec<(&str, &str)> =
        [Some(key_fk), kind_fk].into_iter().flatten().map(|fk| (entity.name.as_str(), fk.0.as_str())).collect();
    let mut steps = only_references(draft, &[&entity.name], &kept);
    // The whole instance can be written; without its supertype's row, which takes the subtype's along, it cannot.
    let parents = ground.witnesses.with_parents(draft, row);
    steps.extend(inserts(draft, &parents));
    let whole = parents.iter().find(|r| r.table == supertype.name).ok_or_else(missing)?;
    steps.push(prepares(format!("DELETE FROM {} WHERE {}", draft.printed_table(&supertype.name), whole.by_key(draft))));
    steps.push(step(
        row.insert(draft),
        Expect::OneOf {
            of: [Some(key_fk), kind_fk]
                .into_iter()
                .flatten()
                .map(|fk| refusal("23503", Some(&p.member(&entity.name, &fk.0))))
                .collect(),
        },
    ));
    let spec = supertype.subtypes.as_ref().ok_or_else(missing)?;
    // That an instance may be of several is shown by the sample; that it may not is tried here.
    if let Some(kind_fk) = kind_fk
        && let Some(other) = spec.members.iter().find(|m| **m != entity.name)
        && let Some(other_row) = ground.witnesses.row(other, 1)
    {
        // The same instance has the same parent chain, so both are about one supertype row.
        let mut other_row = other_row.clone();
        for column in key_columns(ground.model, supertype) {
            other_row.values.insert(column.symbol.clone(), row.value(&column.symbol).map(String::from));
        }
        steps.push(prepares(whole.insert(draft)));
        let more: Vec<_> =
            ground.witnesses.parents(draft, &other_row).into_iter().filter(|r| !parents.contains(r)).collect();
        steps.extend(inserts(draft, &more));
        steps.push(prepares(other_row.insert(draft)));
        steps.push(refused(row.insert(draft), "23503", Some(&p.member(&entity.name, &kind_fk.0))));
    }
    let twin =
        [Some(key_fk), kind_fk].into_iter().flatten().map(|fk| drop_constraint(draft, &entity.name, &fk.0)).collect();
    Ok(kit::steps::trial(claim, steps, twin))
}
