//! A sample's profile carried to all rows: how many different values there will be.
//!
//! The estimator: rows of a sample that share a value tell how many values there are to choose from. When n rows hit
//! d different values, the number K of equally likely values solves d = K (1 - (1 - 1/K)^n); N rows then hit
//! K (1 - exp(-N/K)) of them. Where a reference's parents are counted, their number is the number of values, and
//! K tells how evenly the rows are spread over them. Several columns count as independent unless the sample shows
//! that they are not. Common values must be few or none: they are not equally likely.
use tw_model::layout::{SetProfile, TableProfile};

/// Deviations by which a sample must differ from chance to be believed.
const SURE: f64 = 3.0;

/// The profile of `rows` rows, from the profile of a sample of them. `known` are numbers of values known from
/// elsewhere: columns of a reference, rows of its target.
pub fn scaled(sample: &TableProfile, rows: f64, known: &[(Vec<String>, f64)]) -> TableProfile {
    let mut all = sample.clone();
    all.rows = rows;
    let grows = rows / sample.rows.max(1.0);
    for column in &mut all.columns {
        let seen = Seen { rows: sample.rows * (1.0 - column.null_share), distinct: column.distinct, grows };
        let parents = known.iter().find(|(columns, _)| *columns == [column.name.clone()]).map(|(_, n)| *n);
        (column.distinct, column.spread) = seen.carried(parents, None);
        if let Some((_, distinct)) = &mut column.elements {
            *distinct *= grows.sqrt();
        }
    }
    let values = |name: &String| {
        let column = sample.column(name)?;
        let scaled = all.column(name)?;
        (column.distinct < sample.rows).then(|| values_behind(scaled.distinct, rows))
    };
    all.sets = sample
        .sets
        .iter()
        .map(|set| {
            let seen = Seen { rows: sample.rows, distinct: set.distinct, grows };
            let parents = known.iter().find(|(columns, _)| *columns == set.columns).map(|(_, n)| *n);
            let independent = set.columns.iter().map(values).collect::<Option<Vec<f64>>>().map(|v| v.iter().product());
            let (distinct, spread) = seen.carried(parents, independent);
            SetProfile { columns: set.columns.clone(), distinct, spread }
        })
        .collect();
    all
}

/// What a sample shows of a set of columns.
struct Seen {
    rows: f64,
    distinct: f64,
    /// All rows for each of the sample.
    grows: f64,
}

impl Seen {
    /// Different values among all rows, and the variance of the rows that share one where it is known to be small.
    fn carried(&self, parents: Option<f64>, independent: Option<f64>) -> (f64, Option<f64>) {
        let all = self.rows * self.grows;
        if self.grows <= 1.0 {
            return (self.distinct, None);
        }
        let shared = self.rows - self.distinct;
        if let Some(parents) = parents {
            return self.over_parents(parents, shared, all);
        }
        if let Some(values) = independent {
            let expected = self.rows - hit(values, self.rows);
            if (shared - expected).abs() <= SURE * (expected + 1.0).sqrt() {
                return (hit(values, all), None);
            }
        }
        if shared < 1.0 {
            return (all, None);
        }
        (hit(self.values(), all), None)
    }

    fn over_parents(&self, parents: f64, shared: f64, all: f64) -> (f64, Option<f64>) {
        let mean = all / parents.max(1.0);
        if shared < 1.0 {
            // Too small a sample to tell.
            return (hit(parents, all), None);
        }
        let values = self.values();
        if parents / values > 1.0 + SURE / shared.sqrt() {
            // Some parents have no rows at all, or few have most.
            return (hit(values, all), None);
        }
        // The second factorial moment of the rows of a parent is all² / (values × parents).
        let variance = (mean * mean * (parents / values - 1.0) + mean).clamp(0.0, mean);
        let at_random = hit(parents, all);
        let distinct = parents.min(all) - (parents.min(all) - at_random) * variance / mean.max(1e-9);
        (distinct, (variance < mean).then_some(variance))
    }

    /// K of the estimator.
    fn values(&self) -> f64 {
        let reached = |values: f64| -values * (self.rows * (-1.0 / values).ln_1p()).exp_m1();
        let (mut low, mut high) = (self.distinct.max(1.0 + 1e-9), self.rows * self.rows);
        for _ in 0..100 {
            let middle = (low * high).sqrt();
            if reached(middle) < self.distinct { low = middle } else { high = middle }
        }
        (low * high).sqrt()
    }
}

/// How many of so many equally likely values are hit by so many rows.
pub fn hit(values: f64, rows: f64) -> f64 {
    if values > rows * 1e6 { rows } else { -values * (-rows / values).exp_m1() }
}

/// How many values there are to choose from when `rows` rows hit `distinct` of them at random.
pub fn values_behind(distinct: f64, rows: f64) -> f64 {
    let rate = super::draw::rate_of((rows / distinct.max(1.0)).max(1.0));
    if rate < 1e-6 { rows * 1e9 } else { rows / rate }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::layout::ColumnProfile;

    fn sample(rows: f64, distinct: f64) -> TableProfile {
        let column = ColumnProfile { name: "a".into(), distinct, ..ColumnProfile::default() };
        TableProfile { rows, columns: vec![column], ..TableProfile::default() }
    }

    #[test]
    fn values_that_a_sample_shares_tell_how_many_there_are() {
        // 200,000 values, each equally likely; 60,000 of 6,000,000 rows.
        let seen = hit(200_000.0, 60_000.0);
        let all = scaled(&sample(60_000.0, seen), 6_000_000.0, &[]);
        assert!((all.columns[0].distinct / 200_000.0 - 1.0).abs() < 0.001);
        // Nothing shared: every row has its own.
        assert_eq!(scaled(&sample(1000.0, 1000.0), 1e6, &[]).columns[0].distinct, 1e6);
        // All values seen: there are no others.
        assert!((scaled(&sample(60_000.0, 7.0), 6e6, &[]).columns[0].distinct - 7.0).abs() < 0.01);
    }

    #[test]
    fn parents_that_have_rows_evenly_are_told_from_chance() {
        let known = [(vec!["a".to_string()], 200_000.0)];
        // Exactly four rows each: fewer of the sample's rows share a parent than chance would have it.
        let even = scaled(&sample(8_000.0, 8_000.0 - 119.0), 800_000.0, &known);
        assert!(even.columns[0].distinct > 199_000.0 && even.columns[0].spread.unwrap() < 0.5, "{even:?}");
        // By chance: about n² / 2K rows share.
        let chance = scaled(&sample(8_000.0, hit(200_000.0, 8_000.0)), 800_000.0, &known);
        assert!((chance.columns[0].distinct / hit(200_000.0, 800_000.0) - 1.0).abs() < 0.001, "{chance:?}");
        // A third of the parents has no rows.
        let fewer = scaled(&sample(15_000.0, hit(100_000.0, 15_000.0)), 1_500_000.0, &[(vec!["a".into()], 150_000.0)]);
        assert!((fewer.columns[0].distinct / 100_000.0 - 1.0).abs() < 0.001, "{fewer:?}");
    }
}
