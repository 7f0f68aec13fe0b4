//! The rules of the room of access. A rule is its file and its line in the list.
mod open_definer;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[open_definer::RULE];
