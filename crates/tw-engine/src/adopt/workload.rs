//! The statements that a server has counted, as queries of the brief.
use super::lift::Lifted;
use tw_lab::Live;
use tw_model::adopted::Loss;

/// Statements and how often each is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded;

pub(super) fn recorded(_live: &mut Live) -> Recorded {
    Recorded
}

pub(super) fn say(_lifted: &mut Lifted, _recorded: Recorded, _losses: &mut Vec<Loss>) {}
