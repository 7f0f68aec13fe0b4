//! The rules of the room of indexes. A rule is its file and its line in the list.
mod always_true_filter;
mod backward_copy;
mod beyond_key;
mod boolean;
mod btree_on_container;
mod column_twice;
mod deep_offset;
mod deleted_still_unique;
mod duplicate;
mod endless_answer;
mod false_immutable;
mod few_values;
mod fraction_against_integer;
mod hash_beside_btree;
mod leading_wildcard;
mod long_list;
mod mostly_null;
mod one_at_a_time;
mod prefix;
mod random_order;
mod read_whole;
mod shotgun;
mod some_partitions;
mod unfinished;
mod unindexed_policy;
mod unindexed_reference;
mod unused;
mod wide;
mod wrapped_column;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    always_true_filter::RULE,
    backward_copy::RULE,
    beyond_key::RULE,
    boolean::RULE,
    btree_on_container::RULE,
    column_twice::RULE,
    deep_offset::RULE,
    deleted_still_unique::RULE,
    duplicate::RULE,
    endless_answer::RULE,
    false_immutable::RULE,
    few_values::RULE,
    fraction_against_integer::RULE,
    hash_beside_btree::RULE,
    leading_wildcard::RULE,
    long_list::RULE,
    mostly_null::RULE,
    one_at_a_time::RULE,
    prefix::RULE,
    random_order::RULE,
    read_whole::RULE,
    shotgun::RULE,
    some_partitions::RULE,
    unfinished::RULE,
    unindexed_policy::RULE,
    unindexed_reference::RULE,
    unused::RULE,
    wide::RULE,
    wrapped_column::RULE,
];
