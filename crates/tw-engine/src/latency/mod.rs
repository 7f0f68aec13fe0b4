//! Latency: a mix driven in a box of time, its percentiles with their intervals, saturation, and verdicts.
//!
//! The box is shared out: warm-up, the control alone, the mix at its full rates with the control beside it,
//! steps of rising rate, the control again. Where the machine does not bear the full rates, the mix is driven
//! again at a share that it bears, and the share is said: a queue is never measured as if it were a latency.
pub mod file;
pub mod interval;
pub mod live;
pub mod sample;
pub mod saturation;
pub mod verdict;

use crate::Failure;
use interval::percentile;
use std::path::Path;
use std::time::Duration;
use tw_lab::drive::{self, Connect, Observed, Plan, Pools, Ran};
use tw_model::{
    Path as Subject,
    claim::ClaimId,
    drive::Mix,
    driven::{Driven, DrivenCall, MeasuredClaim},
    evidence::Verdict,
};
use verdict::{Case, verdict};

/// Share of what the machine sustains that a mix is driven at when its full rates are too much.
const HEADROOM: f64 = 0.7;
/// Longest part of a run for the warm-up, and for the control each time, seconds.
const ASIDE_MOST_S: f64 = 5.0;
/// A step of rising rate is at least so long, seconds.
const STEP_LEAST_S: f64 = 0.5;
/// A box shorter than this has no room for steps of rising rate, seconds.
const STEPS_FROM_S: f64 = 6.0;

/// How long and how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Seconds in all.
    pub seconds: f64,
    /// Samples wanted of each call that has a target; none is what the seconds give.
    pub samples: Option<u64>,
    /// Seed of arrivals and arguments.
    pub seed: u64,
    /// Go on with rising rates until the queue grows. Never on a database that is somebody's.
    pub steps: bool,
}

/// The server that is driven.
pub struct Server<'a> {
    /// Opens a session.
    pub connect: &'a Connect<'a>,
    /// Its data directory when it is a lab of ours.
    pub data: Option<&'a Path>,
    /// Its version.
    pub version: String,
    /// How it is run and what is in it, one sentence each.
    pub conditions: Vec<String>,
}

/// Told how far the measuring is: done and of, in tenths of a second, and what is going on.
pub type Progress<'a> = crate::prove::Progress<'a>;

/// How the box is shared out, seconds.
struct Shares {
    warm_up: f64,
    control: f64,
    main: f64,
    steps: f64,
}

