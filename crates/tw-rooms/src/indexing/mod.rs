//! Indexing (2.8): a way into each table for every query, and no more.
pub mod accesses;
pub mod candidates;
mod claims;
mod design;
mod horizon;
mod online;
pub mod rules;
pub mod search;
mod ways;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("indexing", "2.8");

/// The room.
pub const ROOM: Room = Room {
    id: "indexing",
    item: "2.8",
    title: "Indexing strategy",
    page: include_str!("README.md"),
    why_here: "Keys and references bring indexes of their own; what the workload still lacks is known only now.",
    kinds: &[
        ("bounded", "the query touches no more pages than its result and the height of its trees allow"),
        ("used", "the index is in the plan, and without it the plan is another"),
        (
            "at-horizon",
            "at the volume of the horizon the query reads no large table whole, and would without its index",
        ),
        ("no-redundant", "no designed index is served by another"),
        ("online", "the indexes of a table are built anew while its rows are written"),
    ],
    design: design::design,
    claims: |model, draft| {
        [claims::claims, horizon::claims, online::claims].into_iter().flat_map(|of| of(model, draft)).collect()
    },
    trial: |ground, claim| match claim.id.kind() {
        "indexing/at-horizon" => horizon::trial(ground, claim),
        "indexing/online" => online::trial(ground, claim),
        _ => claims::trial(ground, claim),
    },
    rules: rules::RULES,
};
