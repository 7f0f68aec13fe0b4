//! The rules of the room of storage. A rule is its file and its line in the list.
mod bloated;
mod blocking_refresh;
mod cold_cache;
mod cold_updates;
mod dead_rows;
mod endless_transactions;
mod idle_slot;
mod low_fill;
mod no_autovacuum;
mod no_partition;
mod old_transactions;
mod partition_gap;
mod stale_statistics;
mod trigger_without_when;
mod unchecked_pages;
mod unlogged;
mod unread;
mod vacuum_off;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    bloated::RULE,
    blocking_refresh::RULE,
    cold_cache::RULE,
    cold_updates::RULE,
    dead_rows::RULE,
    endless_transactions::RULE,
    idle_slot::RULE,
    low_fill::RULE,
    no_autovacuum::RULE,
    no_partition::RULE,
    old_transactions::RULE,
    partition_gap::RULE,
    stale_statistics::RULE,
    trigger_without_when::RULE,
    unchecked_pages::RULE,
    unlogged::RULE,
    unread::RULE,
    vacuum_off::RULE,
];
