//! The rules of the room of normal forms. A rule is its file and its line in the list.
mod copied_column;
mod depends_on_part;
mod stored_derived;
mod unkept_count;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[copied_column::RULE, depends_on_part::RULE, stored_derived::RULE, unkept_count::RULE];
