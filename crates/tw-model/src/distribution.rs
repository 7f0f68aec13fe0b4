//! A distribution of durations as counts, sorted: what percentiles and their intervals are read from.
use serde::{Deserialize, Serialize};

/// Counts by value, upwards; values are whole microseconds, each within a thousandth of what was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// (microseconds, how many), sorted, each value once.
    pub counts: Vec<(u64, u64)>,
}

impl Distribution {
    /// From values in any order.
    pub fn of(values: impl IntoIterator<Item = u64>) -> Self {
        let mut sorted: Vec<u64> = values.into_iter().collect();
        sorted.sort_unstable();
        let mut counts: Vec<(u64, u64)> = vec![];
        for value in sorted {
            match counts.last_mut() {
                Some((last, n)) if *last == value => *n += 1,
                _ => counts.push((value, 1)),
            }
        }
        Distribution { counts }
    }
    /// How many.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, n)| n).sum()
    }
    /// The value of this rank, from 1; none when there are fewer.
    pub fn at_rank(&self, rank: u64) -> Option<u64> {
        let mut seen = 0;
        let found = self.counts.iter().find(|(_, n)| {
            seen += n;
            seen >= rank
        });
        found.filter(|_| rank > 0).map(|(value, _)| *value)
    }
    /// The least value that at least this share (0 to 1) does not exceed; none when there is no value.
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let count = self.count();
        self.at_rank(((share * count as f64).ceil() as u64).clamp(1, count.max(1)))
    }
    /// The greatest; 0 when there is none.
    pub fn max(&self) -> u64 {
        self.counts.last().map_or(0, |(value, _)| *value)
    }
    /// Both together.
    pub fn merged(&self, other: &Distribution) -> Distribution {
        let mut all = self.counts.clone();
        all.extend(&other.counts);
        all.sort_unstable();
        let mut counts: Vec<(u64, u64)> = vec![];
        for (value, n) in all {
            match counts.last_mut() {
                Some((last, m)) if *last == value => *m += n,
                _ => counts.push((value, n)),
            }
        }
        Distribution { counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_and_quantiles_are_those_of_the_sorted_list() {
        let d = Distribution::of([5, 1, 3, 3, 9]);
        assert_eq!((1..=5).map(|r| d.at_rank(r)).collect::<Vec<_>>(), [1, 3, 3, 5, 9].map(Some));
        assert_eq!((d.at_rank(0), d.at_rank(6)), (None, None));
        assert_eq!((d.quantile(0.5), d.quantile(0.99), d.quantile(0.0)), (Some(3), Some(9), Some(1)));
        assert_eq!(Distribution::default().quantile(0.5), None);
        assert_eq!(d.merged(&Distribution::of([3, 2])), Distribution::of([5, 1, 3, 3, 9, 3, 2]));
    }
}
