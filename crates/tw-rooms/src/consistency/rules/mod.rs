//! The rules of the room of consistency. A rule is its file and its line in the list.
mod disabled_trigger;
mod skipped_delete;
mod swallowed_error;
mod swallowing_trigger;
mod trigger_fires_itself;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    disabled_trigger::RULE,
    skipped_delete::RULE,
    swallowed_error::RULE,
    swallowing_trigger::RULE,
    trigger_fires_itself::RULE,
];
