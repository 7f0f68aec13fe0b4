//! The rules of the room of relationships. A rule is its file and its line in the list.
mod nulled_required;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[nulled_required::RULE];
