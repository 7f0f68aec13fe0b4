//! Relationships (2.7): foreign keys and their actions.
mod claims;
mod design;
pub mod rules;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("relationships", "2.7");

/// The room.
pub const ROOM: Room = Room {
    id: "relationships",
    item: "2.7",
    title: "Relationships",
    page: include_str!("README.md"),
    why_here: "Both ends have their keys and columns by now.",
    kinds: &[
        ("reference", "a row that points at nothing is refused"),
        ("on-delete", "what happens to a row when what it points at is deleted"),
        ("on-update", "what happens to a row when the key it points at changes"),
        ("cascade-stops", "where a cascade meets a restriction, nothing is deleted"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: claims::trial,
    rules: rules::RULES,
};
