//! Naming (2.10): physical names, given last.
mod claims;
mod conventions;
mod design;
pub mod rules;

pub use conventions::{entity_name, plural, singular};

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("naming", "2.10");

/// The room.
pub const ROOM: Room = Room {
    id: "naming",
    item: "2.10",
    title: "Naming conventions",
    page: include_str!("README.md"),
    why_here: "Names come last: nothing before it depends on them, so renaming changes no decision.",
    kinds: &[
        ("tables", "every table's name follows the convention"),
        ("columns", "every column's name follows the convention"),
        ("primary-keys", "every primary key's name follows the convention"),
        ("foreign-keys", "every foreign key's name follows the convention"),
        ("unique-constraints", "every unique constraint's name follows the convention"),
        ("check-constraints", "every check constraint's name follows the convention"),
        ("exclusion-constraints", "every exclusion constraint's name follows the convention"),
        ("indexes", "every index's name follows the convention"),
        ("views", "every view's name follows the convention"),
        ("functions", "every function's name follows the convention"),
        ("triggers", "every trigger's name follows the convention"),
        ("policies", "every policy's name follows the convention"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: claims::trial,
    rules: rules::RULES,
};
