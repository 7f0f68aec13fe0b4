//! Decisions: what a room chose, because of what, instead of what.
use crate::{Origin, Path, change::Change};
use serde::{Deserialize, Serialize};

/// One choice of one room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Room id.
    pub room: String,
    /// Requirement item: `2.8`.
    pub item: String,
    /// What it is about.
    pub subject: Path,
    /// The choice, one sentence.
    pub what: String,
    /// The reason, naming the brief's words or the fact it follows from.
    pub why: String,
    /// What was not chosen and why not.
    pub instead_of: Vec<Rejected>,
    /// Where it comes from.
    pub origin: Origin,
    /// The edits it makes to the draft (symbolic).
    pub changes: Vec<Change>,
}

/// An alternative that was not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rejected {
    /// The alternative.
    pub what: String,
    /// Why not.
    pub why: String,
}
