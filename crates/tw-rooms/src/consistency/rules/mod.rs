//! The rules of the room of consistency. A rule is its file and its line in the list.
mod disabled_trigger;
mod limit_without_order;
mod nameless_insert;
mod skipped_delete;
mod swallowed_error;
mod swallowing_trigger;
mod trigger_fires_itself;
mod unsafe_writes;
mod whole_table_write;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    disabled_trigger::RULE,
    limit_without_order::RULE,
    nameless_insert::RULE,
    skipped_delete::RULE,
    swallowed_error::RULE,
    swallowing_trigger::RULE,
    trigger_fires_itself::RULE,
    unsafe_writes::RULE,
    whole_table_write::RULE,
];
