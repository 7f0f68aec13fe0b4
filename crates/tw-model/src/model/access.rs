//! Who may see and do what.
use crate::Origin;
use serde::{Deserialize, Serialize};

/// A role and its rules. What is not allowed is forbidden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Name.
    pub name: String,
    /// Rules in order.
    pub rules: Vec<Rule>,
    /// The brief line.
    pub origin: Origin,
}

/// One rule: a verb on an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// `never ...`: takes away what another rule gives.
    pub never: bool,
    /// The verb; for `never User.password_hash` it is [`Verb::Read`].
    pub verb: Verb,
    /// The entity.
    pub entity: String,
    /// Attributes or ends it is limited to; empty is all.
    pub attributes: Vec<String>,
    /// Limited to one's own rows.
    pub own: Option<Own>,
    /// The brief line.
    pub origin: Origin,
}

/// What can be done to rows. `write` in a brief is Append and Update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// SELECT.
    Read,
    /// INSERT.
    Append,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// `by customer.email = session('app.user')`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Own {
    /// Attribute path from the entity, ends first: `["customer", "email"]`.
    pub by: Vec<String>,
    /// The session setting compared with.
    pub setting: String,
}
