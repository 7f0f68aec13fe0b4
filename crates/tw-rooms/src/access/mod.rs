//! Access (2.11): roles, privileges, policies, prepared statements.
mod claims;
mod design;
mod policies;
mod powers;
mod prepared;
mod rights;
pub mod rules;
mod trials;

use crate::room::Room;

pub(crate) const AT: (&str, &str) = ("access", "2.11");

/// The room.
pub const ROOM: Room = Room {
    id: "access",
    item: "2.11",
    title: "Security: access control",
    page: include_str!("README.md"),
    why_here: "Privileges and policies are about tables and columns that stand.",
    kinds: &[
        ("may", "a role can do what the brief allows"),
        ("may-not", "a role is refused what the brief does not allow"),
        ("own", "a role limited to its own rows sees its own and no other"),
        ("tenant", "a session sees and writes its own tenant's rows only"),
        ("powers", "a role cannot become another, run a program, read a file or change the schema"),
        ("prepared", "a query runs as its role with bound values, and a hostile value stays a value"),
    ],
    design: design::design,
    claims: claims::claims,
    trial: trials::trial,
    rules: rules::RULES,
};
