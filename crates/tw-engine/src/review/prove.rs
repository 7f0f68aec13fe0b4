//! Demonstrations: what a finding says is tried in a lab, and tried again with the twin, where it must fail.
//!
//! A finding of severity error that was not seen to do what it says becomes a warning, and says so.
use super::{DATABASE, check::Found, part};
use crate::{Failure, judge::judge, prove::Progress, settle};
use std::{collections::BTreeMap, path::Path};
use tw_lab::{
    Lab, LabError, LabOptions,
    execute::{self, Bases, TrialError},
};
use tw_model::{
    claim::ClaimId,
    evidence::{Outcome, Undecided, Verdict},
    finding::{Proof, Severity, Subject},
    horizon::Span,
    print::{print_objects, print_roles},
    schema::Schema,
    trial::{Apart, Base, Trial, Twin},
};
use tw_rooms::{rule::Demonstration, scene::Scene};

/// Demonstrations of one rule besides those of severity error: the rest are like the ones shown.
const MOST_OF_A_RULE: usize = 3;

/// Tries what the findings say: the lab, where it holds the whole schema. A server is started only where something is to
/// be tried; of many tables it gets first those that the findings are about, and the rest where that did not do.
pub fn prove(
    scene: &Scene,
    found: &mut [Found],
    lab: Option<Lab>,
    pg_bin: Option<&Path>,
    progress: &Progress,
) -> Result<Option<Lab>, Failure> {
    let mut due = due(found);
    if due.is_empty() {
        return Ok(lab);
    }
    let lab = match lab {
        Some(lab) => lab,
        None => {
            let subjects: Vec<&Subject> = due.iter().map(|n| &found[*n].finding.subject).collect();
            if let Some(part) = part::of(scene, &subjects) {
                progress(0, 0, "making the tables that were found");
                let lab = made(&part, pg_bin)?;
                due = try_found(&lab, scene, found, &due, progress)?;
                if due.is_empty() {
                    demote(found);
                    return Ok(None);
                }
            }
            progress(0, 0, "making the schema in a server of our own");
            made(scene.schema, pg_bin)?
        }
    };
    try_found(&lab, scene, found, &due, progress)?;
    demote(found);
    Ok(Some(lab))
}

/// The findings that are tried.
fn due(found: &[Found]) -> Vec<usize> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wanted = |f: &Found| {
        let count = seen.entry(f.rule.id).or_default();
        *count += 1;
        f.rule.proof.is_some() && (f.finding.severity == Severity::Error || *count <= MOST_OF_A_RULE)
    };
    (0..found.len()).filter(|n| wanted(&found[*n])).collect()
}

/// Tries findings: those that were executed and did not hold.
fn try_found(
    lab: &Lab,
    scene: &Scene,
    found: &mut [Found],
    due: &[usize],
    progress: &Progress,
) -> Result<Vec<usize>, Failure> {
    let bases = bases();
    let mut left = vec![];
    execute::in_place(lab, DATABASE);
    for (n, at) in due.iter().enumerate() {
        progress(n, due.len(), "trying what was found");
        let Found { rule, spot, finding } = &mut found[*at];
        let Some(demonstrate) = rule.proof else { continue };
        let claim = ClaimId(format!("{} {}", rule.id, spot.subject.path));
        let proof = match demonstrate(scene, spot) {
            Ok(demonstration) => {
                let proof = one(lab, &bases, claim, demonstration)?;
                left.extend((proof.verdict != Verdict::Held).then_some(*at));
                proof
            }
            Err(reason) => undecided(lab, reason.to_string()),
        };
        finding.proof = Some(proof);
    }
    execute::forget(lab, DATABASE)?;
    Ok(left)
}

/// An error that was not seen to do what it says is a warning.
fn demote(found: &mut [Found]) {
    for Found { finding, .. } in found {
        let held = finding.proof.as_ref().is_none_or(|p| p.verdict == Verdict::Held);
        if finding.severity == Severity::Error && !held {
            finding.severity = Severity::Warning;
        }
    }
}

/// What trials of a review start from.
pub fn bases() -> Bases {
    Bases {
        empty: DATABASE.into(),
        sample: DATABASE.into(),
        schema_sql: String::new(),
        roles_sql: String::new(),
        span: Span::default(),
    }
}

/// A lab with a schema.
pub fn made(schema: &Schema, pg_bin: Option<&Path>) -> Result<Lab, Failure> {
    let installation = settle::installation(pg_bin)?;
    let lab = Lab::start(&installation, &LabOptions::default())?;
    lab.create_database(DATABASE, None)?;
    // What the lab refuses is missing there: a demonstration that needs it is undecided.
    lab.load_each(DATABASE, &print_objects(schema))?;
    lab.load_each(DATABASE, &print_roles(schema))?;
    Ok(lab)
}

/// One demonstration: held when its steps go as expected on the schema, and do not once the twin is applied.
pub fn one(lab: &Lab, bases: &Bases, claim: ClaimId, demonstration: Demonstration) -> Result<Proof, Failure> {
    let Demonstration { steps, twin } = demonstration;
    let twin = Twin::Schema { changes: twin };
    tried(lab, bases, Trial { claim, base: Base::Empty, isolation: Apart::Rollback, steps, twin })
}

/// A trial: held when its steps go as expected, and its twin's do not.
pub fn tried(lab: &Lab, bases: &Bases, trial: Trial) -> Result<Proof, Failure> {
    let executed = match execute::execute(lab, bases, &trial) {
        Ok(executed) => executed,
        Err(TrialError::Lab(error)) => return Err(error.into()),
        Err(error) => return Ok(undecided(lab, Undecided::NoTrial(error.to_string()).to_string())),
    };
    let judged = judge(&trial.steps, &executed.outcomes);
    let mut proof = Proof { outcomes: executed.outcomes, ..undecided(lab, String::new()) };
    (proof.verdict, proof.reason) = (judged.verdict, judged.reason);
    if judged.verdict == Verdict::Held {
        match twin_of(lab, bases, &trial)? {
            Ok(outcomes) => {
                let steps = match &trial.twin {
                    Twin::Steps { steps, .. } => steps,
                    _ => &trial.steps,
                };
                let verdict = judge(steps, &outcomes).verdict;
                proof.twin = Some(verdict);
                if verdict != Verdict::Refuted {
                    proof.verdict = Verdict::Undecided;
                    proof.reason = Some(Undecided::NoTrial("its twin does not make it fail".into()).to_string());
                }
            }
            Err(why) => {
                proof.verdict = Verdict::Undecided;
                proof.reason = Some(Undecided::NoTrial(why).to_string());
            }
        }
    }
    proof.trial = Some(trial);
    proof.hash = proof.digest();
    Ok(proof)
}

/// What happens under the twin, or why the server does not take it.
fn twin_of(lab: &Lab, bases: &Bases, trial: &Trial) -> Result<Result<Vec<Outcome>, String>, LabError> {
    match execute::execute_twin(lab, bases, trial) {
        Ok(executed) => Ok(Ok(executed.outcomes)),
        Err(TrialError::Lab(error)) => Err(error),
        Err(error) => Ok(Err(error.to_string())),
    }
}

fn undecided(lab: &Lab, reason: String) -> Proof {
    let mut proof = Proof {
        verdict: Verdict::Undecided,
        reason: Some(reason),
        twin: None,
        trial: None,
        outcomes: vec![],
        server_version: lab.installation.version.clone(),
        hash: String::new(),
    };
    proof.hash = proof.digest();
    proof
}
