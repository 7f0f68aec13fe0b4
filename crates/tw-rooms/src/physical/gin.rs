//! Pages of a GIN index: a tree of keys, each with the list of the rows that hold it.
//!
//! Sources: `ginblock.h` (GinMaxItemSize), `ginpostinglist.c` (rows are stored as differences of seven bits a byte),
//! `gindatapage.c`. How full pages are left depends on the order the rows come in: a build inserts batches in key
//! order, which leaves pages of keys about half full and those of rows about three quarters. The figure is of the
//! right size, not exact; no claim is made of it.
use super::heap::{LINE_POINTER, PAGE, PAGE_HEADER};

/// Bytes of a key with its header, its line pointer apart, when it is a word of usual length.
const KEY: f64 = 24.0;
/// Longest list beside its key: GinMaxItemSize, a third of a page.
const LIST_MOST: f64 = 2704.0;
/// Fill of pages of keys, and of rows.
const FILLED: (f64, f64) = (0.55, 0.75);

/// What a GIN index comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Gin {
    /// Pages that hold keys or rows.
    pub leaf_pages: u64,
    /// Pages in all.
    pub pages: u64,
    /// Mean bytes for each row.
    pub entry_bytes: f64,
}

/// An index over so many rows; for each column the entries that a value brings, and how many differ in all.
pub fn gin(rows: f64, elements: &[(f64, f64)]) -> Gin {
    let room = f64::from(PAGE - PAGE_HEADER - 8);
    let (mut keys, mut lists) = (0.0, 0.0);
    for (per_row, distinct) in elements {
        let postings = rows * per_row;
        let per_key = postings / distinct.max(1.0);
        // A row's place is its page and its number on it, eleven bits; seven bits of the distance a byte.
        let distance = (rows / per_key.max(1.0)).max(1.0) * 20.0;
        let list = per_key * (distance.log2() / 7.0).ceil().clamp(1.0, 6.0);
        if list > LIST_MOST {
            keys += distinct * (KEY + f64::from(LINE_POINTER));
            lists += distinct * (list / (room * FILLED.1)).ceil();
        } else {
            keys += distinct * (KEY + list + f64::from(LINE_POINTER));
        }
    }
    let key_pages = (keys / (room * FILLED.0)).ceil().max(1.0);
    let leaf_pages = key_pages + lists;
    let pages = 2.0 + leaf_pages + (key_pages / 100.0).ceil() * f64::from(u8::from(key_pages > 1.0));
    Gin { leaf_pages: leaf_pages as u64, pages: pages as u64, entry_bytes: pages * f64::from(PAGE) / rows.max(1.0) }
}
