//! The rules of the room of columns. A rule is its file and its line in the list.
mod money_in_float;
mod time_without_zone;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[money_in_float::RULE, time_without_zone::RULE];
