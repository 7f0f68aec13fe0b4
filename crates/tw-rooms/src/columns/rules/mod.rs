//! The rules of the room of columns. A rule is its file and its line in the list.
mod address_in_text;
mod age;
mod all_optional;
mod always_midnight;
mod always_null;
mod backward_period;
mod between_instants;
mod check_of_null;
mod check_reads_tables;
mod clock_in_check;
mod code_as_number;
mod deviating_type;
mod equal_columns;
mod equals_null;
mod every_column;
mod fixed_document;
mod flag_in_text;
mod frozen_clock;
mod impossible_default;
mod json_as_text;
mod keys_in_array;
mod list_in_text;
mod lists_in_rows;
mod made_up_value;
mod mixed_case;
mod money_in_float;
mod money_type;
mod narrow_email;
mod negative_quantity;
mod never_null;
mod not_in_null;
mod null_in_quotes;
mod number_in_text;
mod one_value;
mod optional_with_default;
mod outlived_address;
mod padded_text;
mod repeated_check;
mod rounded_instant;
mod short_text;
mod stray_blanks;
mod three_valued_flag;
mod time_in_text;
mod time_without_zone;
mod two_nothings;
mod two_words;
mod typed_text;
mod undated;
mod unstated_list;
mod unvalidated;
mod uuid_in_text;
mod vacuous_check;
mod zoned_time;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    address_in_text::RULE,
    age::RULE,
    all_optional::RULE,
    always_midnight::RULE,
    always_null::RULE,
    backward_period::RULE,
    between_instants::RULE,
    check_of_null::RULE,
    check_reads_tables::RULE,
    clock_in_check::RULE,
    code_as_number::RULE,
    deviating_type::RULE,
    equal_columns::RULE,
    equals_null::RULE,
    every_column::RULE,
    fixed_document::RULE,
    flag_in_text::RULE,
    frozen_clock::RULE,
    impossible_default::RULE,
    json_as_text::RULE,
    keys_in_array::RULE,
    list_in_text::RULE,
    lists_in_rows::RULE,
    made_up_value::RULE,
    mixed_case::RULE,
    money_in_float::RULE,
    money_type::RULE,
    narrow_email::RULE,
    negative_quantity::RULE,
    never_null::RULE,
    not_in_null::RULE,
    null_in_quotes::RULE,
    number_in_text::RULE,
    one_value::RULE,
    optional_with_default::RULE,
    outlived_address::RULE,
    padded_text::RULE,
    repeated_check::RULE,
    rounded_instant::RULE,
    short_text::RULE,
    stray_blanks::RULE,
    three_valued_flag::RULE,
    time_in_text::RULE,
    time_without_zone::RULE,
    two_nothings::RULE,
    two_words::RULE,
    typed_text::RULE,
    undated::RULE,
    unstated_list::RULE,
    unvalidated::RULE,
    uuid_in_text::RULE,
    vacuous_check::RULE,
    zoned_time::RULE,
];
