//! What a live server knows of its rows, as a brief tells it.
use crate::Failure;
use std::collections::BTreeMap;
use tw_lab::{Live, pour::plan::Seen, pour::seen};
use tw_model::{model::Volume, schema::Name};

/// Sizes and distributions; empty for scripts.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    rows: BTreeMap<Name, u64>,
    columns: seen::Columns,
}

/// Common values that a skew is read from, at least.
const LEAST_COMMON: usize = 8;
/// How well a Zipf distribution must fit the common values (share of the variance of the logarithms).
const LEAST_FIT: f64 = 0.9;

impl Statistics {
    /// Reads what the server's statistics tell.
    pub fn read(live: &mut Live) -> Result<Statistics, Failure> {
        let (columns, rows) = seen::seen(live)?;
        Ok(Statistics { rows, columns })
    }

    /// Rows of a table; none when nothing is known of it.
    pub fn volume(&self, table: &Name) -> Option<Volume> {
        let rows = *self.rows.get(table).filter(|rows| **rows > 0)?;
        Some(Volume { rows: rounded(rows), per: None, growth_percent_per_month: 0.0, growth_said: false })
    }

    /// The statistics of a column.
    pub fn column(&self, table: &Name, column: &str) -> Option<&Seen> {
        self.columns.get(&(table.clone(), column.to_string()))
    }

    /// The share of each listed value among the rows that have one, when the statistics know every value.
    pub fn shares(&self, table: &Name, column: &str, values: &[String]) -> Vec<Option<f64>> {
        let none = vec![None; values.len()];
        let Some(seen) = self.column(table, column) else { return none };
        let of = |value: &String| seen.common.iter().find(|(v, _)| v == value).map_or(0.0, |(_, share)| *share);
        let found: Vec<f64> = values.iter().map(of).collect();
        let total: f64 = found.iter().sum();
        // What was never seen in a sample has no share to tell.
        if total <= 0.0 || found.contains(&0.0) {
            return none;
        }
        let mut shares: Vec<f64> = found.iter().map(|share| (share / total * 1_000.0).round() / 1_000.0).collect();
        // Rounded shares make a whole: the largest takes what is missing.
        let rest = 1.0 - shares.iter().sum::<f64>();
        let largest = (0..shares.len()).max_by(|a, b| shares[*a].total_cmp(&shares[*b])).unwrap_or(0);
        shares[largest] = ((shares[largest] + rest) * 1_000.0).round() / 1_000.0;
        if shares.iter().any(|s| *s <= 0.0) { none } else { shares.into_iter().map(Some).collect() }
    }

    /// The exponent of a Zipf distribution that the common values follow.
    pub fn zipf(&self, seen: &Seen) -> Option<f64> {
        if seen.common.len() < LEAST_COMMON {
            return None;
        }
        let points: Vec<(f64, f64)> = seen
            .common
            .iter()
            .enumerate()
            .map(|(n, (_, share))| (((n + 1) as f64).ln(), share.max(1e-12).ln()))
            .collect();
        let n = points.len() as f64;
        let mean = |f: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / n;
        let (mx, my) = (mean(&|p| p.0), mean(&|p| p.1));
        let sxy = mean(&|p| (p.0 - mx) * (p.1 - my));
        let (sxx, syy) = (mean(&|p| (p.0 - mx).powi(2)), mean(&|p| (p.1 - my).powi(2)));
        let exponent = -sxy / sxx;
        let fits = syy > 0.0 && sxy * sxy / (sxx * syy) >= LEAST_FIT;
        (fits && (0.4..=4.0).contains(&exponent)).then(|| (exponent * 10.0).round() / 10.0)
    }
}

/// Three digits of a count, the rest zeros: a statistic is no better than that.
fn rounded(rows: u64) -> u64 {
    let unit = 10u64.pow(rows.checked_ilog10().unwrap_or(0).saturating_sub(2));
    (rows + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(common: &[(&str, f64)]) -> Seen {
        let common = common.iter().map(|(v, s)| (v.to_string(), *s)).collect();
        Seen { null_share: 0.0, common, bounds: vec![], correlation: 0.0 }
    }

    #[test]
    fn shares_are_of_the_rows_that_have_a_value_and_make_a_whole() {
        let mut statistics = Statistics::default();
        let table = Name::new("public", "t");
        statistics.columns.insert((table.clone(), "s".into()), seen(&[("a", 0.3), ("b", 0.15), ("c", 0.0001)]));
        let shares = |values: &[&str]| {
            let values: Vec<String> = values.iter().map(|v| v.to_string()).collect();
            statistics.shares(&table, "s", &values)
        };
        assert_eq!(shares(&["a", "b"]), [Some(0.667), Some(0.333)]);
        assert_eq!(shares(&["a", "never"]), [None, None]);
        assert_eq!(shares(&["a", "c"]), [None, None]);
    }

    #[test]
    fn a_skew_is_told_where_it_is_one() {
        let statistics = Statistics::default();
        let zipf: Vec<(String, f64)> = (1..=20).map(|n| (n.to_string(), 0.2 / f64::from(n).powf(1.1))).collect();
        let zipf: Vec<(&str, f64)> = zipf.iter().map(|(v, s)| (v.as_str(), *s)).collect();
        assert_eq!(statistics.zipf(&seen(&zipf)), Some(1.1));
        let even: Vec<(&str, f64)> = ["a"; 20].into_iter().map(|v| (v, 0.05)).collect();
        assert_eq!(statistics.zipf(&seen(&even)), None);
        assert_eq!((rounded(0), rounded(7), rounded(1_234), rounded(98_765_432)), (0, 7, 1_230, 98_800_000));
    }
}
