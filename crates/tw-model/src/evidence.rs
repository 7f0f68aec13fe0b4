//! Evidence: the receipt of a trial.
use crate::{Origin, Path, claim::Claim, claim::ClaimId, trial::Trial};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What happened at a step, in canonical form: no message text, OID, cost or time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted; rows changed or returned.
    Accepted {
        /// Rows.
        rows: u64,
    },
    /// Returned these rows; more than [`Outcome::ROWS_KEPT`] are kept as a count and a hash.
    Rows {
        /// The rows kept.
        rows: Vec<Vec<Option<String>>>,
        /// How many there were.
        count: u64,
        /// SHA-256 over all rows in order.
        hash: String,
        /// SHA-256 over all rows sorted.
        unordered_hash: String,
    },
    /// Refused.
    Refused {
        /// SQLSTATE.
        sqlstate: String,
        /// Constraint name, or column name for 23502.
        constraint: Option<String>,
    },
    /// Waits for a lock.
    Blocked,
    /// A plan: its nodes from the root, one line each (`Index Scan using pk_accounts on accounts`).
    Plan {
        /// Node lines, indented by depth.
        shape: Vec<String>,
        /// Within the page bound, when that was asked.
        within: Option<bool>,
        /// Tables that it reads whole, sorted, when that was asked.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        whole: Vec<String>,
    },
    /// A number; the number itself is a measurement.
    Figure {
        /// It is near enough to the one expected.
        near: bool,
    },
    /// The server was killed under load and has recovered; the counts are measurements.
    Recovered {
        /// Every acknowledged commit was there.
        complete: bool,
    },
    /// Not run, since an earlier step did not go as expected or the session was lost.
    NotRun {
        /// Why, from a closed list: `earlier step`, `timed out`, `connection lost`, `kept value missing`,
        /// `horizon in doubt`.
        why: String,
    },
}

impl Outcome {
    /// Rows kept verbatim in a receipt.
    pub const ROWS_KEPT: usize = 10;
}

/// The verdict on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every step went as expected.
    Held,
    /// A step went otherwise.
    Refuted,
    /// Could not be tried; the reason says why.
    Undecided,
}

/// Why a claim is undecided: a closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// A claim it presumes did not hold.
    BlockedBy(ClaimId),
    /// No row could be found that keeps (or breaks) the rule, so nothing could be tried.
    NoWitness(String),
    /// The server lacks something the trial needs.
    ServerLacks(String),
    /// What the trial has to prepare was refused, so nothing was tried.
    SetupRefused(String),
    /// A step took longer than its limit.
    TimedOut,
    /// The server or session was lost.
    ConnectionLost,
    /// The plan at the horizon turns on something that could not be made to look as it will be.
    HorizonInDoubt(String),
    /// The sample has no row for it.
    NoSampleRow(String),
    /// We have no trial for this form yet.
    NoTrial(String),
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undecided::BlockedBy(id) => write!(f, "blocked by: {id}"),
            Undecided::NoWitness(what) => write!(f, "no witness: {what}"),
            Undecided::ServerLacks(what) => write!(f, "server lacks: {what}"),
            Undecided::SetupRefused(what) => write!(f, "setup refused: {what}"),
            Undecided::TimedOut => write!(f, "timed out"),
            Undecided::ConnectionLost => write!(f, "connection lost"),
            Undecided::HorizonInDoubt(what) => write!(f, "horizon in doubt: {what}"),
            Undecided::NoSampleRow(what) => write!(f, "no sample row: {what}"),
            Undecided::NoTrial(what) => write!(f, "no trial: {what}"),
        }
    }
}

/// The receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Claim id.
    pub claim: ClaimId,
    /// Room id.
    pub room: String,
    /// Requirement item.
    pub item: String,
    /// What it is about.
    pub subject: Path,
    /// The sentence.
    pub statement: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Why it is undecided, or which step went otherwise; none when held.
    pub reason: Option<String>,
    /// The brief line.
    pub origin: Origin,
    /// The trial, when there is one.
    pub trial: Option<Trial>,
    /// What happened, one outcome a step.
    pub outcomes: Vec<Outcome>,
    /// SHA-256 over claim, statement, verdict, reason, trial and outcomes.
    pub hash: String,
}

impl Evidence {
    /// A receipt with its hash.
    pub fn new(
        claim: &Claim,
        verdict: Verdict,
        reason: Option<String>,
        trial: Option<Trial>,
        outcomes: Vec<Outcome>,
    ) -> Self {
        let mut evidence = Evidence {
            claim: claim.id.clone(),
            room: claim.room.clone(),
            item: claim.item.clone(),
            subject: claim.subject.clone(),
            statement: claim.statement.clone(),
            verdict,
            reason,
            origin: claim.origin.clone(),
            trial,
            outcomes,
            hash: String::new(),
        };
        evidence.hash = evidence.digest();
        evidence
    }
    /// What `hash` must be.
    pub fn digest(&self) -> String {
        crate::hash::of(&(&self.claim, &self.statement, self.verdict, &self.reason, &self.trial, &self.outcomes))
    }
}

/// `evidence.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// Always 1.
    pub format: u32,
    /// Title of the brief.
    pub brief: String,
    /// Server version, e.g. `15.18`.
    pub server_version: String,
    /// Seed of the sample.
    pub seed: u64,
    /// Counts.
    pub summary: Summary,
    /// Receipts in item, room, subject order.
    pub evidence: Vec<Evidence>,
}

/// How many of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Held.
    pub held: usize,
    /// Refuted.
    pub refuted: usize,
    /// Undecided.
    pub undecided: usize,
}

impl Summary {
    /// Counts over receipts.
    pub fn of<'a>(evidence: impl IntoIterator<Item = &'a Evidence>) -> Self {
        let mut s = Summary::default();
        for e in evidence {
            match e.verdict {
                Verdict::Held => s.held += 1,
                Verdict::Refuted => s.refuted += 1,
                Verdict::Undecided => s.undecided += 1,
            }
        }
        s
    }
}

/// A figure that may differ from run to run: kept apart, in `measured.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Claim it belongs to, or `run`.
    pub of: String,
    /// What is measured: `pages touched`, `result pages`, `tree height`, ...
    pub what: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: String,
}
