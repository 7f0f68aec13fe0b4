//! The verdict on a latency target. Pure: the same figures give the same verdict.
//!
//! Refuted only if the whole interval is over the target while the machine was calm; held if the whole upper
//! bound is at or below it at the full rate; else undecided, with what would decide it.
use super::interval::{percentile, samples_needed};
use tw_model::{distribution::Distribution, driven::Percentile, evidence::Verdict};

/// The machine counts as calm for a target when `select 1`, in the same run, stays below this share of it at the
/// same percentile: what is not the query's doing is then a small part of what is judged.
pub const CALM: f64 = 0.25;
/// Share of calls that may fail (end without an answer) for the rest to stand for all.
pub const FAILED_MOST: f64 = 0.01;
/// Share of calls that rules may refuse for the latency still to be that of the call as meant.
pub const REFUSED_MOST: f64 = 0.5;

/// What a verdict on one target rests on.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// 95 or 99.
    pub percent: f64,
    /// The target, milliseconds.
    pub target_ms: f64,
    /// Latencies from the intended start.
    pub latency: &'a Distribution,
    /// The control's, of the same run.
    pub control: &'a Distribution,
    /// Share of the asked rate that was driven.
    pub share: f64,
    /// The machine did not keep up, so that what was measured is a queue.
    pub queue: bool,
    /// Calls that ended by an error.
    pub failed: u64,
    /// The first error.
    pub error: Option<&'a str>,
    /// Calls that a rule or their own expectation undid.
    pub refused: u64,
    /// Seconds of the run.
    pub seconds: f64,
}

/// The verdict and why.
pub fn verdict(case: &Case) -> (Verdict, String) {
    let n = case.latency.count();
    let of = |part: u64| part as f64 / n.max(1) as f64;
    if n == 0 {
        return (Verdict::Undecided, format!("no call was due in {:.0} s at this rate", case.seconds));
    }
    if of(case.failed) > FAILED_MOST {
        let error = case.error.unwrap_or("no error was kept");
        return (Verdict::Undecided, format!("{} of {n} calls failed, the first with: {error}", case.failed));
    }
    if of(case.refused) > REFUSED_MOST {
        let why = format!("{} of {n} calls were refused by a rule or by their own expectation", case.refused);
        return (Verdict::Undecided, why);
    }
    if case.queue {
        let why =
            "the queue grew: what was measured is a queue and no latency; give it more seconds or a larger machine";
        return (Verdict::Undecided, why.into());
    }
    let seen = percentile(case.latency, case.percent);
    let told = format!("p{} {} over {n} calls", case.percent, interval(&seen));
    if seen.low_ms.is_some_and(|low| low > case.target_ms) {
        let control_ms = case.control.quantile(case.percent / 100.0).map(|us| us as f64 / 1000.0);
        return match control_ms {
            Some(c) if c <= case.target_ms * CALM => {
                (Verdict::Refuted, format!("{told}; select 1 took {} in the same run", ms(c)))
            }
            Some(c) => (Verdict::Undecided, format!("noise: {told}, but select 1 took {} in the same run", ms(c))),
            None => (Verdict::Undecided, format!("noise: {told}, and there was no control to compare with")),
        };
    }
    match seen.high_ms {
        Some(high) if high <= case.target_ms && case.share >= 1.0 => (Verdict::Held, told),
        Some(high) if high <= case.target_ms => {
            (Verdict::Undecided, format!("{told}, at {:.0} % of the asked rate", case.share * 100.0))
        }
        _ => (Verdict::Undecided, format!("{told}: {}", wanting(case, &seen, n))),
    }
}

/// What would decide it.
fn wanting(case: &Case, seen: &Percentile, n: u64) -> String {
    let q = case.percent / 100.0;
    let needed = match (seen.low_ms, seen.high_ms) {
        (Some(low), Some(high)) if seen.ms != case.target_ms => {
            // An interval narrows with the root of the samples.
            let half = (high - seen.ms).max(seen.ms - low);
            let times = (half / (seen.ms - case.target_ms).abs()).powi(2).max(1.5);
            (n as f64 * times).min(1e12) as u64
        }
        (_, None) => samples_needed(q),
        _ => return "the target lies on the measured figure".into(),
    };
    let per_s = n as f64 / case.seconds.max(1e-3);
    let needed = needed.max(n + 1);
    format!("too few samples; about {needed} are needed, {} at this rate", duration(needed as f64 / per_s))
}

