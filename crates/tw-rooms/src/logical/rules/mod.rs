//! The rules of the room of the logical design. A rule is its file and its line in the list.

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[];
