//! The record that every room is.
use crate::{kit::Ground, rule::Rule};
use tw_model::{claim::Claim, draft::Draft, evidence::Undecided, model::Model, trial::Trial};

/// One topic of knowledge.
pub struct Room {
    /// Short name, as in claim ids: `indexing`.
    pub id: &'static str,
    /// The requirement item it answers: `2.8`.
    pub item: &'static str,
    /// Title in the dossier.
    pub title: &'static str,
    /// Its page, Markdown.
    pub page: &'static str,
    /// Why it runs at this place in the order.
    pub why_here: &'static str,
    /// The kinds of claim it makes, without the room's name: `not-null`, with what each says.
    pub kinds: &'static [(&'static str, &'static str)],
    /// The rules by which it judges a schema that exists.
    pub rules: &'static [Rule],
    /// Takes this room's decisions on the draft so far.
    pub design: fn(&Model, &mut Draft),
    /// What it claims of a finished draft.
    pub claims: fn(&Model, &Draft) -> Vec<Claim>,
    /// How one of its claims is tried.
    pub trial: fn(&Ground, &Claim) -> Result<Trial, Undecided>,
}
