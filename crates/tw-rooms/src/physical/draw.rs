//! Draws from a distribution, the same in every run: for replaying how pages are filled.
use super::tuple::Sizes;

/// A stream of draws (SplitMix64, Steele et al. 2014), always from the same start.
pub struct Draws(u64);

impl Default for Draws {
    fn default() -> Self {
        Draws(0x5eed)
    }
}

impl Draws {
    /// A number in 0..1.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A distribution over whole numbers, ready to be drawn from.
pub struct Table {
    values: Vec<u32>,
    /// Share of the values up to each.
    up_to: Vec<f64>,
}

impl Table {
    /// Of sizes and their shares; the shares need not sum to 1. None when there are no sizes.
    pub fn of(sizes: &Sizes) -> Option<Table> {
        let sum: f64 = sizes.iter().map(|s| s.1).sum();
        if sum <= 0.0 {
            return None;
        }
        let mut so_far = 0.0;
        let up_to = sizes.iter().map(|s| {
            so_far += s.1 / sum;
            so_far
        });
        Some(Table { up_to: up_to.collect(), values: sizes.iter().map(|s| s.0).collect() })
    }

    /// The number, when there is only one to draw.
    pub fn only(&self) -> Option<u32> {
        if let [only] = self.values.as_slice() { Some(*only) } else { None }
    }

    /// One value.
    pub fn draw(&self, draws: &mut Draws) -> u32 {
        if let [only] = self.values.as_slice() {
            return *only;
        }
        let at = draws.unit();
        let n = self.up_to.partition_point(|share| *share <= at);
        self.values[n.min(self.values.len() - 1)]
    }
}

/// How many rows share a value: mean and variance. Rows that take values at random (variance none) follow
/// Poisson's law over the values that occur; a smaller variance is kept as said.
pub fn sharing(mean: f64, variance: Option<f64>) -> Sizes {
    let mean = mean.max(1.0);
    match variance {
        Some(variance) if variance < mean * 0.95 => narrow(mean, variance),
        _ => occupied(mean),
    }
}

/// Zero-truncated Poisson with that mean.
fn occupied(mean: f64) -> Sizes {
    let rate = rate_of(mean);
    if rate < 1e-6 {
        return vec![(1, 1.0)];
    }
    // Beyond ten deviations nothing is left.
    let (low, high) = around(rate, rate.sqrt());
    let log = |n: f64| n * rate.ln() - rate - log_factorial(n);
    weights(low, high, log)
}

/// The rate of a Poisson law whose mean over what occurs is `mean`: rate / (1 - exp(-rate)) = mean.
pub fn rate_of(mean: f64) -> f64 {
    let (mut low, mut high) = (0.0, mean);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        let reached = if middle < 1e-9 { 1.0 } else { middle / -f64::exp_m1(-middle) };
        if reached < mean { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// Whole numbers about the mean with that variance, one at least.
fn narrow(mean: f64, variance: f64) -> Sizes {
    if variance < 0.05 {
        let part = mean.fract();
        let low = mean.floor() as u32;
        return [(low, 1.0 - part), (low + 1, part)].into_iter().filter(|(_, share)| *share > 0.0).collect();
    }
    let (low, high) = around(mean, variance.sqrt());
    weights(low, high, |n| -(n - mean).powi(2) / (2.0 * variance))
}

fn around(mean: f64, deviation: f64) -> (u32, u32) {
    (((mean - 10.0 * deviation).floor().max(1.0)) as u32, (mean + 10.0 * deviation + 2.0).ceil() as u32)
}

/// Numbers of a range with weights given by their logarithm; of wide ranges every so many.
fn weights(low: u32, high: u32, log: impl Fn(f64) -> f64) -> Sizes {
    let step = ((high - low) / 4000).max(1);
    let numbers: Vec<u32> = (low..=high).step_by(step as usize).collect();
    let most = numbers.iter().map(|n| log(f64::from(*n))).fold(f64::NEG_INFINITY, f64::max);
    let all: Sizes = numbers.into_iter().map(|n| (n, (log(f64::from(n)) - most).exp())).collect();
    let sum: f64 = all.iter().map(|s| s.1).sum();
    all.into_iter().map(|(n, w)| (n, w / sum)).filter(|(_, share)| *share > 1e-12).collect()
}

/// ln(n!) by Stirling's series; exact for the small.
fn log_factorial(n: f64) -> f64 {
    if n < 16.0 {
        return (1..=n as u32).map(|k| f64::from(k).ln()).sum();
    }
    n * n.ln() - n + 0.5 * (2.0 * std::f64::consts::PI * n).ln() + 1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physical::tuple::mean;

    #[test]
    fn the_law_of_sharing_keeps_its_mean() {
        for wanted in [1.0, 1.12, 4.0, 30.0, 600.0, 50_000.0] {
            for variance in [None, Some(0.0), Some(wanted / 2.0)] {
                let got = mean(&sharing(wanted, variance));
                // A narrow law is cut at one, which moves the smallest means a little.
                let most = if variance.is_some_and(|v| v > 0.05) && wanted < 5.0 { 0.4 } else { 0.002 };
                assert!((got / wanted - 1.0).abs() < most, "{wanted} {variance:?}: {got}");
            }
        }
    }

    #[test]
    fn draws_follow_their_shares() {
        let table = Table::of(&vec![(8, 0.25), (16, 0.75)]).unwrap();
        let mut draws = Draws::default();
        let eights = (0..10_000).filter(|_| table.draw(&mut draws) == 8).count();
        assert!((2_300..2_700).contains(&eights), "{eights}");
    }
}
