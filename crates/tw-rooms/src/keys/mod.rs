//! Keys and tables (2.5): identity, uniqueness, purpose.
mod claims;
mod design;
pub mod rules;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("keys", "2.5");

/// The room.
pub const ROOM: Room = Room {
    id: "keys",
    item: "2.5",
    title: "Table definition: keys and purpose",
    page: include_str!("README.md"),
    why_here: "References need keys to point at.",
    kinds: &[
        ("primary", "a second row with the same key is refused, and so is a missing key"),
        ("unique", "a second row with the same values is refused"),
        ("generated", "the server makes the key, and never the same twice"),
        ("logged", "rows outlive a crash of the server"),
        ("purpose", "the table says what it is for"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: claims::trial,
    rules: rules::RULES,
};
