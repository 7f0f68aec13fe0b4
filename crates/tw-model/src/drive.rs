//! The mix: what is driven against a server, as data. The lab drives it; it knows nothing of briefs.
//!
//! A mix is the whole workload at once, each call at its own rate. A call is what an application does between
//! taking a session and giving it back: one statement, or a transaction of several.
use crate::{Origin, model::Isolation, trial::Actor};
use serde::{Deserialize, Serialize};

/// Everything that is asked at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// The calls, in the workload's order.
    pub calls: Vec<Call>,
    /// Calls that cannot be driven, and why.
    pub left_out: Vec<(String, String)>,
}

/// One named query or transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Name, unique in the mix.
    pub name: String,
    /// Calls a second.
    pub rate_per_s: f64,
    /// 95th percentile target, milliseconds.
    pub p95_ms: Option<f64>,
    /// 99th percentile target, milliseconds.
    pub p99_ms: Option<f64>,
    /// Who calls.
    pub actor: Actor,
    /// Isolation level; none is read committed.
    pub isolation: Option<Isolation>,
    /// It writes.
    pub writes: bool,
    /// It runs in a transaction that cannot write, whatever its statements call: the database is somebody's.
    pub guarded: bool,
    /// Where its arguments come from; a later draw may lie within an earlier one.
    pub draws: Vec<Draw>,
    /// The statements, in order; several are one transaction.
    pub statements: Vec<CallStatement>,
    /// The line it stands for.
    pub origin: Origin,
}

/// One statement with `$1`, `$2`, ...
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallStatement {
    /// The text.
    pub sql: String,
    /// Names of the values for `$1`, `$2`, ..., drawn or kept by an earlier statement.
    pub arguments: Vec<String>,
    /// Names under which the first row's columns are kept.
    pub keep: Vec<String>,
    /// Rows it must touch, or the caller undoes everything and gives up.
    pub expect_rows: Option<u64>,
}

/// Values that callers choose together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// Names of the values, one a column of `sql` (after the leading one when `within` is set).
    pub names: Vec<String>,
    /// A query that lists what can be chosen, run once before anything is timed.
    pub sql: String,
    /// How callers choose.
    pub choice: Choice,
    /// The first column of `sql` must equal the value of this name, drawn before.
    pub within: Option<String>,
}

/// How callers choose among what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "choice", rename_all = "snake_case")]
pub enum Choice {
    /// Each alike.
    #[default]
    Uniform,
    /// Few often: rank k in proportion to k^-exponent, ranks shuffled over the rows.
    Zipf {
        /// Exponent.
        exponent: f64,
    },
    /// Each once: values that must be new.
    Once,
}

impl Mix {
    /// Calls a second, of all.
    pub fn rate_per_s(&self) -> f64 {
        self.calls.iter().map(|c| c.rate_per_s).sum()
    }
}
