//! Confidence in a percentile, from the number of samples alone.
//!
//! The number of samples at or below the true percentile `q` is binomial (n, q), whatever the distribution of
//! the samples, as long as they do not depend on each other. So the sample of rank `u` is an upper bound of the
//! percentile with confidence `1 - P(B >= u)`, and that of rank `l` a lower bound with `1 - P(B <= l - 1)`
//! (David and Nagaraja, *Order Statistics*, 7.1). Each end holds with 95 % by itself: a verdict rests on one end.
use tw_model::{distribution::Distribution, driven::Percentile};

/// How often an end may be wrong.
pub const RISK: f64 = 0.05;

/// The rank, from 1, of the sample that bounds the percentile from above; none when there are too few samples.
pub fn upper_rank(n: u64, q: f64) -> Option<u64> {
    if n == 0 {
        return None;
    }
    // P(B >= u) from u = n downwards, as long as it stays within the risk. Logarithms, since q^n is tiny.
    let mut log_term = n as f64 * q.ln();
    let (mut sum, mut u) = (0.0, n + 1);
    loop {
        let k = u - 1;
        sum += log_term.exp();
        if sum > RISK {
            break;
        }
        u = k;
        if k == 0 {
            break;
        }
        log_term += (k as f64).ln() - ((n - k + 1) as f64).ln() + ((1.0 - q) / q).ln();
    }
    (u <= n).then_some(u.max(1))
}

/// The rank, from 1, of the sample that bounds the percentile from below; none when there are too few samples.
pub fn lower_rank(n: u64, q: f64) -> Option<u64> {
    // The mirror image: samples above the percentile are binomial (n, 1 - q).
    upper_rank(n, 1.0 - q).map(|u| n + 1 - u)
}

/// Samples needed for any upper bound: `q^n <= 5 %`; 299 for p99.
pub fn samples_needed(q: f64) -> u64 {
    (RISK.ln() / q.ln()).ceil() as u64
}

/// A percentile (50, 95, 99) of latencies with its ends.
pub fn percentile(latency: &Distribution, percent: f64) -> Percentile {
    let (n, q) = (latency.count(), percent / 100.0);
    let ms = |us: Option<u64>| us.map(|us| us as f64 / 1000.0);
    Percentile {
        percent,
        ms: ms(latency.quantile(q)).unwrap_or(0.0),
        low_ms: ms(lower_rank(n, q).and_then(|r| latency.at_rank(r))),
        high_ms: ms(upper_rank(n, q).and_then(|r| latency.at_rank(r))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(B = k) by multiplying it out.
    fn term(n: u64, q: f64, k: u64) -> f64 {
        let choose: f64 = (1..=k).map(|i| (n - k + i) as f64 / i as f64).product();
        choose * q.powi(k as i32) * (1.0 - q).powi((n - k) as i32)
    }

    #[test]
    fn ranks_are_those_that_adding_up_every_term_gives() {
        for n in 1..=120u64 {
            for q in [0.06, 0.5, 0.9, 0.95, 0.975, 0.99] {
                let at_least = |u: u64| (u..=n).map(|k| term(n, q, k)).sum::<f64>();
                let at_most = |l: u64| (0..l).map(|k| term(n, q, k)).sum::<f64>();
                let upper = (1..=n).find(|u| at_least(*u) <= RISK);
                let lower = (1..=n).rev().find(|l| at_most(*l) <= RISK);
                assert_eq!((upper_rank(n, q), lower_rank(n, q)), (upper, lower), "n {n} q {q}");
            }
        }
    }

    #[test]
    fn a_bound_on_p99_needs_299_samples() {
        assert_eq!(samples_needed(0.99), 299);
        assert_eq!((upper_rank(298, 0.99), upper_rank(299, 0.99)), (None, Some(299)));
        for q in [0.5, 0.95, 0.99, 0.999] {
            let n = samples_needed(q);
            assert!(upper_rank(n, q).is_some() && upper_rank(n - 1, q).is_none(), "{q}");
        }
    }

    /// Drawn again and again, the interval misses the true value about as often as it may.
    #[test]
    fn intervals_hold_the_true_percentile_as_often_as_they_say() {
        let mut state = 7u64;
        let mut unit = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let (n, q, rounds) = (1000u64, 0.99, 2000);
        let (mut above, mut below) = (0, 0);
        for _ in 0..rounds {
            let mut sample: Vec<f64> = (0..n).map(|_| unit()).collect();
            sample.sort_by(f64::total_cmp);
            let at = |rank: Option<u64>| sample[rank.expect("enough samples") as usize - 1];
            above += u32::from(at(upper_rank(n, q)) < q);
            below += u32::from(at(lower_rank(n, q)) > q);
        }
        let share = |missed: u32| f64::from(missed) / f64::from(rounds);
        // Ranks are whole, so the true risk is below the nominal one; chance adds at most 1.5 %.
        assert!(share(above) <= 0.065 && share(below) <= 0.065, "{above} {below}");
        assert!(share(above) > 0.005 && share(below) > 0.005, "the ends are needlessly wide: {above} {below}");
    }

    #[test]
    fn many_samples_are_no_trouble() {
        let (low, high) = (lower_rank(2_000_000, 0.5), upper_rank(2_000_000, 0.5));
        let (low, high) = (low.expect("many"), high.expect("many"));
        // 1.645 standard deviations of sqrt(n)/2 on each side.
        assert!((998_836..=998_838).contains(&low) && (1_001_163..=1_001_166).contains(&high), "{low} {high}");
    }
}
