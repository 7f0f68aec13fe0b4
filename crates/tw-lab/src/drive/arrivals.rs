//! When calls arrive: a Poisson process for each, so that callers do not wait for each other.
use crate::fill::dice::Dice;
use std::time::Duration;

/// Arrivals of one run at most: a run that would have more is shortened by its caller.
pub const ARRIVALS_MOST: usize = 20_000_000;

/// A call that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// When it is due, nanoseconds from the start.
    pub at_ns: u64,
    /// Which call.
    pub call: u16,
    /// Its number among the arrivals of that call, from 0: names its arguments.
    pub number: u32,
}

/// The arrivals of these calls (name, calls a second, index) in the order they are due.
pub fn arrivals(seed: u64, calls: &[(&str, f64, u16)], length: Duration) -> Vec<Arrival> {
    let end_ns = length.as_nanos() as f64;
    let mut all = vec![];
    for (name, rate_per_s, call) in calls {
        if !rate_per_s.is_finite() || *rate_per_s <= 0.0 {
            continue;
        }
        let mean_ns = 1e9 / rate_per_s;
        let mut dice = Dice::new(seed, &["arrivals", name]);
        let (mut at_ns, mut number) = (0.0, 0);
        while all.len() < ARRIVALS_MOST {
            // Gaps of a Poisson process are exponential; `1 - unit` is never 0.
            at_ns -= mean_ns * (1.0 - dice.unit()).ln();
            if at_ns >= end_ns {
                break;
            }
            all.push(Arrival { at_ns: at_ns as u64, call: *call, number });
            number += 1;
        }
    }
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_have_their_rate_and_are_as_irregular_as_chance() {
        let all = arrivals(3, &[("a", 200.0, 0), ("b", 10.0, 1), ("never", 0.0, 2)], Duration::from_secs(100));
        let of = |call: u16| all.iter().filter(|a| a.call == call).collect::<Vec<_>>();
        // Three standard deviations of a Poisson count.
        assert!((of(0).len() as f64 - 20_000.0).abs() < 3.0 * 20_000f64.sqrt(), "{}", of(0).len());
        assert!((of(1).len() as f64 - 1000.0).abs() < 3.0 * 1000f64.sqrt(), "{}", of(1).len());
        assert!(of(2).is_empty());
        assert!(all.windows(2).all(|w| w[0].at_ns <= w[1].at_ns));
        // In a Poisson process gaps shorter than the mean are 1 - 1/e of all.
        let gaps: Vec<u64> = of(0).windows(2).map(|w| w[1].at_ns - w[0].at_ns).collect();
        let short = gaps.iter().filter(|g| **g < 5_000_000).count() as f64 / gaps.len() as f64;
        assert!((short - 0.632).abs() < 0.02, "{short}");
        assert_eq!(all, arrivals(3, &[("a", 200.0, 0), ("b", 10.0, 1)], Duration::from_secs(100)));
    }
}
