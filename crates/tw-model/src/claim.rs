//! Claims: sentences that could be false.
use crate::{Origin, Path, change::Fact};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `room/kind subject`, e.g. `columns/not-null Account.balance`: never a line, a number or a physical name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimId(pub String);

impl ClaimId {
    /// The id of that kind of claim about that subject.
    pub fn new(kind: &str, subject: &Path) -> Self {
        ClaimId(format!("{kind} {subject}"))
    }
    /// `columns/not-null`.
    pub fn kind(&self) -> &str {
        self.0.split(' ').next().unwrap_or("")
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A sentence that could be false, about one element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Room id.
    pub room: String,
    /// Requirement item.
    pub item: String,
    /// What it is about.
    pub subject: Path,
    /// The sentence.
    pub statement: String,
    /// The brief line (or assumption) it follows from.
    pub origin: Origin,
    /// Claims without which this one means nothing; when one is not held, this is undecided.
    pub presumes: Vec<ClaimId>,
    /// Schema facts that make it true. A twin that touches one of them must refute it, and a twin that
    /// touches none of them must not.
    pub rests_on: Vec<Fact>,
}
