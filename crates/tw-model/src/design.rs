//! A design: the draft as a server settled it, with its claims.
use crate::{claim::Claim, draft::Draft, model::Model, schema::Schema};
use serde::{Deserialize, Serialize};

/// A draft that a server has accepted and reported back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// What the brief means.
    pub model: Model,
    /// The decisions and what they fold into.
    pub draft: Draft,
    /// What the server reports after loading the draft's print.
    pub schema: Schema,
    /// What is claimed of it.
    pub claims: Vec<Claim>,
}
