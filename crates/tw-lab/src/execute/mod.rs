//! The one executor of trials: does the steps, says what happened, judges nothing.
//!
//! The trials of one lab run one after another; for parallel trials there are several labs, since roles
//! belong to a whole server. The base databases must not be changed, or have sessions, once trials run.
pub mod changes;
pub mod cluster;
pub mod copy;
mod dirt;
pub mod height;
pub mod horizon;
pub mod plan;
pub mod rollback;
pub mod roots;
pub mod step;
pub mod substitute;

use crate::{error::LabError, lab::Lab, session::Session};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::PoisonError;
use tw_model::{
    change::Change,
    evidence::{Measurement, Outcome},
    horizon::Span,
    trial::{Apart, Base, Step, Trial, Twin},
};

/// What trials start from.
#[derive(Clone, Debug, PartialEq)]
pub struct Bases {
    /// Database that holds the schema without rows.
    pub empty: String,
    /// Database that holds the schema with the sample.
    pub sample: String,
    /// The schema's script, for trials that need a server of their own.
    pub schema_sql: String,
    /// The roles' script, loaded after the schema.
    pub roles_sql: String,
    /// How large the tables are today and at the horizon.
    pub span: Span,
}

impl Bases {
    /// The database of a base.
    pub fn database(&self, base: Base) -> &str {
        match base {
            Base::Empty => &self.empty,
            Base::Sample | Base::Horizon => &self.sample,
        }
    }
}

/// What happened in a trial.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Executed {
    /// One a step.
    pub outcomes: Vec<Outcome>,
    /// Figures taken on the way, of the trial's claim.
    pub measurements: Vec<Measurement>,
}

/// Why a trial could not be executed at all: the fault of the trial, of its twin, or of the lab; never an
/// outcome.
#[derive(Debug)]
pub enum TrialError {
    /// The twin's changes are not accepted by the server.
    Twin {
        /// The statement.
        sql: String,
        /// What the server said.
        why: String,
    },
    /// The trial asks what its isolation cannot give.
    Unfit {
        /// What.
        why: String,
    },
    /// The lab failed.
    Lab(LabError),
}

impl fmt::Display for TrialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrialError::Twin { sql, why } => {
                write!(f, "the twin's change cannot be made: {why}\n  {sql}")
            }
            TrialError::Unfit { why } => {
                write!(f, "the trial cannot be executed as written: {why}")
            }
            TrialError::Lab(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TrialError {}

impl From<LabError> for TrialError {
    fn from(error: LabError) -> Self {
        TrialError::Lab(error)
    }
}

/// Executes a trial.
pub fn execute(lab: &Lab, bases: &Bases, trial: &Trial) -> Result<Executed, TrialError> {
    execute_under(lab, bases, trial, &[])
}

/// Executes a trial on the base with these edits, which leave nothing behind.
pub fn execute_under(lab: &Lab, bases: &Bases, trial: &Trial, changes: &[Change]) -> Result<Executed, TrialError> {
    steps_under(lab, bases, trial, &trial.steps, changes, None)
}

/// Executes several trials of one base, all of them rolled back, under the same edits, which are made once.
pub fn execute_each_under(
    lab: &Lab,
    bases: &Bases,
    base: Base,
    trials: &[&Trial],
    changes: &[Change],
) -> Result<Vec<Executed>, TrialError> {
    let shareable = |t: &&Trial| t.isolation == Apart::Rollback && t.base == base && base != Base::Horizon;
    if !trials.iter().all(shareable) {
        return Err(TrialError::Unfit { why: "only trials of one base that are rolled back can share an edit".into() });
    }
    let steps: Vec<&[Step]> = trials.iter().map(|t| t.steps.as_slice()).collect();
    let mut bench = lab.bench.lock().unwrap_or_else(PoisonError::into_inner);
    rollback::execute_each(lab, &mut bench, bases.database(base), &steps, changes)
}

/// Executes the trial's twin: the run that must not go as expected.
pub fn execute_twin(lab: &Lab, bases: &Bases, trial: &Trial) -> Result<Executed, TrialError> {
    match &trial.twin {
        Twin::Schema { changes } => execute_under(lab, bases, trial, changes),
        Twin::Steps { steps, .. } => steps_under(lab, bases, trial, steps, &[], None),
        Twin::Setting { name, value } => steps_under(lab, bases, trial, &trial.steps, &[], Some((name, value))),
    }
}

fn steps_under(
    lab: &Lab,
    bases: &Bases,
    trial: &Trial,
    steps: &[Step],
    changes: &[Change],
    setting: Option<(&str, &str)>,
) -> Result<Executed, TrialError> {
    if setting.is_some() && trial.isolation != Apart::Cluster {
        return Err(TrialError::Unfit {
            why: "only a trial with a server of its own can have a twin that changes a setting".into(),
        });
    }
    let base = bases.database(trial.base);
    let mut bench = lab.bench.lock().unwrap_or_else(PoisonError::into_inner);
    let mut executed = match trial.isolation {
        Apart::Rollback if trial.base == Base::Horizon => horizon::execute(lab, &mut bench, bases, steps, changes)?,
        Apart::Rollback => rollback::execute(lab, &mut bench, base, steps, changes)?,
        Apart::Clone => copy::execute(lab, base, steps, changes)?,
        Apart::Cluster => cluster::execute(lab, bases, steps, changes, setting)?,
    };
    for measurement in &mut executed.measurements {
        measurement.of = trial.claim.to_string();
    }
    Ok(executed)
}

/// What the executor keeps in a lab from trial to trial.
#[derive(Debug, Default)]
pub struct Bench {
    /// By base database.
    pub(crate) works: BTreeMap<String, Work>,
    /// Copies of the sample as large as it will be, by the step from today to the horizon.
    pub(crate) inflated: BTreeMap<u32, crate::inflate::Inflated>,
}

/// The copy of a base in which `Rollback` trials run. The base itself stays without sessions, so that it
/// can be copied, and without the dead rows that rolled back trials leave.
#[derive(Debug)]
pub(crate) struct Work {
    /// Its database.
    pub database: String,
    /// The owner's session.
    pub owner: Option<Session>,
    /// The superuser's session.
    pub lab: Option<Session>,
    /// B-tree heights, read once.
    pub heights: Option<height::Heights>,
    /// What rolled back trials left behind.
    pub dirt: dirt::Dirt,
}

/// Ends the sessions that trials on this base keep and drops its copy: before the base is changed or dropped.
pub fn forget(lab: &Lab, base: &str) -> Result<(), LabError> {
    let mut bench = lab.bench.lock().unwrap_or_else(PoisonError::into_inner);
    bench.inflated.clear();
    let work = bench.works.remove(base);
    drop(bench);
    match work {
        Some(work) if work.database != base => lab.drop_database(&work.database),
        _ => Ok(()),
    }
}

/// Lets trials that are rolled back run in the base itself instead of a copy: where nothing else is done with it and a
/// copy of many tables would cost more than the trials. [`forget`] ends the sessions that this keeps in it.
pub fn in_place(lab: &Lab, base: &str) {
    let mut bench = lab.bench.lock().unwrap_or_else(PoisonError::into_inner);
    let work = Work { database: base.to_string(), owner: None, lab: None, heights: None, dirt: Default::default() };
    bench.works.insert(base.to_string(), work);
}
