//! The rules of the room of the logical design. A rule is its file and its line in the list.
mod attributes_as_rows;
mod copied_column;
mod dated_tables;
mod depends_on_part;
mod god_table;
mod mixed_subtypes;
mod numbered_columns;
mod one_list_for_all;
mod single_column;
mod state_in_booleans;
mod stored_derived;
mod unkept_count;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    attributes_as_rows::RULE,
    copied_column::RULE,
    dated_tables::RULE,
    depends_on_part::RULE,
    god_table::RULE,
    mixed_subtypes::RULE,
    numbered_columns::RULE,
    one_list_for_all::RULE,
    single_column::RULE,
    state_in_booleans::RULE,
    stored_derived::RULE,
    unkept_count::RULE,
];
