//! Two sessions that meet, at every isolation level: what a rule under concurrency is tried with.
use crate::kit::steps::*;
use tw_model::{
    model::Isolation::{self, *},
    trial::{Expect, Step},
};

/// The levels of the first and the second session, in the order they are tried. The last is for a first session that
/// serializable transactions do not know of.
const LEVELS: [[Isolation; 2]; 4] = [
    [ReadCommitted, ReadCommitted],
    [RepeatableRead, RepeatableRead],
    [Serializable, Serializable],
    [ReadCommitted, Serializable],
];

/// What the two sessions do. `before` meets nothing; at `meets` the second waits for the first.
pub(super) struct Meeting {
    pub before: [Option<Step>; 2],
    pub meets: [String; 2],
    /// How the second fares when it has the first's result before it.
    pub refused: Expect,
    /// How it fares when its snapshot is from before.
    pub stale: Expect,
    /// What undoes the first session's work, between two rounds.
    pub undo: String,
}

/// One round for each pair of levels. The second session takes its snapshot before the first commits.
pub(super) fn rounds(meeting: &Meeting) -> Vec<Step> {
    let mut steps = vec![];
    for [first, second] in LEVELS {
        if !steps.is_empty() {
            steps.push(prepares(&meeting.undo));
        }
        let begin = |level: Isolation| accepted(format!("BEGIN ISOLATION LEVEL {}", level.sql()));
        let ending = if second == ReadCommitted { &meeting.refused } else { &meeting.stale };
        steps.extend([begin(first), in_session(2, begin(second)), in_session(2, accepted("SELECT 1"))]);
        let [mine, other] = meeting.before.clone();
        steps.extend(mine);
        steps.extend(other.map(|step| in_session(2, step)));
        steps.extend([
            accepted(&meeting.meets[0]),
            in_session(2, step(&meeting.meets[1], Expect::Blocks)),
            accepted("COMMIT"),
            in_session(2, step("", Expect::Resumes { ending: Box::new(ending.clone()) })),
            in_session(2, accepted("COMMIT")),
        ]);
    }
    steps
}
