//! Driving a mix: the whole workload at once, open loop, every call timed from its *intended* start.
//!
//! A closed loop sends the next call when the last one is answered, so a stall holds back the very calls that
//! would have felt it (coordinated omission). Here arrivals are drawn beforehand; a call that has to wait for
//! a session, or for the generator itself, has that wait in its latency, and no arrival is ever dropped: what is
//! not finished when a run is cut off counts with its age. Generator and server share this machine's
//! processors, so every figure holds for both together.
pub mod arrivals;
pub mod caller;
pub mod lane;
pub mod machine;
pub mod pool;
pub mod record;
pub mod run;

pub use pool::Pool;
pub use record::Observed;
pub use run::{Ran, run};

use crate::{error::LabError, session::Session};
use caller::Caller;
use std::sync::Arc;
use std::time::Duration;
use tw_model::{
    drive::{Call, CallStatement, Mix},
    trial::Actor,
};

/// Sessions of one lane at most. More callers at once wait in line, and their wait counts.
pub const LANE_SESSIONS_MOST: usize = 24;
/// Sessions of all lanes at most.
pub const SESSIONS_MOST: usize = 64;
/// Sessions of a lane beyond those that its calls are expected to hold at once.
const LANE_SESSIONS_LEAST: usize = 2;
/// How long a call without a target is taken to hold its session, seconds.
const HELD_S: f64 = 0.004;

/// What the callers of a mix choose from: for each call, one pool a draw.
pub type Pools = Vec<Arc<Vec<Pool>>>;
/// Opens a session as somebody.
pub type Connect<'a> = dyn Fn(&Actor) -> Result<Session, LabError> + 'a;
/// Told how far a run is, 0 to 1.
pub type Progress<'a> = dyn Fn(f64) + Sync + 'a;

/// How a mix is driven.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Share of each call's rate.
    pub share: f64,
    /// `select 1` so often a second beside the mix; 0 is not at all.
    pub control_per_s: f64,
    /// What does not count, at the beginning.
    pub warm_up: Duration,
    /// What counts.
    pub length: Duration,
    /// How long calls that are still open are waited for.
    pub grace: Duration,
    /// The run ends early once the line of waiting calls is so old; none is never.
    pub give_up_behind: Option<Duration>,
    /// Seed of arrivals and arguments.
    pub seed: u64,
    /// Sessions of a lane at most.
    pub lane_sessions: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            share: 1.0,
            control_per_s: 0.0,
            warm_up: Duration::ZERO,
            length: Duration::from_secs(1),
            grace: Duration::from_secs(2),
            give_up_behind: None,
            seed: 1,
            lane_sessions: LANE_SESSIONS_MOST,
        }
    }
}

/// Name of the control.
pub const CONTROL: &str = "select 1";

/// The control: what a session answers that does nothing.
pub fn control(rate_per_s: f64) -> Call {
    Call {
        name: CONTROL.into(),
        rate_per_s,
        p95_ms: None,
        p99_ms: None,
        actor: Actor::Owner,
        isolation: None,
        writes: false,
        guarded: false,
        draws: vec![],
        statements: vec![CallStatement { sql: CONTROL.into(), ..CallStatement::default() }],
        origin: tw_model::Origin::assumed("tells a noisy machine from a slow query"),
    }
}

/// The control alone, as a mix.
pub fn control_mix(rate_per_s: f64) -> Mix {
    Mix { calls: vec![control(rate_per_s)], left_out: vec![] }
}

/// What of a mix can be driven here, with what its callers choose from. A call whose statements its caller may
/// not prepare, or that finds nothing to choose from, is left out with its reason.
pub fn ready(mix: &Mix, connect: &Connect, seed: u64) -> Result<(Mix, Pools), LabError> {
    let mut owner = connect(&Actor::Owner)?;
    let mut ready = Mix { calls: vec![], left_out: mix.left_out.clone() };
    let mut all = vec![];
    for call in &mix.calls {
        let pools = pool::pools(&mut owner.client, call, seed);
        let prepared = Caller::new(connect(&call.actor)?, &[(0, call)]);
        match (pools, prepared) {
            (Ok(pools), Ok(_)) if pool::choose(&pools, seed, &call.name, u32::MAX).is_some() => {
                all.push(Arc::new(pool::pools(&mut owner.client, call, seed)?));
                ready.calls.push(call.clone());
            }
            (Ok(_), Ok(_)) => {
                ready.left_out.push((call.name.clone(), "there is no row to choose its arguments from".into()));
            }
            (Err(why), _) | (_, Err(why)) => ready.left_out.push((call.name.clone(), why.to_string())),
        }
    }
    Ok((ready, all))
}
