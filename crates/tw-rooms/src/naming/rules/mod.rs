//! The rules of the room of names. A rule is its file and its line in the list.
mod needs_quotes;
mod reserved_word;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[needs_quotes::RULE, reserved_word::RULE];
