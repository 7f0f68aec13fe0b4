//! The one judge: compares what was expected with what happened. No room can return a verdict.
use tw_model::{
    evidence::{Outcome, Undecided, Verdict},
    trial::{Expect, Step},
};

/// What the judge says of a trial on its own, before what it presumes is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Which step went otherwise, or why nothing could be said.
    pub reason: Option<String>,
}

/// Compares step by step; the first step that went otherwise decides. A step that could not be run makes
/// the trial undecided, unless an earlier one has refuted it already.
pub fn judge(steps: &[Step], outcomes: &[Outcome]) -> Judgement {
    for (n, step) in steps.iter().enumerate() {
        let undecided = |why: Undecided| Judgement { verdict: Verdict::Undecided, reason: Some(why.to_string()) };
        let Some(outcome) = outcomes.get(n) else { return undecided(Undecided::ConnectionLost) };
        if let Outcome::NotRun { why } = outcome {
            return undecided(match why.as_str() {
                "timed out" => Undecided::TimedOut,
                "kept value missing" => Undecided::NoSampleRow(format!("step {} needs a value that no row has", n + 1)),
                "horizon in doubt" => Undecided::HorizonInDoubt(format!("step {} is planned otherwise there", n + 1)),
                _ => Undecided::ConnectionLost,
            });
        }
        if let (Expect::SameAs { step: other, .. }, Outcome::Rows { count: 0, .. }) = (&step.expect, outcome)
            && matches!(outcomes.get(*other), Some(Outcome::Rows { count: 0, .. }))
        {
            return undecided(Undecided::NoSampleRow(format!("steps {} and {} both find nothing", other + 1, n + 1)));
        }
        if step.setup && !meets(&step.expect, outcome, outcomes) {
            return undecided(Undecided::SetupRefused(format!("step {}", n + 1)));
        }
        if !meets(&step.expect, outcome, outcomes) {
            return Judgement { verdict: Verdict::Refuted, reason: Some(format!("step {} went otherwise", n + 1)) };
        }
    }
    Judgement { verdict: Verdict::Held, reason: None }
}

/// True when the outcome is what was expected. `all` are the trial's outcomes, for comparisons.
pub fn meets(expect: &Expect, outcome: &Outcome, all: &[Outcome]) -> bool {
    match expect {
        Expect::Accepted => matches!(outcome, Outcome::Accepted { .. } | Outcome::Rows { .. } | Outcome::Plan { .. }),
        Expect::Affects { rows } => count(outcome) == Some(*rows),
        Expect::Refused { sqlstate, constraint } => match outcome {
            Outcome::Refused { sqlstate: s, constraint: c } => {
                s == sqlstate && (constraint.is_none() || c == constraint)
            }
            _ => false,
        },
        Expect::Rows { rows } => match outcome {
            Outcome::Rows { rows: got, count, .. } => got == rows && *count == rows.len() as u64,
            Outcome::Accepted { rows: 0 } => rows.is_empty(),
            _ => false,
        },
        Expect::SameAs { step, ordered } => match (all.get(*step), outcome) {
            (
                Some(Outcome::Rows { count: a, hash: ha, unordered_hash: ua, .. }),
                Outcome::Rows { count: b, hash: hb, unordered_hash: ub, .. },
            ) => a == b && if *ordered { ha == hb } else { ua == ub },
            _ => false,
        },
        Expect::SameCount { step } => count(outcome).is_some() && all.get(*step).and_then(count) == count(outcome),
        Expect::Blocks => matches!(outcome, Outcome::Blocked),
        Expect::Resumes { ending } => meets(ending, outcome, all),
        Expect::Uses { index } => matches!(outcome, Outcome::Plan { shape, .. } if names(shape, index)),
        Expect::Avoids { index } => matches!(outcome, Outcome::Plan { shape, .. } if !names(shape, index)),
        Expect::Seeks { indexes, tables } => matches!(outcome, Outcome::Plan { shape, whole, .. }
            if indexes.iter().all(|i| names(shape, i)) && !tables.iter().any(|t| whole.contains(t))),
        Expect::Suffers { without, table } => matches!(outcome, Outcome::Plan { shape, whole, .. }
            if !names(shape, without) && whole.contains(table)),
        Expect::Bounded => matches!(outcome, Outcome::Plan { within: Some(true), .. }),
        Expect::Priced { .. } => matches!(outcome, Outcome::Accepted { .. }),
        Expect::Near { .. } => matches!(outcome, Outcome::Figure { near: true }),
        Expect::SurvivesCrash { .. } => matches!(outcome, Outcome::Recovered { complete: true }),
        Expect::OneOf { of } => of.iter().any(|e| meets(e, outcome, all)),
    }
}

fn count(outcome: &Outcome) -> Option<u64> {
    match outcome {
        Outcome::Accepted { rows } => Some(*rows),
        Outcome::Rows { count, .. } => Some(*count),
        _ => None,
    }
}

