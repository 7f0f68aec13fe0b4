//! Prove: every claim tried, every outcome judged, every receipt written.
use crate::{
    Failure,
    counterparts::renamed,
    design::Designed,
    judge::{Judgement, judge},
    latency,
    settle::{Given, Settled, settle},
};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tw_lab::execute::{self, Executed, TrialError};
use tw_model::{
    claim::{Claim, ClaimId},
    driven::Driven,
    evidence::{Evidence, EvidenceFile, Measurement, Outcome, Summary, Undecided, Verdict},
    trial::{Apart, Base, Trial},
};
use tw_rooms::kit::Ground;

/// How to prove.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The server's programs; found when none.
    pub pg_bin: Option<PathBuf>,
    /// Only this room's claims.
    pub only: Option<String>,
    /// A schema to try instead of the designed one.
    pub given: Option<Given>,
    /// Servers to use side by side; one a core when none.
    pub workers: Option<usize>,
    /// Seconds in which the workload is driven; 0 is not at all.
    pub load_seconds: f64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Proven {
    /// The receipts.
    pub evidence: EvidenceFile,
    /// Figures that differ from run to run.
    pub measurements: Vec<Measurement>,
    /// What came of driving the workload; none when it was not driven.
    pub driven: Option<Driven>,
    /// What the user should know besides: statements refused, a sample that could not be loaded.
    pub notes: Vec<String>,
}

/// Told about progress: done, of, what.
pub type Progress<'a> = dyn Fn(usize, usize, &str) + Sync + 'a;

/// Tries every claim of a design (or of the given schema).
pub fn prove(designed: &Designed, options: &Options, progress: &Progress) -> Result<Proven, Failure> {
    let workers = options.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get()).min(4));
    let settled =
        settle(designed, options.given.as_ref(), options.pg_bin.as_deref(), workers, &|what| progress(0, 0, what))?;
    let claims: Vec<&Claim> =
        settled.design.claims.iter().filter(|c| options.only.as_ref().is_none_or(|room| *room == c.room)).collect();
    let trials = trials(&settled, &claims);
    let executed = execute_all(&settled, &trials, progress)?;
    let mut measurements = vec![];
    let mut raw = vec![];
    for (trial, executed) in trials.iter().zip(executed) {
        measurements.extend(executed.measurements.iter().cloned());
        raw.push(judgement(trial, &executed));
    }
    let mut evidence = receipts(&claims, trials, raw);
    if let (Some(_), Some(why)) = (&options.given, &settled.no_sample) {
        refute_kept(&settled, why, &claims, &mut evidence);
    }
    let mut notes = settled.refused.clone();
    notes.extend(settled.no_sample.iter().map(|why| format!("the sample could not be loaded: {why}")));
    let file = EvidenceFile {
        format: 1,
        brief: designed.model.title.clone(),
        server_version: settled.installation.version.clone(),
        seed: designed.sample.seed,
        summary: Summary::of(&evidence),
        evidence,
    };
    measurements.sort_by(|a, b| (&a.of, &a.what).cmp(&(&b.of, &b.what)));
    let driven = if options.load_seconds > 0.0 && options.only.is_none() {
        let limits =
            latency::Limits { seconds: options.load_seconds, samples: None, seed: designed.sample.seed, steps: true };
        latency::sample::on_sample(&settled, &limits, &measurements, &file.evidence, progress)?
    } else {
        None
    };
    Ok(Proven { evidence: file, measurements, driven, notes })
}

/// What rooms have in hand when they write trials about a settled design.
pub fn ground(settled: &Settled) -> Ground<'_> {
    Ground {
        model: &settled.design.model,
        draft: &settled.design.draft,
        witnesses: &settled.witnesses,
        schema: &settled.design.schema,
        plain: &settled.plain,
    }
}

/// The trial of each claim, or why there is none.
pub fn trials(settled: &Settled, claims: &[&Claim]) -> Vec<Result<Trial, Undecided>> {
    let ground = ground(settled);
    claims
        .iter()
        .map(|claim| {
            let room = tw_rooms::room(&claim.room).ok_or_else(|| Undecided::NoTrial(claim.id.to_string()))?;
            let trial = (room.trial)(&ground, claim)?;
            let trial = renamed(trial, &settled.names);
            match &settled.no_sample {
                Some(why) if trial.base != Base::Empty => Err(Undecided::NoSampleRow(first_line(why))),
                _ => Ok(trial),
            }
        })
        .collect()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("").to_string()
}

/// What one trial came to.
struct Tried {
    judgement: Judgement,
    outcomes: Vec<Outcome>,
}

fn judgement(trial: &Result<Trial, Undecided>, executed: &Executed) -> Tried {
    let judgement = match trial {
        Ok(trial) => judge(&trial.steps, &executed.outcomes),
        Err(why) => Judgement { verdict: Verdict::Undecided, reason: Some(why.to_string()) },
    };
    Tried { judgement, outcomes: executed.outcomes.clone() }
}

