//! Twins: every proof is seen to fail. Each claim's twin is applied, and exactly the claims that rest on
//! what it touches must be refuted.
use crate::{Failure, judge::judge, prove::Progress, settle::Settled};
use std::collections::BTreeSet;
use tw_lab::execute::{self, TrialError};
use tw_model::{
    change::Fact,
    claim::Claim,
    evidence::Verdict,
    facts::touched,
    schema::Schema,
    trial::{Apart, Base, Trial, Twin},
};

/// How the twins fared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twins {
    /// Twins applied.
    pub applied: usize,
    /// Claims whose twin refuted exactly what it should.
    pub exact: usize,
    /// Pairs of twin and claim tried.
    pub pairs: usize,
    /// What was not as it should be.
    pub faults: Vec<Fault>,
}

/// A twin that did too little or too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The claim whose twin was applied.
    pub twin_of: String,
    /// The claim that came out otherwise.
    pub claim: String,
    /// How.
    pub what: String,
}

/// How far to look besides each claim under its own twin and every claim that a twin touches (if it is rolled back).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// A fixed share of the claims that a twin could disturb, and a smaller one of the others.
    Share,
    /// Every claim that a twin could disturb, and a fixed share of the others.
    Every,
}

impl Reach {
    /// One in so many of the pairs of this kind is tried. Trials on the sample are slow: they compare whole tables.
    fn one_in(self, near: bool, base: Base) -> u64 {
        match (self, near, base) {
            (Reach::Every, true, Base::Empty) => 1,
            (Reach::Every, ..) => 16,
            (Reach::Share, true, Base::Empty) => 8,
            (Reach::Share, false, Base::Empty) => 48,
            (Reach::Share, _, Base::Sample | Base::Horizon) => 96,
        }
    }
}

/// Tables that the touched facts are about.
fn tables_of<'a>(schema: &'a Schema, touched: &BTreeSet<Fact>) -> Vec<&'a str> {
    let about = |name: &str| touched.iter().any(|fact| fact.0.split([' ', '.', '(']).any(|word| word == name));
    schema.tables.iter().map(|t| t.name.name.as_str()).filter(|name| about(name)).collect()
}

/// True for a pair that is tried though the twin does not touch the claim: it is drawn, and more often where the
/// twin could disturb the trial, which names a table that the twin changes. The same pairs in every run.
fn drawn(reach: Reach, twin_of: &Claim, other: &Claim, trial: &Trial, tables: &[&str]) -> bool {
    let names = |sql: &str| sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| tables.contains(&word));
    let near = trial.steps.iter().any(|s| names(&s.sql));
    let lot = tw_model::hash::sha256(format!("{} {}", twin_of.id, other.id).as_bytes());
    u64::from_str_radix(&lot[..8], 16).is_ok_and(|n| n % reach.one_in(near, trial.base) == 0)
}

/// Applies twins on the settled labs, one slice of the claims each.
pub fn try_twins(settled: &Settled, reach: Reach, progress: &Progress) -> Result<Twins, Failure> {
    let claims: Vec<&Claim> = settled.design.claims.iter().collect();
    let trials = crate::prove::trials(settled, &claims);
    let all: Vec<(&Claim, &Trial)> =
        claims.iter().zip(&trials).filter_map(|(c, t)| t.as_ref().ok().map(|t| (*c, t))).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let results = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..settled.labs.len())
            .map(|w| {
                let (all, done) = (&all, &done);
                scope.spawn(move || {
                    let mut sum = Twins::default();
                    for (claim, trial) in all.iter().skip(w).step_by(settled.labs.len()) {
                        one(settled, w, claim, trial, all, reach, &mut sum)?;
                        let n = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                        progress(n, all.len(), &claim.id.0);
                    }
                    Ok::<_, Failure>(sum)
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().expect("a worker that tries twins does not panic")).collect::<Vec<_>>()
    });
    let mut sum = Twins::default();
    for part in results {
        let part = part?;
        sum.applied += part.applied;
        sum.exact += part.exact;
        sum.pairs += part.pairs;
        sum.faults.extend(part.faults);
    }
    sum.faults.sort_by(|a, b| (&a.twin_of, &a.claim).cmp(&(&b.twin_of, &b.claim)));
    Ok(sum)
}

fn one(
    settled: &Settled,
    worker: usize,
    claim: &Claim,
    trial: &Trial,
    all: &[(&Claim, &Trial)],
    reach: Reach,
    sum: &mut Twins,
) -> Result<(), Failure> {
    let lab = &settled.labs[worker];
    let before = sum.faults.len();
    sum.applied += 1;
    sum.pairs += 1;
    let fault = |other: &Claim, what: String| Fault { twin_of: claim.id.0.clone(), claim: other.id.0.clone(), what };
    match execute::execute_twin(lab, &settled.bases, trial) {
        Ok(executed) => {
            let steps = match &trial.twin {
                Twin::Steps { steps, .. } => steps,
                _ => &trial.steps,
            };
            let judged = judge(steps, &executed.outcomes);
            if judged.verdict != Verdict::Refuted {
                sum.faults.push(fault(
                    claim,
                    format!("its own twin leaves it {:?} {}", judged.verdict, judged.reason.unwrap_or_default()),
                ));
            }
        }
        Err(TrialError::Lab(error)) => return Err(error.into()),
        Err(error) => sum.faults.push(fault(claim, error.to_string())),
    }
    if let Twin::Schema { changes } = &trial.twin {
        let touched = touched(&settled.design.schema, changes);
        let tables = tables_of(&settled.design.schema, &touched);
        for base in [Base::Empty, Base::Sample] {
            let due = |other: &Claim| other.rests_on.iter().any(|fact| touched.iter().any(|t| fact.is_about(t)));
            let others: Vec<&(&Claim, &Trial)> = all
                .iter()
                .filter(|(other, t)| other.id != claim.id && t.isolation == Apart::Rollback && t.base == base)
                .filter(|(other, t)| due(other) || drawn(reach, claim, other, t, &tables))
                .collect();
            let trials: Vec<&Trial> = others.iter().map(|(_, t)| *t).collect();
            let executed = match execute::execute_each_under(lab, &settled.bases, base, &trials, changes) {
                Ok(executed) => executed,
                // The sample can forbid an edit that the empty schema takes: then the server itself keeps the fact.
                Err(TrialError::Twin { .. }) if base == Base::Sample => continue,
                Err(TrialError::Lab(error)) => return Err(error.into()),
                Err(error) => {
                    sum.faults.push(fault(claim, error.to_string()));
                    continue;
                }
            };
            for ((other, its_trial), executed) in others.iter().zip(executed) {
                sum.pairs += 1;
                let judged = judge(&its_trial.steps, &executed.outcomes);
                if (judged.verdict == Verdict::Refuted) != due(other) {
                    let what = if due(other) { "touched by the twin, yet" } else { "not touched by the twin, yet" };
                    let reason = judged.reason.unwrap_or_default();
                    sum.faults.push(fault(other, format!("{what} {:?} {reason}", judged.verdict)));
                }
            }
        }
    }
    if sum.faults.len() == before {
        sum.exact += 1;
    }
    Ok(())
}
