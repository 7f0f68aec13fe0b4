//! Two sessions, or three, that meet over a derived value.
use super::Place;
use crate::kit::steps::{accepted, in_session, prepares, returns_one, step};
use tw_model::{
    claim::ClaimId,
    trial::{Apart, Base, Expect, Step, Trial, Twin},
};

/// The trial of a strategy: makes it, lets the sessions meet, and counts what has drifted. `weaker` is what is weaker, how it is
/// made then, and how the sessions meet.
pub(super) fn meeting(
    place: &Place,
    strategy: &str,
    made: &[String],
    meets: Vec<Step>,
    drift: &str,
    (weaker, made_weaker, meets_weaker): (&str, &[String], Vec<Step>),
) -> Trial {
    let steps = |made: &[String], meets: Vec<Step>| -> Vec<Step> {
        made.iter().map(prepares).chain(meets).chain([returns_one(drift, "0")]).collect()
    };
    Trial {
        claim: ClaimId(format!("normal-forms/{} {}.{}", strategy.replace(' ', "-"), place.target, place.column)),
        base: Base::Sample,
        isolation: Apart::Clone,
        steps: steps(made, meets),
        twin: Twin::Steps { weaker: weaker.into(), steps: steps(made_weaker, meets_weaker) },
    }
}

/// Two transactions that change what one value comes from; the second waits for the first.
pub(super) fn waits(one: &str, two: &str) -> Vec<Step> {
    vec![
        accepted("BEGIN"),
        in_session(2, accepted("BEGIN")),
        accepted(one),
        in_session(2, step(two, Expect::Blocks)),
        accepted("COMMIT"),
        in_session(2, step("", Expect::Resumes { ending: Box::new(Expect::Accepted) })),
        in_session(2, accepted("COMMIT")),
    ]
}

/// The same where nobody waits; the first commits last.
pub(super) fn crosses(one: &str, two: &str) -> Vec<Step> {
    vec![accepted("BEGIN"), accepted(one), in_session(2, accepted(two)), accepted("COMMIT")]
}

/// A worker runs while a transaction is open that has written to its queue, and once after. The second write commits first.
pub(super) fn worked([one, two]: [&str; 2], apply: &str) -> Vec<Step> {
    vec![
        accepted("BEGIN"),
        accepted(one),
        in_session(2, accepted(two)),
        in_session(3, accepted(apply)),
        accepted("COMMIT"),
        in_session(3, accepted(apply)),
    ]
}

/// A view of all values is refreshed while a transaction is open, and once after when `again`.
pub(super) fn refreshed(one: &str, refresh: &str, again: bool) -> Vec<Step> {
    let mut steps = vec![accepted("BEGIN"), accepted(one), in_session(2, accepted(refresh)), accepted("COMMIT")];
    steps.extend(again.then(|| in_session(2, accepted(refresh))));
    steps
}
