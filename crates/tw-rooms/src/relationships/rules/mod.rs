//! The rules of the room of relationships. A rule is its file and its line in the list.
mod any_table;
mod beside_primary;
mod cascade_erases_records;
mod cascade_from_lookup;
mod closed_ring;
mod crossed_tables;
mod default_refused;
mod duplicate;
mod frozen_key;
mod hub;
mod inherited_unkeyed;
mod island;
mod lost_rows;
mod misses_children;
mod narrower;
mod not_valid;
mod nulled_required;
mod open_arc;
mod other_type;
mod own_parent;
mod partly_null;
mod repeatable_link;
mod ring;
mod shown_by_rows;
mod some_partitions;
mod undeclared;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    any_table::RULE,
    beside_primary::RULE,
    cascade_erases_records::RULE,
    cascade_from_lookup::RULE,
    closed_ring::RULE,
    crossed_tables::RULE,
    default_refused::RULE,
    duplicate::RULE,
    frozen_key::RULE,
    hub::RULE,
    inherited_unkeyed::RULE,
    island::RULE,
    lost_rows::RULE,
    misses_children::RULE,
    narrower::RULE,
    not_valid::RULE,
    nulled_required::RULE,
    open_arc::RULE,
    other_type::RULE,
    own_parent::RULE,
    partly_null::RULE,
    repeatable_link::RULE,
    ring::RULE,
    shown_by_rows::RULE,
    some_partitions::RULE,
    undeclared::RULE,
];
