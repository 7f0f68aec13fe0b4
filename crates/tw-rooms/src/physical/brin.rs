//! Pages of a BRIN index: a summary for each range of heap pages, and a map to them.
//!
//! Sources: `brin_page.h`, `brin_tuple.c` (`brin_form_tuple`), `brin_revmap.h`.
use super::{
    heap::{LINE_POINTER, PAGE, PAGE_HEADER},
    tuple::{MAX_ALIGN, align},
    types::Storage,
};

/// BRIN_DEFAULT_PAGES_PER_RANGE.
pub const PAGES_PER_RANGE: u64 = 128;
/// MAXALIGN(sizeof(BrinSpecialSpace)).
const SPECIAL: u32 = 8;
/// sizeof(BrinTuple), aligned.
const HEADER: u32 = 8;
/// Bytes of the map for one range.
const TID: u32 = 6;

/// Pages of an index over a heap of so many pages; each column keeps its least and its greatest value.
pub fn pages(heap_pages: u64, pages_per_range: u64, columns: &[(Storage, f64)]) -> u64 {
    let room = PAGE - PAGE_HEADER - SPECIAL;
    let ranges = heap_pages.div_ceil(pages_per_range.max(1)).max(1);
    let mut data = 0;
    for (storage, width) in columns {
        for _ in 0..2 {
            data = super::tuple::put(data, width.round() as u32, storage);
        }
    }
    let entry = align(HEADER + data, MAX_ALIGN) + LINE_POINTER;
    1 + ranges.div_ceil(u64::from(room / TID)) + ranges.div_ceil(u64::from((room / entry).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_of_a_date_is_tiny() {
        let date = Storage { fixed: Some(4), align: 4, toastable: false };
        // 880 ranges: the first page, one of the map, three of summaries at 408 a page.
        assert_eq!(pages(112_600, PAGES_PER_RANGE, &[(date, 4.0)]), 5);
    }
}