/// Drives the mix and judges it.
pub fn measure(server: &Server, mix: &Mix, limits: &Limits, progress: &Progress) -> Result<Driven, Failure> {
    let (mix, pools) = drive::ready(mix, server.connect, limits.seed)?;
    let shares = share_out(&mix, limits);
    let whole = shares.warm_up + 2.0 * shares.control + shares.main + shares.steps;
    let (total, before) = ((whole.ceil() as usize).max(1), std::cell::Cell::new(0.0));
    progress(0, 0, &format!("driving the workload for about {whole:.0} s"));
    let run = |mix: &Mix, pools: &Pools, plan: &Plan, what: &str| -> Result<Ran, Failure> {
        let long = (plan.warm_up + plan.length).as_secs_f64();
        let begun = before.get();
        let tell =
            |at: f64| progress((((begun + at * long) * 10.0) as usize).min(total.max(1) - 1), total.max(1), what);
        let ran = drive::run(mix, pools, plan, server.connect, server.data, &tell)?;
        before.set(begun + long);
        Ok(ran)
    };
    let mut driven = Driven {
        server_version: server.version.clone(),
        seed: limits.seed,
        conditions: server.conditions.clone(),
        warm_up_s: shares.warm_up,
        share: 1.0,
        asked_per_s: mix.rate_per_s(),
        left_out: mix.left_out.clone(),
        ..Driven::default()
    };
    if mix.calls.is_empty() {
        return Ok(driven);
    }
    let rate = mix.rate_per_s();
    let plan = |seconds: f64| Plan { length: Duration::from_secs_f64(seconds), seed: limits.seed, ..Plan::default() };
    let alone = drive::control_mix(rate);
    let none = vec![Default::default()];
    let first = run(&alone, &none, &plan(shares.control), "select 1 alone")?;
    let main = Plan {
        // Beside the mix the control is a twentieth of it, so that it does not become the load.
        control_per_s: (rate / 20.0).clamp(30.0, 500.0),
        warm_up: Duration::from_secs_f64(shares.warm_up),
        give_up_behind: Some(Duration::from_secs_f64((shares.main * 0.25).max(1.0))),
        ..plan(shares.main)
    };
    let mut ran = run(&mix, &pools, &main, "the whole mix at its rates")?;
    let full_borne = !saturation::diverged(&ran);
    let mut steps = vec![saturation::step(&ran)];
    let mut tried = vec![(1.0, !full_borne)];
    let step_s = (shares.steps / 8.0).max(STEP_LEAST_S);
    let mut left_s = shares.steps;
    while let Some(share) = saturation::next_share(&tried, rate).filter(|_| left_s >= step_s) {
        let step = Plan {
            share,
            give_up_behind: Some(Duration::from_secs_f64(step_s)),
            grace: Duration::from_millis(300),
            seed: limits.seed + tried.len() as u64,
            ..plan(step_s)
        };
        let at = run(&mix, &pools, &step, "the mix at rising rates")?;
        steps.push(saturation::step(&at));
        tried.push((share, saturation::diverged(&at)));
        left_s -= step_s;
    }
    driven.saturation = saturation::saturation(steps).filter(|_| tried.len() > 1);
    if !full_borne && driven.saturation.is_some() {
        let sustained = driven.saturation.as_ref().map_or(0.0, |s| s.sustained_per_s);
        driven.share = (sustained / rate * HEADROOM).clamp(0.01, 1.0);
        let less = Plan { share: driven.share, seed: limits.seed + 100, ..main };
        ran = run(&mix, &pools, &less, "the mix at a share the machine bears")?;
    }
    let last = run(&alone, &none, &plan(shares.control), "select 1 alone")?;
    driven.seconds = ran.seconds;
    driven.conditions.push(format!(
        "While the mix was driven, of {} processors the server took {:.1}, the generator {:.1} and other programs {:.1}.",
        ran.load.cores, ran.load.server_cores, ran.load.generator_cores, ran.load.other_cores
    ));
    let targets = |c: &tw_model::drive::Call| {
        [(95.0, c.p95_ms), (99.0, c.p99_ms)].into_iter().filter_map(|(p, ms)| Some((p, ms?))).collect()
    };
    driven.calls = (ran.calls.iter().zip(&mix.calls))
        .map(|(seen, call)| DrivenCall { targets: targets(call), ..told(seen, ran.seconds) })
        .collect();
    let control = |name: &str, seen: Option<&Observed>, seconds: f64| {
        seen.map(|c| DrivenCall { name: name.into(), ..told(c, seconds) })
    };
    driven.control = [
        control("before", first.calls.first(), first.seconds),
        control("beside the mix", ran.control.as_ref(), ran.seconds),
        control("after", last.calls.first(), last.seconds),
    ]
    .into_iter()
    .flatten()
    .collect();
    // On a server of ours that does not keep up, what was measured without a second, slower run is its queue.
    let queue = !full_borne && limits.steps && driven.saturation.is_none();
    driven.claims = claims(&mix, &ran, &driven, full_borne, queue);
    Ok(driven)
}

