//! Saturation: the mix at rising rates until the queue grows, and what was short then.
use super::interval::percentile;
use tw_lab::drive::{Observed, Ran};
use tw_model::{
    distribution::Distribution,
    driven::{MachineLoad, Saturation, SaturationStep},
};

/// A queue grows when half of the calls in the last quarter of a step begin later than this.
pub const QUEUE_MS: f64 = 50.0;
/// Steps at most.
pub const STEPS_MOST: usize = 12;
/// Calls a second beyond which no step goes: a generator on this machine does not reach it.
pub const RATE_MOST: f64 = 200_000.0;
/// Processors in use from which on they are what is short.
const BUSY: f64 = 0.9;
/// Share of the looks from which on a wait is what is short.
const WAITED: f64 = 0.3;

/// True when the calls that came last waited: the server, or the generator, no longer keeps up.
pub fn diverged(ran: &Ran) -> bool {
    let late = ran.calls.iter().fold(Distribution::default(), |all, c| all.merged(&c.late_at_last));
    ran.gave_up || late.quantile(0.5).is_some_and(|us| us as f64 / 1000.0 > QUEUE_MS)
}

/// A run as a step.
pub fn step(ran: &Ran) -> SaturationStep {
    let latency = ran.calls.iter().fold(Distribution::default(), |all, c| all.merged(&c.latency));
    let answered: u64 = ran.calls.iter().map(answered).sum();
    SaturationStep {
        asked_per_s: ran.calls.iter().map(|c| c.asked_per_s).sum(),
        done_per_s: answered as f64 / ran.seconds.max(1e-3),
        p50_ms: percentile(&latency, 50.0).ms,
        p99: percentile(&latency, 99.0),
        diverged: diverged(ran),
        load: ran.load.clone(),
    }
}

/// Calls that got an answer.
pub fn answered(call: &Observed) -> u64 {
    call.counts.done + call.counts.refused
}

/// The share to try after these (share, diverged): twice the greatest that was borne, then halfway between
/// what was borne and what was not; none when there is nothing more to learn.
pub fn next_share(tried: &[(f64, bool)], rate_per_s: f64) -> Option<f64> {
    let borne = tried.iter().filter(|(_, d)| !d).map(|(s, _)| *s).fold(0.0, f64::max);
    let not = tried.iter().filter(|(_, d)| *d).map(|(s, _)| *s).fold(f64::INFINITY, f64::min);
    let next = match (borne > 0.0, not.is_finite()) {
        (false, false) => 0.5,
        (true, false) => borne * 2.0,
        (false, true) => not / 2.0,
        // Within a tenth of each other the steps no longer differ by more than chance.
        (true, true) if not / borne < 1.1 => return None,
        (true, true) => (borne + not) / 2.0,
    };
    (tried.len() < STEPS_MOST && next * rate_per_s <= RATE_MOST && next * rate_per_s >= 0.5).then_some(next)
}

/// All steps together.
pub fn saturation(mut steps: Vec<SaturationStep>) -> Option<Saturation> {
    steps.sort_by(|a, b| a.asked_per_s.total_cmp(&b.asked_per_s));
    let last = steps.iter().find(|s| s.diverged).or(steps.last())?;
    let reached = steps.iter().any(|s| s.diverged);
    let bottleneck =
        if reached { bottleneck(&last.load) } else { "no step was reached at which the queue grew".into() };
    let first_not = steps.iter().find(|s| s.diverged).map_or(f64::INFINITY, |s| s.asked_per_s);
    let borne = steps.iter().filter(|s| !s.diverged && s.asked_per_s < first_not).map(|s| s.done_per_s);
    Some(Saturation { sustained_per_s: borne.fold(0.0, f64::max), reached, bottleneck, steps })
}

/// What was short, one sentence.
pub fn bottleneck(load: &MachineLoad) -> String {
    let busy = load.server_cores + load.generator_cores + load.other_cores;
    let cores = format!(
        "of {} processors the server took {:.1}, the generator {:.1}, other programs {:.1}",
        load.cores, load.server_cores, load.generator_cores, load.other_cores
    );
    if busy >= BUSY * f64::from(load.cores) {
        return format!("the processors: {cores}");
    }
    let waited = load.waits.iter().find(|(what, share)| what != "working" && *share >= WAITED);
    match waited {
        Some((what, share)) => {
            let name = match what.split(':').next() {
                Some("Lock") => "locks that calls hold against each other",
                Some("LWLock") if what.contains("WAL") => "the write-ahead log",
                Some("IO") if what.contains("WAL") => "the device, syncing the write-ahead log",
                Some("IO") => "the device",
                Some("Client") => "the generator, which sessions waited for",
                _ => "a wait inside the server",
            };
            format!("{name} ({what} in {:.0} % of the looks); {cores}", share * 100.0)
        }
        None if load.sessions.0 >= load.sessions.1 => {
            format!("sessions: all {} were in use; {cores}", load.sessions.1)
        }
        None => format!("nothing that was looked at; {cores}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_double_until_the_queue_grows_and_then_close_in() {
        // A machine that bears 5.3 times the rate.
        let mut tried = vec![];
        while let Some(share) = next_share(&tried, 100.0) {
            tried.push((share, share > 5.3));
        }
        let shares: Vec<f64> = tried.iter().map(|(s, _)| *s).collect();
        assert_eq!(&shares[..6], [0.5, 1.0, 2.0, 4.0, 8.0, 6.0]);
        let borne = tried.iter().filter(|(_, d)| !d).map(|(s, _)| *s).fold(0.0, f64::max);
        assert!((4.8..=5.3).contains(&borne), "{tried:?}");
        assert_eq!(next_share(&[(0.5, true)], 100.0), Some(0.25));
        assert_eq!(next_share(&[(1.0, false)], 150_000.0), None);
    }

    #[test]
    fn what_is_sustained_lies_below_the_first_rate_that_is_not() {
        let step = |asked_per_s: f64, diverged: bool| SaturationStep {
            asked_per_s,
            done_per_s: asked_per_s,
            diverged,
            ..SaturationStep::default()
        };
        let found = saturation(vec![step(400.0, true), step(100.0, false), step(800.0, false), step(200.0, false)]);
        let found = found.expect("steps");
        assert_eq!((found.sustained_per_s, found.reached), (200.0, true));
        assert_eq!(saturation(vec![]), None);
    }

    #[test]
    fn the_bottleneck_is_named_by_what_was_seen() {
        let idle = MachineLoad {
            cores: 2,
            server_cores: 0.5,
            generator_cores: 0.2,
            sessions: (3, 8),
            ..MachineLoad::default()
        };
        let busy = MachineLoad { server_cores: 1.3, generator_cores: 0.6, ..idle.clone() };
        assert!(bottleneck(&busy).starts_with("the processors"));
        let waits =
            |what: &str| MachineLoad { waits: vec![("working".into(), 0.4), (what.into(), 0.6)], ..idle.clone() };
        assert!(bottleneck(&waits("Lock: transactionid")).starts_with("locks"));
        assert!(bottleneck(&waits("IO: WALSync")).starts_with("the device, syncing"));
        assert!(bottleneck(&MachineLoad { sessions: (8, 8), ..idle.clone() }).starts_with("sessions"));
        assert!(bottleneck(&idle).starts_with("nothing that was looked at"));
    }
}
