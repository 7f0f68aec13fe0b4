//! What is claimed of invariants and of transactions that meet.
use super::{
    AT,
    design::{exclusion, keeper, keeping, keeping_parts},
    least,
};
use crate::kit::{claim, links::rules, steps::Physical};
use tw_model::{
    Path,
    change::Fact,
    claim::Claim,
    draft::Draft,
    model::{Invariant, InvariantRule, Model, Overlap, Query, Statement},
    sql::StatementKind,
};

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    for invariant in &rules(model) {
        let subject = Path::from(invariant.name.as_str());
        let mut c = claim(
            AT,
            "invariant",
            subject.clone(),
            format!("{} holds: {}", invariant.name, words(invariant)),
            &invariant.origin,
        );
        c.rests_on = rests_on(draft, invariant);
        let presumes = c.id.clone();
        all.push(c);
        if matches!(invariant.rule, InvariantRule::AtMost { .. }) {
            let statement = format!("{} holds when two sessions write at once, at any isolation level", invariant.name);
            let mut c = claim(AT, "concurrent", subject, statement, &invariant.origin);
            c.rests_on = rests_on(draft, invariant);
            c.presumes = vec![presumes];
            all.push(c);
        }
    }
    for entity in &model.entities {
        for overlap in &entity.never_overlap {
            let subject = overlap_path(&entity.name, overlap);
            let statement = format!(
                "no two rows of {} with the same {} overlap in {}",
                entity.name,
                overlap.equal.join(" and "),
                overlap.during.join(" to ")
            );
            let mut c = claim(AT, "no-overlap", subject, statement, &overlap.origin);
            let p = Physical(draft);
            c.rests_on =
                vec![Fact::constraint(&p.table(&entity.name).name, &p.member(&entity.name, &exclusion(overlap)))];
            all.push(c);
        }
    }
    all.extend(least::claims(model, draft));
    for query in model.workload.iter().filter(|q| own_change(q).is_some()) {
        let statement = format!("two sessions in {} at once lose no change", query.name);
        all.push(claim(AT, "lost-update", Path::new(&query.name), statement, &query.origin));
    }
    all
}

/// `Booking.bed+during`.
pub(super) fn overlap_path(entity: &str, overlap: &Overlap) -> Path {
    let members: Vec<&str> = overlap.equal.iter().chain(&overlap.during).map(String::as_str).collect();
    Path::new(entity).join(members.join("+"))
}

fn words(invariant: &Invariant) -> String {
    match &invariant.rule {
        InvariantRule::AtMost { limit, entity, per, filter } => {
            let filter = filter.as_ref().map(|f| format!(" where {}", f.text)).unwrap_or_default();
            format!("at most {limit} {entity} per {per}{filter}")
        }
        InvariantRule::SumEquals { part, amount, whole, total } => {
            format!("the {total} of each {whole} is the sum of {amount} over its {part} rows")
        }
        InvariantRule::Always { entity, predicate } => format!("{} for every {entity}", predicate.text),
        InvariantRule::NoRow { statement } => format!("no row in {}", statement.text),
    }
}

fn rests_on(draft: &Draft, invariant: &Invariant) -> Vec<Fact> {
    let p = Physical(draft);
    let symbol = keeper(invariant);
    match &invariant.rule {
        InvariantRule::Always { entity, .. } => {
            vec![Fact::constraint(&p.table(entity).name, &p.member(entity, &symbol))]
        }
        InvariantRule::AtMost { limit: 1, entity, .. } => {
            vec![Fact::index(&p.table(entity).name, &p.member(entity, &symbol))]
        }
        InvariantRule::AtMost { entity, .. } => vec![trigger_fact(&p, entity, invariant)],
        InvariantRule::SumEquals { part, whole, .. } => vec![
            trigger_fact(&p, whole, invariant),
            Fact::trigger(&p.table(part).name, &p.member(part, &keeping_parts(invariant))),
        ],
        InvariantRule::NoRow { .. } => vec![],
    }
}

fn trigger_fact(p: &Physical, table: &str, invariant: &Invariant) -> Fact {
    Fact::trigger(&p.table(table).name, &p.member(table, &keeping(invariant)))
}

/// The first statement that computes an attribute from its own old value, with that attribute.
pub(super) fn own_change(query: &Query) -> Option<(&Statement, String)> {
    query.statements.iter().find_map(|s| {
        let write = s.sql.writes.as_ref().filter(|_| s.sql.kind == StatementKind::Update)?;
        let squeezed: String = s.sql.text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" = ", "=");
        let attribute = write.attributes.iter().find(|a| {
            ["+", "-", "*", "/", "||"]
                .iter()
                .any(|op| squeezed.contains(&format!("{a}={a} {op}")) || squeezed.contains(&format!("{a}={a}{op}")))
        })?;
        Some((s, attribute.clone()))
    })
}
