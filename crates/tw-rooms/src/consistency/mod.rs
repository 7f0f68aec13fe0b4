//! Consistency (2.12): invariants under concurrency.
mod claims;
mod design;
mod least;
mod meet;
pub mod rules;
mod trials;

use crate::kit::{links::rules, shape::member_columns, witness::Crowd};
use tw_model::{
    draft::Draft,
    model::{InvariantRule, Model},
};

use crate::room::Room;

/// What the search for witnesses needs to know of rules over several rows.
pub fn crowds(model: &Model, draft: &Draft) -> Vec<Crowd> {
    let mut all = vec![];
    for invariant in &rules(model) {
        let InvariantRule::AtMost { limit, entity, per, filter } = &invariant.rule else { continue };
        let Some(of) = model.entity(entity) else { continue };
        let symbols = |members: &[String]| {
            members.iter().flat_map(|m| member_columns(model, of, m)).map(|c| c.symbol).collect::<Vec<_>>()
        };
        let keeper = draft.name(&format!("{entity}.{}", design::keeper(invariant)));
        all.push(Crowd {
            name: invariant.name.clone(),
            table: entity.clone(),
            group: symbols(std::slice::from_ref(per)),
            filter_columns: filter.iter().flat_map(|f| symbols(&f.attributes)).collect(),
            limit: *limit,
            refused_by: if *limit == 1 { keeper } else { invariant.name.clone() },
        });
    }
    for entity in &model.entities {
        for overlap in &entity.never_overlap {
            let (equal, during) = design::overlap_columns(model, entity, overlap);
            let filter = overlap
                .filter
                .iter()
                .flat_map(|f| &f.attributes)
                .flat_map(|m| member_columns(model, entity, m))
                .map(|c| c.symbol);
            all.push(Crowd {
                name: claims::overlap_path(&entity.name, overlap).to_string(),
                table: entity.name.clone(),
                group: equal.into_iter().chain(during).collect(),
                filter_columns: filter.collect(),
                limit: 1,
                refused_by: draft.name(&format!("{}.{}", entity.name, design::exclusion(overlap))),
            });
        }
    }
    all
}

pub(crate) const AT: (&str, &str) = ("consistency", "2.12");

/// The room.
pub const ROOM: Room = Room {
    id: "consistency",
    item: "2.12",
    title: "Consistency",
    page: include_str!("README.md"),
    why_here: "Invariants become constraints and indexes, which the next rooms count on.",
    kinds: &[
        ("invariant", "a row that would break the rule is refused"),
        ("concurrent", "two sessions that would break the rule together do not"),
        ("at-least", "what has a least number of others has it from the transaction on that brings it"),
        ("stays-at-least", "none of the least number can go or move away"),
        ("no-overlap", "no two rows that must not overlap do"),
        ("lost-update", "of two sessions that change the same value, neither change is lost"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: trials::trial,
    rules: rules::RULES,
};
