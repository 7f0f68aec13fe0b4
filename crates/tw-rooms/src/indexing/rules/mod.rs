//! The rules of the room of indexes. A rule is its file and its line in the list.
mod duplicate;
mod unindexed_reference;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[duplicate::RULE, unindexed_reference::RULE];
