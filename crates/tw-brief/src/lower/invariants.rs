//! Invariants and views.
use super::Known;
use crate::cursor::{Sp, shorten};
use crate::diagnostic::Fault;
use crate::syntax::{Brief, InvariantForm, InvariantLine};
use crate::text::Text;
use crate::{sql, types};
use tw_model::model::{Entity, Invariant, InvariantRule, View};
use tw_model::sql::{EntityExpr, EntitySql, StatementKind};

/// Every invariant.
pub(crate) fn lower(brief: &Brief, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Vec<Invariant> {
    let mut out: Vec<Invariant> = vec![];
    for line in &brief.invariants {
        if out.iter().any(|i| i.name == line.name.v) {
            faults.push(
                Fault::new(line.name.span.clone(), format!("two invariants are named `{}`", line.name.v))
                    .help("rename one"),
            );
            continue;
        }
        if let Some(rule) = rule(line, known, entities, faults) {
            out.push(Invariant { name: line.name.v.clone(), rule, origin: line.origin.clone() });
        }
    }
    out
}

fn rule(line: &InvariantLine, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Option<InvariantRule> {
    match &line.form {
        InvariantForm::AtMost { limit, entity, per, filter } => {
            if !known.entity(entity, faults) {
                return None;
            }
            let per = grouping(known, &entity.v, per, faults)?;
            let filter = filter.as_ref().map(|f| known.expression(f, &entity.v, faults));
            Some(InvariantRule::AtMost { limit: *limit, entity: entity.v.clone(), per, filter })
        }
        InvariantForm::Sum { part, amount, total, whole } => {
            if !known.entity(whole, faults) {
                return None;
            }
            numeric(known, &whole.v, total, faults);
            let part = match part {
                Some(part) => known.entity(part, faults).then(|| part.v.clone())?,
                None => the_part(known, amount, &whole.v, faults)?,
            };
            numeric(known, &part, amount, faults);
            let ends = known.facts.entity(&part).into_iter().flatten();
            if !ends.clone().any(|f| f.target.as_ref() == Some(&whole.v)) {
                known.unknown(faults, &whole.v, no_end(&part, whole));
                return None;
            }
            Some(InvariantRule::SumEquals {
                part,
                amount: amount.v.clone(),
                whole: whole.v.clone(),
                total: total.v.clone(),
            })
        }
        InvariantForm::Always { predicate, entity } => {
            let entity = match entity {
                Some(entity) => known.entity(entity, faults).then(|| entity.v.clone())?,
                None => the_entity(known, predicate, entities, faults)?,
            };
            let predicate = known.expression(predicate, &entity, faults);
            Some(InvariantRule::Always { entity, predicate })
        }
        InvariantForm::NoRow(text) => {
            let statement = select(known, text, faults)?;
            Some(InvariantRule::NoRow { statement })
        }
    }
}

fn no_end(holder: &str, target: &Sp<String>) -> Fault {
    Fault::new(target.span.clone(), format!("{holder} has no relation end to `{}`", shorten(&target.v)))
        .why("rows are grouped by a reference they hold")
        .help("name an entity it refers to, or add the relation")
}

/// The end or attribute that `per` names.
fn grouping(known: &Known, entity: &str, per: &Sp<String>, faults: &mut Vec<Fault>) -> Option<String> {
    if !per.v.starts_with(|c: char| c.is_ascii_uppercase()) {
        return known.fact(entity, per, faults).then(|| per.v.clone());
    }
    let facts = known.facts.entity(entity).into_iter().flatten();
    let ends: Vec<&str> = facts.filter(|f| f.target.as_ref() == Some(&per.v)).map(|f| f.name.as_str()).collect();
    match ends.as_slice() {
        [one] => Some(one.to_string()),
        [] => {
            known.unknown(faults, &per.v, no_end(entity, per));
            None
        }
        several => {
            faults.push(
                Fault::new(per.span.clone(), format!("{entity} has several ends to {}", per.v))
                    .help(format!("name one: {}", several.join(", "))),
            );
            None
        }
    }
}

fn numeric(known: &Known, entity: &str, name: &Sp<String>, faults: &mut Vec<Fault>) {
    if known.fact(entity, name, faults)
        && let Some(fact) = known.facts.get(entity, &name.v)
        && !types::is_number(&fact.sql)
    {
        faults.push(Fault::new(name.span.clone(), format!("`{}` is not a number", name.v)).why("sums are of numbers"));
    }
}

/// The one entity that has the attribute and refers to the whole.
fn the_part(known: &Known, amount: &Sp<String>, whole: &str, faults: &mut Vec<Fault>) -> Option<String> {
    let has = |facts: &[super::facts::Fact]| {
        facts.iter().any(|f| f.name == amount.v) && facts.iter().any(|f| f.target.as_deref() == Some(whole))
    };
    let parts: Vec<&String> = known.facts.all().filter(|(_, facts)| has(facts)).map(|(name, _)| name).collect();
    match parts.as_slice() {
        [one] => Some(one.to_string()),
        [] => {
            let fault = Fault::new(
                amount.span.clone(),
                format!("no entity that refers to {whole} has an attribute `{}`", amount.v),
            )
            .why("the parts are the rows that hold a reference to the whole")
            .help("name it: `sum(OrderLine.amount)`");
            known.unknown(faults, &amount.v, fault);
            None
        }
        several => {
            let names: Vec<&str> = several.iter().map(|s| s.as_str()).collect();
            faults.push(
                Fault::new(amount.span.clone(), format!("several entities that refer to {whole} have `{}`", amount.v))
                    .why(names.join(", "))
                    .help(format!("name one: `sum({}.{})`", names[0], amount.v)),
            );
            None
        }
    }
}

/// The one entity that has every attribute of the predicate.
fn the_entity(known: &Known, predicate: &Text, entities: &[Entity], faults: &mut Vec<Fault>) -> Option<String> {
    let fits = |name: &str| {
        let read: Result<EntityExpr, _> = sql::expression(&predicate.text, &known.scope, name);
        read.is_ok_and(|e| !e.attributes.is_empty())
    };
    let found: Vec<&str> = entities.iter().map(|e| e.name.as_str()).filter(|n| fits(n)).collect();
    if let [one] = found.as_slice() {
        return Some(one.to_string());
    }
    let what = match found.is_empty() {
        true => "no entity has all attributes of this predicate".to_string(),
        false => format!("several entities have all attributes of this predicate: {}", found.join(", ")),
    };
    let fault = Fault::new(predicate.whole(), what).help("name the entity: `(expression) for every Order`");
    known.unknown(faults, &predicate.text, fault);
    None
}

/// A query without parameters that only reads.
fn select(known: &Known, text: &Text, faults: &mut Vec<Fault>) -> Option<EntitySql> {
    let statement = known.statement(text, &[], faults)?;
    if statement.kind != StatementKind::Select {
        faults.push(Fault::new(text.whole(), "this statement writes").why("only a `select` can stand here"));
        return None;
    }
    Some(statement)
}

/// Every view.
pub(crate) fn views(brief: &Brief, known: &Known, faults: &mut Vec<Fault>) -> Vec<View> {
    let mut out: Vec<View> = vec![];
    for line in &brief.views {
        if out.iter().any(|v| v.name == line.name.v) {
            faults.push(
                Fault::new(line.name.span.clone(), format!("two views are named `{}`", line.name.v)).help("rename one"),
            );
            continue;
        }
        if let Some(statement) = select(known, &line.sql, faults) {
            out.push(View { name: line.name.v.clone(), statement, origin: line.origin.clone() });
        }
    }
    out
}
