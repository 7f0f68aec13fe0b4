//! The rules of the room of keys. A rule is its file and its line in the list.
mod no_primary;
mod nullable_unique;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[no_primary::RULE, nullable_unique::RULE];
