//! The rules of the room of keys. A rule is its file and its line in the list.
mod broken_identifier;
mod case_apart;
mod cycling;
mod equal_rows;
mod flag_in_unique;
mod float;
mod instant;
mod narrow_sequence;
mod near_end;
mod no_primary;
mod nullable_unique;
mod overlapping_periods;
mod own_reference;
mod published_unidentified;
mod random_uuid;
mod repeatable_identifier;
mod repeatable_lookup;
mod repeated;
mod serial;
mod shared_sequence;
mod small;
mod wider_than_needed;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[
    broken_identifier::RULE,
    case_apart::RULE,
    cycling::RULE,
    equal_rows::RULE,
    flag_in_unique::RULE,
    float::RULE,
    instant::RULE,
    narrow_sequence::RULE,
    near_end::RULE,
    no_primary::RULE,
    nullable_unique::RULE,
    overlapping_periods::RULE,
    own_reference::RULE,
    published_unidentified::RULE,
    random_uuid::RULE,
    repeatable_identifier::RULE,
    repeatable_lookup::RULE,
    repeated::RULE,
    serial::RULE,
    shared_sequence::RULE,
    small::RULE,
    wider_than_needed::RULE,
];