/// Runs the trials on the labs, the slow ones first; results are in the trials' order.
fn execute_all(
    settled: &Settled,
    trials: &[Result<Trial, Undecided>],
    progress: &Progress,
) -> Result<Vec<Executed>, Failure> {
    let mut order: Vec<usize> = (0..trials.len()).filter(|n| trials[*n].is_ok()).collect();
    order.sort_by_key(|n| match trials[*n].as_ref().map(|t| t.isolation) {
        Ok(Apart::Cluster) => 0,
        Ok(Apart::Clone) => 1,
        _ => 2,
    });
    let (total, done) = (order.len(), AtomicUsize::new(0));
    let queue = Mutex::new(VecDeque::from(order));
    let results: Mutex<BTreeMap<usize, Executed>> = Mutex::default();
    let failed: Mutex<Option<Failure>> = Mutex::default();
    std::thread::scope(|scope| {
        for lab in &settled.labs {
            let (queue, results, failed, done) = (&queue, &results, &failed, &done);
            scope.spawn(move || {
                loop {
                    let next = queue.lock().expect("no worker panics").pop_front();
                    let Some(n) = next else { return };
                    let Ok(trial) = &trials[n] else { continue };
                    match execute::execute(lab, &settled.bases, trial) {
                        Ok(executed) => {
                            results.lock().expect("no worker panics").insert(n, executed);
                        }
                        Err(error) => {
                            queue.lock().expect("no worker panics").clear();
                            *failed.lock().expect("no worker panics") = Some(failure(trial, error));
                            return;
                        }
                    }
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, total, &trial.claim.0);
                }
            });
        }
    });
    if let Some(failure) = failed.into_inner().expect("no worker panics") {
        return Err(failure);
    }
    let mut results = results.into_inner().expect("no worker panics");
    Ok((0..trials.len()).map(|n| results.remove(&n).unwrap_or_default()).collect())
}

fn failure(trial: &Trial, error: TrialError) -> Failure {
    match error {
        TrialError::Lab(error) => Failure::Lab(error),
        other => Failure::Sample { why: format!("the trial of {} could not be executed: {other}", trial.claim) },
    }
}

/// The sample keeps the brief, so a given schema that refuses it refuses what the brief allows: the claim
/// that every row of the concept can be written is refuted, though no trial of it could be run.
fn refute_kept(settled: &Settled, why: &str, claims: &[&Claim], evidence: &mut [Evidence]) {
    let draft = &settled.design.draft;
    let loaded = |entity: &str| {
        let table = draft.homes.get(entity).map(|h| draft.printed_table(&h.write_to)).unwrap_or_default();
        why.contains(&format!("INSERT INTO {table} ")) || why.contains(&format!("\"{table}\""))
    };
    let mut kept = evidence.iter_mut().filter(|e| e.claim.kind() == "logical/kept").collect::<Vec<_>>();
    let at = kept.iter().position(|e| loaded(e.subject.as_str())).unwrap_or(0);
    let Some(receipt) = kept.get_mut(at) else { return };
    if let Some(claim) = claims.iter().find(|c| c.id == receipt.claim) {
        let reason = format!("a row that keeps the brief was refused: {}", first_line(why));
        **receipt = Evidence::new(claim, Verdict::Refuted, Some(reason), None, vec![]);
    }
}

/// Receipts, with claims blocked by those they presume.
fn receipts(claims: &[&Claim], trials: Vec<Result<Trial, Undecided>>, raw: Vec<Tried>) -> Vec<Evidence> {
    let mut judged: BTreeMap<&ClaimId, Judgement> =
        claims.iter().map(|c| &c.id).zip(raw.iter().map(|t| t.judgement.clone())).collect();
    // A chain of presumptions is as long as there are claims at most.
    for _ in 0..claims.len() {
        let mut changed = false;
        for claim in claims {
            let blocker = claim.presumes.iter().find(|p| judged.get(p).is_some_and(|j| j.verdict != Verdict::Held));
            if let Some(blocker) = blocker {
                let blocked = Judgement {
                    verdict: Verdict::Undecided,
                    reason: Some(Undecided::BlockedBy(blocker.clone()).to_string()),
                };
                if judged.get(&claim.id) != Some(&blocked) {
                    judged.insert(&claim.id, blocked);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let rest = trials.into_iter().zip(raw);
    claims
        .iter()
        .zip(rest)
        .map(|(claim, (trial, tried))| {
            let judgement = judged[&claim.id].clone();
            Evidence::new(claim, judgement.verdict, judgement.reason, trial.ok(), tried.outcomes)
        })
        .collect()
}
