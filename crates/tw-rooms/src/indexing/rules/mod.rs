//! The rules of the room of indexes. A rule is its file and its line in the list.
mod always_true_filter;
mod backward_copy;
mod beyond_key;
mod boolean;
mod btree_on_container;
mod column_twice;
mod deleted_still_unique;
mod duplicate;
mod false_immutable;
mod hash_beside_btree;
mod prefix;
mod shotgun;
mod some_partitions;
mod unindexed_policy;
mod unindexed_reference;
mod wide;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    always_true_filter::RULE,
    backward_copy::RULE,
    beyond_key::RULE,
    boolean::RULE,
    btree_on_container::RULE,
    column_twice::RULE,
    deleted_still_unique::RULE,
    duplicate::RULE,
    false_immutable::RULE,
    hash_beside_btree::RULE,
    prefix::RULE,
    shotgun::RULE,
    some_partitions::RULE,
    unindexed_policy::RULE,
    unindexed_reference::RULE,
    wide::RULE,
];
