//! Columns (2.6): types, nullability, defaults, row rules.
mod claims;
mod design;
pub mod rules;
mod trials;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("columns", "2.6");

/// The room.
pub const ROOM: Room = Room {
    id: "columns",
    item: "2.6",
    title: "Column specifications",
    page: include_str!("README.md"),
    why_here: "Columns are in place; what may stand in them comes next.",
    kinds: &[
        ("type", "the declared type, its bounds tried on both sides"),
        ("not-null", "a missing value is refused"),
        ("optional", "a missing value is accepted"),
        ("default", "a row that leaves the column out gets the default"),
        ("in", "every listed value is accepted, another is refused"),
        ("check", "a row that breaks the rule is refused by it"),
        ("generated", "the server computes the value"),
        ("stamped", "a change sets the row's time of change"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: trials::trial,
    rules: rules::RULES,
};
