//! The rules of the room of storage. A rule is its file and its line in the list.
mod unlogged;

use crate::rule::Rule;

/// Every rule of the room.
pub const RULES: &[Rule] = &[unlogged::RULE];