fn interval(seen: &Percentile) -> String {
    match (seen.low_ms, seen.high_ms) {
        (Some(low), Some(high)) => format!("{} ({} to {})", ms(seen.ms), ms(low), ms(high)),
        (Some(low), None) => format!("{} (at least {})", ms(seen.ms), ms(low)),
        (None, Some(high)) => format!("{} (at most {})", ms(seen.ms), ms(high)),
        (None, None) => ms(seen.ms),
    }
}

/// Milliseconds in three digits.
pub fn ms(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0} ms"),
        v if v >= 10.0 => format!("{v:.1} ms"),
        v => format!("{v:.2} ms"),
    }
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.0} h", s / 3600.0),
        s => format!("{:.0} days", s / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(n: u64, us: u64) -> Distribution {
        Distribution::of((0..n).map(|i| us + i % 10))
    }

    fn decide(latency: &Distribution, control: &Distribution, target_ms: f64) -> (Verdict, String) {
        verdict(&case(latency, control, target_ms))
    }

    fn case<'a>(latency: &'a Distribution, control: &'a Distribution, target_ms: f64) -> Case<'a> {
        Case {
            percent: 99.0,
            target_ms,
            latency,
            control,
            share: 1.0,
            queue: false,
            failed: 0,
            error: None,
            refused: 0,
            seconds: 10.0,
        }
    }

    #[test]
    fn over_the_target_is_refuted_only_while_the_machine_is_calm() {
        let (slow, calm, noisy) = (flat(1000, 30_000), flat(1000, 200), flat(1000, 9_000));
        assert_eq!(decide(&slow, &calm, 20.0).0, Verdict::Refuted);
        let (verdict, why) = decide(&slow, &noisy, 20.0);
        assert_eq!(verdict, Verdict::Undecided);
        assert!(why.starts_with("noise: "), "{why}");
        assert_eq!(decide(&slow, &Distribution::default(), 20.0).0, Verdict::Undecided);
        // Noise takes nothing from what held in spite of it.
        assert_eq!(decide(&flat(1000, 15_000), &noisy, 20.0).0, Verdict::Held);
    }

    #[test]
    fn held_needs_the_whole_upper_bound_and_the_whole_rate() {
        let calm = flat(1000, 200);
        assert_eq!(decide(&flat(1000, 5_000), &calm, 20.0).0, Verdict::Held);
        let (verdict, why) = decide(&flat(298, 5_000), &calm, 20.0);
        assert_eq!(verdict, Verdict::Undecided);
        assert!(why.contains("about 299 are needed, 10 s at this rate"), "{why}");
        let part = flat(1000, 5_000);
        let (verdict, why) = super::verdict(&Case { share: 0.4, ..case(&part, &calm, 20.0) });
        assert_eq!(verdict, Verdict::Undecided);
        assert!(why.contains("at 40 % of the asked rate"), "{why}");
        // Too slow at a part of the rate is too slow.
        assert_eq!(super::verdict(&Case { share: 0.4, ..case(&part, &calm, 1.0) }).0, Verdict::Refuted);
    }

    #[test]
    fn an_interval_around_the_target_is_undecided_and_says_how_many_samples_it_takes() {
        // One in a hundred is slow: the figure is near the edge.
        let edge = Distribution::of((0..500).map(|i| if i % 100 == 0 { 50_000 } else { 1_000 }));
        let (verdict, why) = decide(&edge, &flat(500, 200), 20.0);
        assert_eq!(verdict, Verdict::Undecided);
        assert!(why.contains("are needed"), "{why}");
    }

    #[test]
    fn calls_that_fail_or_are_refused_tell_nothing() {
        let (fast, calm) = (flat(1000, 1_000), flat(1000, 200));
        let failing = Case { failed: 11, error: Some("permission denied"), ..case(&fast, &calm, 20.0) };
        let (verdict, why) = super::verdict(&failing);
        assert_eq!(verdict, Verdict::Undecided);
        assert!(why.contains("permission denied"), "{why}");
        assert_eq!(super::verdict(&Case { failed: 10, ..case(&fast, &calm, 20.0) }).0, Verdict::Held);
        assert_eq!(super::verdict(&Case { refused: 501, ..case(&fast, &calm, 20.0) }).0, Verdict::Undecided);
        assert_eq!(decide(&Distribution::default(), &calm, 20.0).0, Verdict::Undecided);
        // A queue on a machine too small neither holds nor refutes.
        let slow = flat(1000, 900_000);
        assert_eq!(decide(&slow, &calm, 20.0).0, Verdict::Refuted);
        assert_eq!(super::verdict(&Case { queue: true, ..case(&slow, &calm, 20.0) }).0, Verdict::Undecided);
    }
}
