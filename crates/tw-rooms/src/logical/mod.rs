//! Logical design (2.3): concepts to relations.
mod claims;
mod design;
pub mod rules;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("logical", "2.3");

/// The room.
pub const ROOM: Room = Room {
    id: "logical",
    item: "2.3",
    title: "Logical design and data model",
    page: include_str!("README.md"),
    why_here: "Tables must stand before anything can hang on them.",
    kinds: &[
        ("answers", "a query returns what the brief's query returns over plain tables of concepts"),
        ("view", "a view that the brief names returns what its query returns over plain tables of concepts"),
        ("kept", "every row of a concept is found whole in the design's tables"),
        ("subtype", "a subtype's row is a row of its supertype, and disjoint subtypes exclude each other"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: claims::trial,
    rules: rules::RULES,
};
