//! The one executor of trials.

/// What the executor keeps in a lab from trial to trial.
#[derive(Debug, Default)]
pub struct Bench {}
