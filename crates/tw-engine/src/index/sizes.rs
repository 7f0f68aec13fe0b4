//! The size that a candidate will have over all rows, from what it came to on the sample.
use tw_lab::{
    inflate::distinct::{self, Seen},
    whatif::build::Built,
};
use tw_model::layout::PAGE_BYTES;
use tw_rooms::physical::btree::{self, Entries, FILLFACTOR};

/// Bytes of a leaf that a build fills, apart from header, special space and high key.
const LEAF_ROOM: f64 = PAGE_BYTES as f64 * FILLFACTOR as f64 / 100.0 - 40.0;
/// Bytes of an entry's line pointer.
const POINTER: f64 = 4.0;
/// Entries of a page above the leaves, about.
const FANOUT: f64 = 250.0;

/// Pages and entries over all rows. `share` is the part of all rows that is in the sample.
///
/// The number of different keys is carried from the sample, whose rows were drawn one by one, and not taken from the
/// server's statistics: ANALYZE draws pages, and finds too few different values where equal ones lie side by side.
pub fn pages(built: &Built, share: f64, is_btree: bool) -> (u64, f64) {
    let rows = (built.rows / share.max(f64::MIN_POSITIVE)).round();
    // The first page describes the index, whatever its size.
    let body = built.pages.saturating_sub(1) as f64;
    if share >= 1.0 && !built.shares {
        return (built.pages, rows);
    }
    if !is_btree || !built.shares || built.rows < 1.0 {
        return (1 + (body / share).ceil() as u64, rows);
    }
    let leaves = body / (1.0 + 1.0 / FANOUT);
    let entry = (LEAF_ROOM * leaves / built.rows - POINTER).max(16.0);
    // Entries are padded to eight bytes, so a mean between two multiples is a mix of the two.
    let low = (entry / 8.0).floor() * 8.0;
    let high_share = (entry - low) / 8.0;
    let distinct = carried(built, rows).clamp(1.0, rows.max(1.0));
    let tree = btree::tree(&Entries {
        rows,
        nulls: 0.0,
        sizes: vec![(low as u32, 1.0 - high_share), (low as u32 + 8, high_share)],
        prefixes: vec![(entry, distinct)],
        spread: None,
        common: vec![],
        deduplicated: true,
        fillfactor: FILLFACTOR,
    });
    (tree.pages(), rows)
}

/// Different keys among all rows, from those among the sample's.
fn carried(built: &Built, rows: f64) -> f64 {
    let Some((distinct, once)) = built.keys else { return rows };
    distinct::carried(&Seen { rows: built.rows, null_share: 0.0, distinct, once }, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(pages: u64, rows: f64, keys: Option<(f64, f64)>) -> Built {
        Built { pages, rows, shares: keys.is_some(), keys }
    }

    #[test]
    fn without_sharing_the_size_grows_with_the_rows() {
        assert_eq!(pages(&built(101, 10_000.0, None), 0.01, true), (10_001, 1_000_000.0));
        assert_eq!(pages(&built(101, 10_000.0, None), 1.0, true), (101, 10_000.0));
    }

    #[test]
    fn equal_keys_share_their_room_and_keys_that_differ_do_not() {
        // 60,000 entries of 16 bytes and a pointer fill about 164 leaves.
        let few = pages(&built(166, 60_000.0, Some((100.0, 0.0))), 0.01, true).0;
        let many = pages(&built(166, 60_000.0, Some((60_000.0, 60_000.0))), 0.01, true).0;
        let posting = 6_000_000.0 * 6.2 / LEAF_ROOM;
        assert!((few as f64 / posting - 1.0).abs() < 0.05, "{few} of {posting}");
        assert!((many as f64 / 16_450.0 - 1.0).abs() < 0.03, "{many}");
    }
}
