//! Pages of a hash index as CREATE INDEX builds it.
//!
//! Sources: `_hash_init`, `_hash_init_metabuffer` (`access/hash/hashpage.c`), `_hash_spareindex`,
//! `_hash_get_totalbuckets` (`hashutil.c`), `hash.h`.
use super::heap::{LINE_POINTER, PAGE, PAGE_HEADER};

/// MAXALIGN(sizeof(HashPageOpaqueData)).
const SPECIAL: u32 = 16;
/// An entry, whatever the key: header, hash code, line pointer.
pub const ENTRY: u32 = 8 + 8 + LINE_POINTER;
/// Entries of a page.
const PER_PAGE: u32 = (PAGE - PAGE_HEADER - SPECIAL) / ENTRY;
/// Entries that a bucket is meant for: HASH_DEFAULT_FILLFACTOR is 75.
const WANTED: u32 = PAGE * 75 / 100 / ENTRY;
/// HASH_SPLITPOINT_GROUPS_WITH_ONE_PHASE.
const WHOLE_GROUPS: u32 = 10;
/// Overflow pages that one bitmap page tells of: BMPGSZ_BIT of a page.
const PER_BITMAP: f64 = 4096.0 * 8.0;

/// What a hash index comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Hash {
    /// Buckets, one page each.
    pub buckets: u64,
    /// Overflow pages.
    pub overflow_pages: u64,
    /// Pages in all.
    pub pages: u64,
}

/// A hash index over so many rows; `sharing` is the mean and the variance of the rows that share a key.
pub fn hash(rows: f64, sharing: (f64, f64)) -> Hash {
    let buckets = buckets(rows);
    // Buckets beyond a power of two were split off the first ones; the rest still hold twice as much.
    let power = 1u64 << (63 - buckets.leading_zeros());
    let split = (buckets - power) as f64;
    let whole = power as f64 - split;
    let load = rows / (2.0 * power as f64);
    let overflow = 2.0 * split * overflow(load, sharing) + whole * overflow(2.0 * load, sharing);
    let bitmaps = 1.0 + (overflow / PER_BITMAP).floor();
    Hash { buckets, overflow_pages: overflow.round() as u64, pages: 1 + buckets + (overflow.round() + bitmaps) as u64 }
}

/// Buckets that a build begins with: a power of two, or from 1024 on its quarters.
fn buckets(rows: f64) -> u64 {
    let wanted = rows / f64::from(WANTED);
    if wanted <= 2.0 {
        return 2;
    }
    let wanted = wanted.min(f64::from(1u32 << 30)) as u64;
    let group = 64 - (wanted.max(2) - 1).leading_zeros();
    if group < WHOLE_GROUPS {
        return 1 << group;
    }
    let quarter = 1u64 << (group - 3);
    let phase = ((wanted - 1) >> (group - 3)) & 3;
    (1 << (group - 1)) + quarter * (phase + 1)
}

/// Mean overflow pages of a bucket whose rows are a compound Poisson sum about `load`, taken as normal.
fn overflow(load: f64, (mean, variance): (f64, f64)) -> f64 {
    let deviation = (load * (variance + mean * mean) / mean.max(1.0)).sqrt().max(1e-9);
    let above = |limit: f64| tail((limit + 0.5 - load) / deviation);
    (1..=10_000).map(|k| above(f64::from(k * PER_PAGE))).take_while(|p| *p > 1e-9).sum()
}

/// Share of a normal law above so many deviations (Abramowitz and Stegun 26.2.17, to 1e-7).
fn tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - tail(-z);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let poly =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    poly * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_grow_by_powers_of_two_and_then_by_quarters() {
        assert_eq!(buckets(100.0), 2);
        assert_eq!(buckets(307.0 * 300.0), 512);
        assert_eq!(buckets(1_500_000.0), 5120);
        assert_eq!(buckets(307.0 * 4096.0), 4096);
    }

    #[test]
    fn a_key_that_many_rows_share_overflows() {
        let random = hash(1_500_000.0, (1.0, 0.0));
        let shared = hash(1_500_000.0, (500.0, 0.0));
        assert!(random.overflow_pages < 200 && shared.overflow_pages > 1_000, "{random:?} {shared:?}");
    }
}
