//! How many distinct values ANALYZE will state of a column, from a sample of its rows or from what is known of them.
//!
//! The planner goes by what ANALYZE states, not by the truth, so what is foreseen is the statement: the estimator is
//! ANALYZE's own (Duj1 of Haas and Stokes, `src/backend/commands/analyze.c`, `compute_scalar_stats`).

/// Rows that ANALYZE reads at its default target of 100.
pub const ROWS_READ: f64 = 30_000.0;
/// Where a column counts as lying in the order of its values.
pub const IN_ORDER: f64 = 0.9;

/// What a look at some rows showed of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// Rows looked at that have a value.
    pub rows: f64,
    /// Share of the rows that have none.
    pub null_share: f64,
    /// Different values.
    pub distinct: f64,
    /// Of them, those that came once.
    pub once: f64,
}

/// What ANALYZE states after that look at a table of so many rows: a count, or a negative share of the rows.
pub fn stated(seen: &Seen, all_rows: f64) -> f64 {
    if seen.distinct <= 0.0 {
        return 0.0;
    }
    if seen.once >= seen.distinct {
        return -(1.0 - seen.null_share);
    }
    as_stated(carried(seen, all_rows).round(), all_rows)
}

/// How many different values all rows have, going by that look.
pub fn carried(seen: &Seen, all_rows: f64) -> f64 {
    if seen.once == 0.0 {
        return seen.distinct;
    }
    let not_null = all_rows * (1.0 - seen.null_share);
    let denominator = (seen.rows - seen.once) + seen.once * seen.rows / not_null.max(1.0);
    (seen.rows * seen.distinct / denominator.max(1.0)).clamp(seen.distinct, not_null.max(seen.distinct))
}

/// ANALYZE states what is over a tenth of the rows as a share.
fn as_stated(distinct: f64, all_rows: f64) -> f64 {
    if distinct > 0.1 * all_rows { -(distinct / all_rows) } else { distinct }
}

/// What ANALYZE will state of a column with so many distinct values, spread evenly over the rows of a table.
///
/// It reads rows of at most [`ROWS_READ`] pages. Where rows with the same value lie together, rows of one page repeat
/// each other, and it states too few: so it is foreseen.
pub fn foreseen(distinct: f64, null_share: f64, rows: f64, pages: f64, correlation: f64) -> f64 {
    let not_null = (rows * (1.0 - null_share)).max(1.0);
    let distinct = distinct.clamp(1.0, not_null);
    let read = ROWS_READ.min(rows);
    let same = not_null / distinct;
    if read >= rows || same <= 1.0 {
        return as_stated(distinct, rows);
    }
    let pages_share = if correlation.abs() >= IN_ORDER { (ROWS_READ / pages.max(1.0)).min(1.0) } else { 1.0 };
    let row_share = (read / rows / pages_share).min(1.0);
    let seen = distinct * pages_share * (1.0 - (1.0 - row_share).powf(same));
    let once = distinct * pages_share * same * row_share * (1.0 - row_share).powf(same - 1.0);
    let seen = Seen { rows: read * (1.0 - null_share), null_share, distinct: seen, once: once.min(seen * 0.999_999) };
    // Less than one value in the whole look comes once: then ANALYZE takes what it saw for all there is.
    let seen = if seen.once < 0.5 { Seen { once: 0.0, distinct: seen.distinct.round(), ..seen } } else { seen };
    stated(&seen, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_at_some_rows_is_carried_to_all() {
        let look = |rows, distinct, once| Seen { rows, null_share: 0.0, distinct, once };
        // Every value once: as many as there are rows.
        assert_eq!(stated(&look(1000.0, 1000.0, 1000.0), 1e6), -1.0);
        // None once: there are no others.
        assert_eq!(stated(&look(1000.0, 7.0, 0.0), 1e6), 7.0);
        // 1 % of 1,000,000 rows with 200,000 values of five rows each: about 9,802 seen, 9,606 once.
        let states = stated(&look(10_000.0, 9_802.0, 9_606.0), 1e6);
        assert!((states + 0.2).abs() < 0.01, "{states}");
        assert_eq!(stated(&Seen::default(), 10.0), 0.0);
    }

    #[test]
    fn what_lies_together_is_stated_too_low() {
        // 1,500,000 orders of four lines each, of 6,000,000 in 112,000 pages.
        let apart = foreseen(1.5e6, 0.0, 6e6, 112_000.0, 0.1);
        let together = foreseen(1.5e6, 0.0, 6e6, 112_000.0, 1.0);
        assert!((apart + 0.25).abs() < 0.01, "{apart}");
        assert!((350_000.0..550_000.0).contains(&together), "{together}");
        // What is unique or wholly read is stated as it is.
        assert_eq!(foreseen(1e6, 0.0, 1e6, 1e4, 1.0), -1.0);
        assert_eq!(foreseen(5.0, 0.0, 100.0, 1.0, 0.0), 5.0);
        assert_eq!(foreseen(100.0, 0.0, 1e9, 1e7, 0.0), 100.0);
    }
}
