//! The rules of the room of names. A rule is its file and its line in the list.
mod cut;
mod kind_in_name;
mod misspelt;
mod mixed_manner;
mod near_twins;
mod needs_quotes;
mod negated_flag;
mod odd_number_out;
mod repeated_table;
mod reserved_word;
mod time_by_another_name;
mod undescribed;
mod vague;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    cut::RULE,
    kind_in_name::RULE,
    misspelt::RULE,
    mixed_manner::RULE,
    near_twins::RULE,
    needs_quotes::RULE,
    negated_flag::RULE,
    odd_number_out::RULE,
    repeated_table::RULE,
    reserved_word::RULE,
    time_by_another_name::RULE,
    undescribed::RULE,
    vague::RULE,
];
