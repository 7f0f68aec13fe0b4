//! Seeded randomness that gives the same bytes on every platform: ChaCha8 for the bits, and only
//! additions, multiplications and divisions of IEEE doubles for the shapes (a system's `pow` may
//! differ in its last digit).
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// A stream of random draws.
pub struct Dice(Bits);

/// Where the bits come from.
enum Bits {
    /// A long stream.
    Stream(Box<ChaCha8Rng>),
    /// A short one that is begun anew for every value: Weyl's sequence through a mixer (SplitMix64).
    Short(u64),
}

/// A step of Weyl's sequence: the golden ratio's odd 64 bits.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Mixes 64 bits, one to one (the finaliser of SplitMix64; Steele, Lea and Flood 2014).
pub fn mixed(bits: u64) -> u64 {
    let z = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    /// The stream of a seed and a name. Streams of different names are independent, so that adding a
    /// column does not change the values of another.
    pub fn new(seed: u64, name: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        for part in name {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Dice(Bits::Stream(Box::new(ChaCha8Rng::from_seed(hash.finalize().into()))))
    }

    /// The draws of one numbered thing under a key: any thing's can be made again at any time, in any order.
    pub fn at(key: u64, number: u64) -> Self {
        Dice(Bits::Short(mixed(key ^ mixed(number.wrapping_mul(STEP)))))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        match &mut self.0 {
            Bits::Stream(stream) => stream.next_u64(),
            Bits::Short(state) => {
                *state = state.wrapping_add(STEP);
                mixed(*state)
            }
        }
    }

    /// A number in `0..n`, each alike; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // The high half of a 64×64 product; the bias is below n / 2^64.
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// An index into a list of that length.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// A number in `min..=max`.
    pub fn between(&mut self, min: i64, max: i64) -> i64 {
        let span = max.abs_diff(min);
        if span == u64::MAX {
            return self.bits() as i64;
        }
        min.wrapping_add(self.below(span + 1) as i64)
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of a list.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.index(of.len())]
    }

    /// Puts a list in random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.index(i + 1));
        }
    }

    /// `0..n` in random order.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// `count` of `0..n`, marked.
    pub fn marks(&mut self, count: usize, n: usize) -> Vec<bool> {
        let mut marks = vec![false; n];
        for i in self.permutation(n).into_iter().take(count) {
            marks[i] = true;
        }
        marks
    }

    /// An index in proportion to the weights' running sums; 0 when there are none.
    pub fn weighted(&mut self, running: &[f64]) -> usize {
        let u = self.unit() * running.last().copied().unwrap_or(0.0);
        running.partition_point(|&sum| sum <= u).min(running.len().saturating_sub(1))
    }

    /// `draws` indexes in proportion to the weights' running sums: one draw from each of `draws` equal
    /// strata, in random order, so that every count is within one of its expectation.
    pub fn stratified(&mut self, draws: usize, running: &[f64]) -> Vec<usize> {
        let Some(&total) = running.last() else {
            return vec![];
        };
        let mut at = 0;
        let mut out: Vec<usize> = (0..draws)
            .map(|i| {
                let u = (i as f64 + self.unit()) / draws as f64 * total;
                while at + 1 < running.len() && running[at] <= u {
                    at += 1;
                }
                at
            })
            .collect();
        self.shuffle(&mut out);
        out
    }
}

/// Running sums of the weights `k^-exponent`, k from 1.
pub fn zipf(n: usize, exponent: f64) -> Vec<f64> {
    let mut sum = 0.0;
    (1..=n)
        .map(|k| {
            sum += exp(-exponent * ln(k as f64));
            sum
        })
        .collect()
}

/// Splits `rows` by shares (any positive weights) so that every part is within one of its share:
/// largest remainders, ties to the earlier.
pub fn apportion(rows: usize, shares: &[f64]) -> Vec<usize> {
    let total: f64 = shares.iter().sum();
    if total <= 0.0 {
        return vec![0; shares.len()];
    }
    let exact: Vec<f64> = shares.iter().map(|s| s / total * rows as f64).collect();
    let mut counts: Vec<usize> = exact.iter().map(|e| *e as usize).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| {
        let left = |i: usize| exact[i] - counts[i] as f64;
        left(b).total_cmp(&left(a)).then(a.cmp(&b))
    });
    let missing = rows.saturating_sub(counts.iter().sum());
    for &i in order.iter().cycle().take(missing) {
        counts[i] += 1;
    }
    counts
}

/// Natural logarithm of `x >= 1`: `x = m × 2^e`, `ln m = 2 artanh((m - 1) / (m + 1))`.
pub fn ln(x: f64) -> f64 {
    let (mut m, mut e) = (x, 0.0);
    while m > 1.5 {
        m /= 2.0;
        e += 1.0;
    }
    let t = (m - 1.0) / (m + 1.0);
    let (mut power, mut sum) = (t, 0.0);
    for k in 0..20 {
        sum += power / f64::from(2 * k + 1);
        power *= t * t;
    }
    e * std::f64::consts::LN_2 + 2.0 * sum
}

/// Exponential of `x <= 0`, by halving the argument until its series is short.
pub fn exp(x: f64) -> f64 {
    let (mut y, mut halvings) = (x, 0);
    while y < -0.5 && halvings < 12 {
        y /= 2.0;
        halvings += 1;
    }
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..18 {
        term *= y / f64::from(k);
        sum += term;
    }
    for _ in 0..halvings {
        sum *= sum;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bits_of_a_stream_never_change() {
        let mut a = Dice::new(7, &["Account", "balance"]);
        let mut b = Dice::new(7, &["Account", "balance"]);
        let mut c = Dice::new(8, &["Account", "balance"]);
        let first: Vec<u64> = (0..4).map(|_| a.bits()).collect();
        assert_eq!(first, (0..4).map(|_| b.bits()).collect::<Vec<_>>());
        assert_ne!(first[0], c.bits());
    }

    #[test]
    fn shares_are_exact_to_rounding() {
        assert_eq!(apportion(1000, &[0.96, 0.03, 0.01]), [960, 30, 10]);
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(apportion(0, &[1.0]), [0]);
        assert_eq!(apportion(7, &[0.0, 0.0]), [0, 0]);
    }

    #[test]
    fn zipf_weights_agree_with_the_formula() {
        let running = zipf(1000, 1.1);
        let expected: f64 = (1..=1000).map(|k| (k as f64).powf(-1.1)).sum();
        assert!((running[999] - expected).abs() < 1e-9);
        assert!((running[0] - 1.0).abs() < 1e-15);
    }

    #[test]
    fn stratified_draws_follow_the_weights_within_one() {
        let running = zipf(50, 1.0);
        let drawn = Dice::new(1, &["t"]).stratified(10_000, &running);
        let mut counts = vec![0usize; 50];
        drawn.iter().for_each(|&i| counts[i] += 1);
        for (k, &count) in counts.iter().enumerate() {
            let expected = 10_000.0 / (k + 1) as f64 / running[49];
            assert!((count as f64 - expected).abs() <= 2.0, "{k}: {count} {expected}");
        }
    }

    #[test]
    fn bounds_are_kept() {
        let mut dice = Dice::new(3, &[]);
        for _ in 0..1000 {
            assert!((-3..=4).contains(&dice.between(-3, 4)));
            assert!(dice.unit() < 1.0);
        }
        assert_eq!(dice.marks(3, 10).iter().filter(|m| **m).count(), 3);
        dice.between(i64::MIN, i64::MAX);
    }
}
