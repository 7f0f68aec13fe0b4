//! The rules of the room of the logical design. A rule is its file and its line in the list.
mod attributes_as_rows;
mod cloned_tables;
mod empty_shape;
mod many_columns;
mod mixed_subtypes;
mod numbered_columns;
mod one_list_for_all;
mod single_column;
mod state_in_flags;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    attributes_as_rows::RULE,
    cloned_tables::RULE,
    empty_shape::RULE,
    many_columns::RULE,
    mixed_subtypes::RULE,
    numbered_columns::RULE,
    one_list_for_all::RULE,
    single_column::RULE,
    state_in_flags::RULE,
];