/// True when a node of the plan scans that index: its name as a whole word.
fn names(shape: &[String], index: &str) -> bool {
    let quoted = tw_model::ident::quote(index);
    shape.iter().any(|line| line.split_whitespace().any(|word| word == index || word == quoted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::trial::Actor;

    fn step(expect: Expect) -> Step {
        Step { session: 1, actor: Actor::Owner, sql: String::new(), keep: vec![], expect, setup: false }
    }

    fn refused(sqlstate: &str, constraint: Option<&str>) -> Outcome {
        Outcome::Refused { sqlstate: sqlstate.into(), constraint: constraint.map(String::from) }
    }

    #[test]
    fn a_refusal_must_come_from_the_named_rule() {
        let expect = Expect::Refused { sqlstate: "23505".into(), constraint: Some("uq_a".into()) };
        assert!(meets(&expect, &refused("23505", Some("uq_a")), &[]));
        assert!(!meets(&expect, &refused("23505", Some("uq_b")), &[]));
        assert!(!meets(&expect, &refused("23514", Some("uq_a")), &[]));
        assert!(!meets(&expect, &Outcome::Accepted { rows: 1 }, &[]));
    }

    #[test]
    fn seeking_needs_every_index_and_reads_nothing_whole() {
        let plan = |line: &str, whole: &[&str]| Outcome::Plan {
            shape: vec![line.into()],
            within: None,
            whole: whole.iter().map(|t| t.to_string()).collect(),
        };
        let seeks = Expect::Seeks { indexes: vec!["i".into()], tables: vec!["t".into()] };
        assert!(meets(&seeks, &plan("Index Scan using i on t", &[]), &[]));
        assert!(meets(&seeks, &plan("Index Scan using i on t", &["small"]), &[]));
        assert!(!meets(&seeks, &plan("Index Scan using i on t", &["t"]), &[]));
        assert!(!meets(&seeks, &plan("Index Scan using j on t", &[]), &[]));
        let suffers = Expect::Suffers { without: "i".into(), table: "t".into() };
        assert!(meets(&suffers, &plan("Seq Scan on t", &["t"]), &[]));
        assert!(!meets(&suffers, &plan("Index Scan using j on t", &[]), &[]));
        assert!(!meets(&suffers, &plan("Index Scan using i on t", &["t"]), &[]));
    }

    #[test]
    fn the_first_step_that_goes_otherwise_decides() {
        let steps = [step(Expect::Accepted), step(Expect::Affects { rows: 1 }), step(Expect::Accepted)];
        let fine = Outcome::Accepted { rows: 1 };
        let lost = Outcome::NotRun { why: "connection lost".into() };
        assert_eq!(judge(&steps, &[fine.clone(), fine.clone(), fine.clone()]).verdict, Verdict::Held);
        let refuted = judge(&steps, &[fine.clone(), refused("42501", None), lost.clone()]);
        assert_eq!((refuted.verdict, refuted.reason.as_deref()), (Verdict::Refuted, Some("step 2 went otherwise")));
        assert_eq!(judge(&steps, &[fine.clone(), lost, fine.clone()]).verdict, Verdict::Undecided);
        assert_eq!(judge(&steps, &[fine]).verdict, Verdict::Undecided, "a missing outcome proves nothing");
    }

    #[test]
    fn what_cannot_be_prepared_is_not_refuted() {
        let prepares = Step { setup: true, ..step(Expect::Accepted) };
        let judged =
            judge(&[prepares, step(Expect::Accepted)], &[refused("42703", None), Outcome::Accepted { rows: 1 }]);
        assert_eq!((judged.verdict, judged.reason.as_deref()), (Verdict::Undecided, Some("setup refused: step 1")));
    }

    #[test]
    fn a_number_that_is_not_near_refutes() {
        let expect = Expect::Near { value: 100, percent: 5 };
        assert!(meets(&expect, &Outcome::Figure { near: true }, &[]));
        assert!(!meets(&expect, &Outcome::Figure { near: false }, &[]));
        assert!(!meets(&expect, &Outcome::Accepted { rows: 1 }, &[]));
    }

    #[test]
    fn an_index_is_named_as_a_whole_word() {
        let plan = |line: &str| Outcome::Plan { shape: vec![line.into()], within: None, whole: vec![] };
        let uses = Expect::Uses { index: "idx_a".into() };
        assert!(meets(&uses, &plan("  Bitmap Index Scan on idx_a"), &[]));
        assert!(!meets(&uses, &plan("Index Scan using idx_a_b on t"), &[]));
        assert!(meets(&Expect::Avoids { index: "idx_a".into() }, &plan("Index Scan using idx_a_b on t"), &[]));
        assert!(
            !meets(&Expect::Avoids { index: "idx_a".into() }, &Outcome::Accepted { rows: 0 }, &[]),
            "no plan, no proof"
        );
    }

    #[test]
    fn rows_compare_with_and_without_order() {
        let rows = |hash: &str, unordered: &str| Outcome::Rows {
            rows: vec![],
            count: 2,
            hash: hash.into(),
            unordered_hash: unordered.into(),
        };
        let all = [rows("a", "x")];
        assert!(meets(&Expect::SameAs { step: 0, ordered: false }, &rows("b", "x"), &all));
        assert!(!meets(&Expect::SameAs { step: 0, ordered: true }, &rows("b", "x"), &all));
        assert!(!meets(&Expect::SameAs { step: 5, ordered: false }, &rows("b", "x"), &all));
    }
}
