//! The rules of the room of columns. A rule is its file and its line in the list.
mod address_in_text;
mod age;
mod code_as_number;
mod flag_in_text;
mod frozen_clock;
mod json_as_text;
mod keys_in_array;
mod list_in_text;
mod money_in_float;
mod money_type;
mod null_in_quotes;
mod number_in_text;
mod optional_with_default;
mod outlived_address;
mod padded_text;
mod rounded_instant;
mod three_valued_flag;
mod time_in_text;
mod time_without_zone;
mod undated;
mod uuid_in_text;
mod zoned_time;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    address_in_text::RULE,
    age::RULE,
    code_as_number::RULE,
    flag_in_text::RULE,
    frozen_clock::RULE,
    json_as_text::RULE,
    keys_in_array::RULE,
    list_in_text::RULE,
    money_in_float::RULE,
    money_type::RULE,
    null_in_quotes::RULE,
    number_in_text::RULE,
    optional_with_default::RULE,
    outlived_address::RULE,
    padded_text::RULE,
    rounded_instant::RULE,
    three_valued_flag::RULE,
    time_in_text::RULE,
    time_without_zone::RULE,
    undated::RULE,
    uuid_in_text::RULE,
    zoned_time::RULE,
];