fn share_out(mix: &Mix, limits: &Limits) -> Shares {
    let seconds = limits.seconds.max(1.0);
    let aside = (seconds * 0.05).clamp(0.3, ASIDE_MOST_S);
    let steps = if seconds < STEPS_FROM_S || !limits.steps { 0.0 } else { (seconds * 0.25).min(30.0) };
    let most = (seconds - 3.0 * aside - steps).max(0.5);
    let targeted = mix.calls.iter().filter(|c| c.p95_ms.is_some() || c.p99_ms.is_some());
    // A tenth more than the mean, so that chance does not leave one short.
    let wanted = limits
        .samples
        .map(|n| targeted.map(|c| n as f64 / c.rate_per_s.max(1e-9) * 1.1).fold(0.5, f64::max))
        .unwrap_or(most);
    Shares { warm_up: aside, control: aside, main: wanted.min(most), steps }
}

/// One call as it went, in figures.
fn told(call: &Observed, seconds: f64) -> DrivenCall {
    let last = |d: &tw_model::distribution::Distribution| percentile(d, 99.0).ms;
    DrivenCall {
        name: call.name.clone(),
        asked_per_s: call.asked_per_s,
        done_per_s: saturation::answered(call) as f64 / seconds.max(1e-3),
        samples: call.latency.count(),
        refused: call.counts.refused,
        failed: call.counts.failed,
        unfinished: call.counts.unfinished,
        retries: call.counts.retries,
        error: call.counts.error.clone(),
        percentiles: [50.0, 95.0, 99.0].map(|p| percentile(&call.latency, p)).to_vec(),
        closed_p99_ms: last(&call.closed),
        late_p99_ms: last(&call.late),
        max_ms: call.latency.max() as f64 / 1000.0,
        targets: vec![],
    }
}

/// What is claimed: each target, and that the whole mix is borne.
fn claims(mix: &Mix, ran: &Ran, driven: &Driven, full_borne: bool, queue: bool) -> Vec<MeasuredClaim> {
    let none = Default::default();
    let control = ran.control.as_ref().map_or(&none, |c| &c.latency);
    let mut all = vec![];
    for (call, seen) in mix.calls.iter().zip(&ran.calls) {
        for (percent, target) in [(95.0, call.p95_ms), (99.0, call.p99_ms)] {
            let Some(target_ms) = target else { continue };
            let (verdict, reason) = verdict(&Case {
                percent,
                target_ms,
                latency: &seen.latency,
                control,
                share: driven.share,
                queue,
                failed: seen.counts.failed,
                error: seen.counts.error.as_deref(),
                refused: seen.counts.refused,
                seconds: ran.seconds,
            });
            all.push(MeasuredClaim {
                id: ClaimId::new(&format!("capacity/p{percent}"), &Subject::new(&call.name)),
                statement: format!(
                    "{percent} of 100 calls of {} are answered within {target_ms} ms of when they are due, all of the mix together",
                    call.name
                ),
                origin: call.origin.clone(),
                verdict,
                reason,
            });
        }
    }
    let (verdict, reason) = match full_borne {
        true => (
            Verdict::Held,
            format!("{:.0}/s were driven for {:.0} s and no queue grew", driven.asked_per_s, ran.seconds),
        ),
        // Another machine may bear it: this one says nothing of the design.
        false => match &driven.saturation {
            Some(s) => (
                Verdict::Undecided,
                format!(
                    "this machine, generator included, sustains {:.0}/s of {:.0}/s; short was {}",
                    s.sustained_per_s, driven.asked_per_s, s.bottleneck
                ),
            ),
            None => (
                Verdict::Undecided,
                format!(
                    "the queue grew at {:.0}/s; what is sustained was not looked for; short was {}",
                    driven.asked_per_s,
                    saturation::bottleneck(&ran.load)
                ),
            ),
        },
    };
    all.push(MeasuredClaim {
        id: ClaimId::new("capacity/throughput", &Subject::new("workload")),
        statement: format!(
            "the whole mix, {:.0} calls a second, is answered without a growing queue",
            driven.asked_per_s
        ),
        origin: tw_model::Origin::assumed("the sum of the workload's rates"),
        verdict,
        reason,
    });
    all
}
