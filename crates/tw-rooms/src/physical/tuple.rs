//! Sizes of rows and index entries: a distribution over bytes, from the columns' widths.
//!
//! Sources: `heap_compute_data_size` and `heap_fill_tuple` (`access/common/heaptuple.c`), `index_form_tuple`
//! (`access/common/indextuple.c`), `htup_details.h`, `itup.h`, `c.h` (MAXALIGN). Columns are taken as
//! independent of each other.
use super::types::Storage;
use std::collections::BTreeMap;

/// Bytes with their share of rows, ascending; shares sum to 1.
pub type Sizes = Vec<(u32, f64)>;

/// A column as it lies in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// How its type is stored.
    pub storage: Storage,
    /// Stored bytes of the values that are there, with shares.
    pub widths: Sizes,
    /// Share of nulls.
    pub null_share: f64,
}

/// Alignment of rows and entries: MAXIMUM_ALIGNOF of every 64-bit machine.
pub const MAX_ALIGN: u32 = 8;
/// SizeofHeapTupleHeader.
const HEAP_HEADER: u32 = 23;
/// sizeof(IndexTupleData).
const INDEX_HEADER: u32 = 8;
/// sizeof(IndexAttributeBitMapData): one bit for each of 32 columns.
const INDEX_BITMAP: u32 = 4;
/// Longest value with a header of one byte: VARATT_SHORT_MAX.
const SHORT_MOST: u32 = 127;
/// Bytes of a pointer to a value that is stored apart: sizeof(varattrib_1b_e) and varatt_external.
pub const TOAST_POINTER: u32 = 18;
/// Rows longer than this have values stored apart: TOAST_TUPLE_THRESHOLD, four rows a page.
pub const TOAST_THRESHOLD: u32 = 2032;
/// Bytes of a value that one row of the TOAST table holds: TOAST_MAX_CHUNK_SIZE.
pub const TOAST_CHUNK: u32 = 1996;

/// The next multiple.
pub fn align(bytes: u32, to: u32) -> u32 {
    bytes.next_multiple_of(to.max(1))
}

/// Sizes of heap rows, rounded up to eight bytes as they take room on a page.
pub fn heap(parts: &[Part]) -> Sizes {
    let bitmap = (parts.len() as u32).div_ceil(8);
    sizes(parts, align(HEAP_HEADER, MAX_ALIGN), align(HEAP_HEADER + bitmap, MAX_ALIGN))
}

/// Sizes of index entries.
pub fn index(parts: &[Part]) -> Sizes {
    sizes(parts, INDEX_HEADER, align(INDEX_HEADER + INDEX_BITMAP, MAX_ALIGN))
}

/// The mean.
pub fn mean(sizes: &Sizes) -> f64 {
    sizes.iter().map(|(bytes, share)| f64::from(*bytes) * share).sum()
}

fn sizes(parts: &[Part], header: u32, header_with_nulls: u32) -> Sizes {
    // Data so far, without and with a null in the row.
    let mut states: BTreeMap<(u32, bool), f64> = BTreeMap::from([((0, false), 1.0)]);
    for part in parts {
        let mut next: BTreeMap<(u32, bool), f64> = BTreeMap::new();
        for ((at, nulls), share) in &states {
            if part.null_share > 0.0 {
                *next.entry((*at, true)).or_default() += share * part.null_share;
            }
            for (width, of) in &part.widths {
                let to = put(*at, *width, &part.storage);
                *next.entry((to, *nulls)).or_default() += share * of * (1.0 - part.null_share);
            }
        }
        states = next;
    }
    let mut all: BTreeMap<u32, f64> = BTreeMap::new();
    for ((data, nulls), share) in states {
        let header = if nulls { header_with_nulls } else { header };
        *all.entry(align(header + data, MAX_ALIGN)).or_default() += share;
    }
    all.into_iter().filter(|(_, share)| *share > 0.0).collect()
}

/// Where the data end after a value of that width.
pub fn put(at: u32, width: u32, storage: &Storage) -> u32 {
    let aligned = storage.fixed.is_some() || width > SHORT_MOST;
    (if aligned { align(at, storage.align) } else { at }) + width
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physical::types::storage;
    use tw_model::schema::Schema;

    fn part(ty: &str, width: u32, null_share: f64) -> Part {
        Part { storage: storage(ty, &Schema::default()), widths: vec![(width, 1.0)], null_share }
    }

    #[test]
    fn padding_comes_before_what_is_aligned() {
        let loose = [part("boolean", 1, 0.0), part("bigint", 8, 0.0), part("boolean", 1, 0.0), part("bigint", 8, 0.0)];
        let packed = [part("bigint", 8, 0.0), part("bigint", 8, 0.0), part("boolean", 1, 0.0), part("boolean", 1, 0.0)];
        assert_eq!(heap(&loose), [(56, 1.0)]);
        assert_eq!(heap(&packed), [(48, 1.0)]);
    }

    #[test]
    fn a_short_text_is_not_aligned_and_a_long_one_is() {
        assert_eq!(heap(&[part("boolean", 1, 0.0), part("text", 127, 0.0)]), [(24 + 128, 1.0)]);
        assert_eq!(heap(&[part("boolean", 1, 0.0), part("text", 132, 0.0)]), [(align(24 + 4 + 132, 8), 1.0)]);
    }

    #[test]
    fn nulls_take_a_bitmap_and_no_data() {
        // Up to eight columns the bitmap fits the header's padding.
        assert_eq!(heap(&[part("integer", 4, 0.5)]), [(24, 0.5), (32, 0.5)]);
        let nine: Vec<Part> = (0..9).map(|_| part("bigint", 8, 1.0)).collect();
        assert_eq!(heap(&nine), [(32, 1.0)]);
        // An index entry without nulls has no bitmap at all.
        assert_eq!(index(&[part("integer", 4, 0.0)]), [(16, 1.0)]);
        assert_eq!(index(&[part("integer", 4, 1.0)]), [(16, 1.0)]);
        assert_eq!(index(&[part("uuid", 16, 0.0)]), [(24, 1.0)]);
    }
}
