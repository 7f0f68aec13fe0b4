//! What came of driving a mix: latencies with their intervals, the control, saturation, and the verdicts that
//! rest on them. All of it varies from run to run, so none of it is part of a receipt: it stands in
//! `measured.json`.
use crate::{Origin, claim::ClaimId, evidence::Verdict};
use serde::{Deserialize, Serialize};

/// What came of driving a mix.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Driven {
    /// Server version.
    pub server_version: String,
    /// Seed of arrivals and arguments.
    pub seed: u64,
    /// How it was measured, one sentence each: the machine, the settings, what shares the processors.
    pub conditions: Vec<String>,
    /// Seconds that count, warm-up left out.
    pub seconds: f64,
    /// Seconds of warm-up, which do not count.
    pub warm_up_s: f64,
    /// Share of the asked rates that was driven; below 1 when the machine does not bear them.
    pub share: f64,
    /// Calls a second asked, of all.
    pub asked_per_s: f64,
    /// The calls, in the mix's order.
    pub calls: Vec<DrivenCall>,
    /// `select 1` before the run, while it went on, and after it.
    pub control: Vec<DrivenCall>,
    /// How the mix behaves as its rates rise.
    pub saturation: Option<Saturation>,
    /// Calls that were not driven, and why.
    pub left_out: Vec<(String, String)>,
    /// What is claimed of the latencies, with verdicts.
    pub claims: Vec<MeasuredClaim>,
    /// What a model says of the horizon; not measured.
    #[serde(default)]
    pub horizon: Vec<Modelled>,
    /// What that model takes for granted, one sentence.
    #[serde(default)]
    pub horizon_terms: String,
    /// Rows until the horizon, by concept; not measured.
    #[serde(default)]
    pub growth: Vec<Growth>,
}

/// Rows of one concept from today to the horizon.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Concept.
    pub entity: String,
    /// (months from today, rows).
    pub rows: Vec<(f64, f64)>,
}

/// One call as it went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DrivenCall {
    /// Name.
    pub name: String,
    /// Calls a second asked.
    pub asked_per_s: f64,
    /// Calls a second answered.
    pub done_per_s: f64,
    /// Calls that count.
    pub samples: u64,
    /// Of them: undone because a rule or the call's own expectation said no. That is an answer.
    pub refused: u64,
    /// Of them: ended by an error that is no answer.
    pub failed: u64,
    /// Of them: not finished when the run was cut off; they count with their age.
    pub unfinished: u64,
    /// Runs after a serialisation failure or deadlock; their time is part of the latency.
    pub retries: u64,
    /// The first error of those that failed.
    pub error: Option<String>,
    /// Latency from the intended start, milliseconds: p50, p95, p99.
    pub percentiles: Vec<Percentile>,
    /// The same from the actual start, which hides waiting; p99, milliseconds.
    pub closed_p99_ms: f64,
    /// How late calls started, p99, milliseconds: waiting for a session and for the generator.
    pub late_p99_ms: f64,
    /// Greatest latency, milliseconds.
    pub max_ms: f64,
    /// What is asked of it: (percent, milliseconds).
    #[serde(default)]
    pub targets: Vec<(f64, f64)>,
}

/// A percentile with the interval it lies in, from order statistics; each end holds with 95 % by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Percentile {
    /// 50, 95 or 99.
    pub percent: f64,
    /// The sample's.
    pub ms: f64,
    /// Lower end; none when the samples are too few for one.
    pub low_ms: Option<f64>,
    /// Upper end; none when the samples are too few for one.
    pub high_ms: Option<f64>,
}

/// A sentence about figures that vary: apart from receipts, with a verdict of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasuredClaim {
    /// Its kind and subject.
    pub id: ClaimId,
    /// The sentence.
    pub statement: String,
    /// The brief line.
    pub origin: Origin,
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
}

/// How the mix behaves as its rates rise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    /// The steps, by rate.
    pub steps: Vec<SaturationStep>,
    /// Most calls a second that were answered without a growing queue.
    pub sustained_per_s: f64,
    /// True when a step was reached at which the queue grew.
    pub reached: bool,
    /// What was short at the last step, one sentence.
    pub bottleneck: String,
}

/// One rate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SaturationStep {
    /// Calls a second asked, of all.
    pub asked_per_s: f64,
    /// Calls a second answered.
    pub done_per_s: f64,
    /// Median latency from the intended start, milliseconds.
    pub p50_ms: f64,
    /// 99th percentile of all calls together, milliseconds, with its interval.
    pub p99: Percentile,
    /// The queue grew.
    pub diverged: bool,
    /// What the machine did meanwhile.
    pub load: MachineLoad,
}

/// What the machine did meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MachineLoad {
    /// Processors.
    pub cores: u32,
    /// Processors' worth of time that the server took.
    pub server_cores: f64,
    /// That the generator took.
    pub generator_cores: f64,
    /// That everything else took.
    pub other_cores: f64,
    /// Bytes of write-ahead log a second.
    pub wal_bytes_per_s: f64,
    /// Sessions seen at work and what they waited for, most first: (`Lock: transactionid`, share of the looks).
    pub waits: Vec<(String, f64)>,
    /// Most sessions of the generator at once, of those it has.
    pub sessions: (u32, u32),
}

/// What a model says of one call at the horizon. Not measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Modelled {
    /// Call.
    pub name: String,
    /// Pages it touches on the sample.
    pub pages_today: f64,
    /// Pages it touches at the horizon.
    pub pages_horizon: f64,
    /// Of those, pages that come from the device.
    pub missed_pages: f64,
    /// p99 at the horizon, milliseconds; none when the model does not apply.
    pub p99_ms: Option<f64>,
    /// How the figure came about, or why there is none.
    pub why: String,
}

impl DrivenCall {
    /// A percentile by its number.
    pub fn percentile(&self, percent: f64) -> Option<&Percentile> {
        self.percentiles.iter().find(|p| p.percent == percent)
    }
}

impl Driven {
    /// How many measured claims have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.claims.iter().filter(|c| c.verdict == verdict).count()
    }
}
