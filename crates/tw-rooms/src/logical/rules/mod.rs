//! The rules of the room of the logical design. A rule is its file and its line in the list.
mod cloned_tables;
mod empty_shape;
mod many_columns;
mod numbered_columns;
mod state_in_flags;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] =
    &[cloned_tables::RULE, empty_shape::RULE, many_columns::RULE, numbered_columns::RULE, state_in_flags::RULE];
