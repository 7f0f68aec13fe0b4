//! The rules of the room of storage. A rule is its file and its line in the list.
mod blocking_refresh;
mod low_fill;
mod no_autovacuum;
mod no_partition;
mod partition_gap;
mod trigger_without_when;
mod unlogged;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    blocking_refresh::RULE,
    low_fill::RULE,
    no_autovacuum::RULE,
    no_partition::RULE,
    partition_gap::RULE,
    trigger_without_when::RULE,
    unlogged::RULE,
];
