//! What a user asks not to be told: rules that are off, findings that are known, each with its reason.
use super::{check::Found, lines::Lines};
use tw_model::{
    finding::{Ignored, NotJudged},
    schema::Schema,
};

/// What the user said of rules.
#[derive(Clone, Debug, Default)]
pub struct Settings {}

impl Settings {
    /// Takes out what is to be ignored: what was taken out, with its reason.
    pub fn apply(
        &self,
        _found: &mut Vec<Found>,
        _schema: &Schema,
        _lines: &Lines,
        _not_judged: &mut Vec<NotJudged>,
    ) -> Vec<Ignored> {
        vec![]
    }
}
