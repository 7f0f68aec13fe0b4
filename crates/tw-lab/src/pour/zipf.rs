//! Zipf's law over any number of ranks in a small table: the first ranks one by one, the rest in buckets that
//! grow, alike inside.
use crate::fill::dice::{Dice, exp, ln};

/// Ranks that have a weight of their own.
const ALONE: u64 = 1024;
/// Buckets beyond them grow by one part in so many.
const GROWTH: u64 = 32;

/// Ranks `0..n` drawn in proportion to `(rank + 1)^-exponent`.
#[derive(Clone, Debug, PartialEq)]
pub struct Zipf {
    /// First rank of each bucket.
    firsts: Vec<u64>,
    /// Running sums of the weights.
    running: Vec<f64>,
    n: u64,
}

impl Zipf {
    /// The law of that many ranks.
    pub fn new(n: u64, exponent: f64) -> Zipf {
        let (mut firsts, mut running) = (vec![], vec![]);
        let (mut first, mut sum) = (0u64, 0.0);
        while first < n {
            let size = if first < ALONE { 1 } else { (first / GROWTH).clamp(1, n - first) };
            // A bucket weighs as its middle rank does, so many times.
            let middle = first as f64 + 1.0 + (size - 1) as f64 / 2.0;
            sum += size as f64 * exp(-exponent * ln(middle));
            firsts.push(first);
            running.push(sum);
            first += size;
        }
        Zipf { firsts, running, n }
    }

    /// A rank.
    pub fn draw(&self, dice: &mut Dice) -> u64 {
        let at = dice.weighted(&self.running);
        let first = self.firsts.get(at).copied().unwrap_or(0);
        let next = self.firsts.get(at + 1).copied().unwrap_or(self.n);
        first + dice.below(next.saturating_sub(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_follow_the_law_in_head_and_tail() {
        let (n, exponent, draws) = (100_000u64, 1.0, 400_000u32);
        let zipf = Zipf::new(n, exponent);
        assert!(zipf.firsts.len() < 1200);
        let total: f64 = (1..=n).map(|k| 1.0 / k as f64).sum();
        let (mut first, mut tail) = (0u32, 0u32);
        for i in 0..draws {
            let rank = zipf.draw(&mut Dice::at(5, u64::from(i)));
            assert!(rank < n);
            first += u32::from(rank == 0);
            tail += u32::from(rank >= 10_000);
        }
        let expected_tail: f64 = (10_001..=n).map(|k| 1.0 / k as f64).sum::<f64>() / total;
        assert!((f64::from(first) / f64::from(draws) - 1.0 / total).abs() < 0.003, "{first}");
        assert!((f64::from(tail) / f64::from(draws) - expected_tail).abs() < 0.003, "{tail}");
    }
}
