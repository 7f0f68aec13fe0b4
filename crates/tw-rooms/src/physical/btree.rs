//! Pages of a B-tree as CREATE INDEX builds it, replayed over the entries of some hundred leaves.
//!
//! Sources: `_bt_load`, `_bt_buildadd`, `_bt_sort_dedup_finish_pending` (`access/nbtree/nbtsort.c`),
//! `_bt_dedup_save_htid`, `_bt_form_posting` (`nbtdedup.c`), `_bt_truncate` (`nbtutils.c`), `nbtree.h`; the same in
//! PostgreSQL 14 to 18. The share of 96 % that `nbtree.h` names for a single value is for later splits, not for a build.
use super::{
    draw::{Draws, Table, sharing},
    heap::{LINE_POINTER, PAGE, PAGE_HEADER},
    tuple::{self, MAX_ALIGN, Sizes, align},
};

/// MAXALIGN(sizeof(BTPageOpaqueData)).
const SPECIAL: u32 = 16;
/// sizeof(ItemPointerData): one row of a posting list.
const TID: u32 = 6;
/// Bytes that a page leaves free above the leaves: BTREE_NONLEAF_FILLFACTOR is 70.
const INNER_FREE: u32 = PAGE * 30 / 100;
/// Longest posting list at a build: MAXALIGN_DOWN(BLCKSZ * 10 / 100) - sizeof(ItemIdData).
const POSTING_MOST: u32 = (PAGE / 10) / MAX_ALIGN * MAX_ALIGN - LINE_POINTER;
/// sizeof(IndexTupleData): the first entry of an inner page has no key.
const NO_KEY: u32 = 8;
/// Leaves that a filling is replayed over.
const REPLAYED_PAGES: u32 = 1200;
/// BTREE_DEFAULT_FILLFACTOR.
pub const FILLFACTOR: u32 = 90;

/// What is known of a tree's entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries {
    /// Rows that have one.
    pub rows: f64,
    /// Sizes of an entry for one row: key and included columns.
    pub sizes: Sizes,
    /// Mean size of the key of each prefix of columns, and how many differ in it; the whole key last.
    pub prefixes: Vec<(f64, f64)>,
    /// Variance of the rows that share a key; none when they take it at random.
    pub spread: Option<f64>,
    /// Shares of the rows that the most common keys have.
    pub common: Vec<f64>,
    /// Equal keys share an entry.
    pub deduplicated: bool,
    /// Fill of a leaf, in percent.
    pub fillfactor: u32,
}

/// What a tree comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Leaves.
    pub leaf_pages: u64,
    /// Pages above the leaves.
    pub internal_pages: u64,
    /// Levels, the leaves counted.
    pub height: u32,
    /// Entries of a full inner page.
    pub fanout: f64,
    /// Mean bytes of an entry for a row.
    pub entry_bytes: f64,
}

impl Tree {
    /// Pages in all, the first page (which holds no entry) counted.
    pub fn pages(&self) -> u64 {
        1 + self.leaf_pages + self.internal_pages
    }
}

/// A tree freshly built over these entries.
pub fn tree(entries: &Entries) -> Tree {
    let filled = leaves(entries);
    let leaf_pages = filled.leaves.max(1.0);
    let fanout = fanout(pivot(entries, &filled));
    let (mut internal_pages, mut height, mut level) = (0.0, 1, leaf_pages);
    while level > 1.0 {
        level = (level / fanout).ceil();
        internal_pages += level;
        height += 1;
    }
    Tree {
        leaf_pages: if entries.rows < 1.0 { 0 } else { leaf_pages as u64 },
        internal_pages: internal_pages as u64,
        height,
        fanout,
        entry_bytes: filled.bytes / entries.rows.max(1.0),
    }
}

/// What replaying the leaves came to, scaled up to all rows.
struct Filled {
    leaves: f64,
    /// Entries: posting lists and single rows.
    items: f64,
    /// Bytes of all entries with their line pointers.
    bytes: f64,
}

fn leaves(entries: &Entries) -> Filled {
    let common: f64 = entries.common.iter().sum::<f64>().clamp(0.0, 1.0);
    let distinct = entries.prefixes.last().map_or(1.0, |p| p.1).max(1.0);
    let mut sum = Filled { leaves: 0.0, items: 0.0, bytes: 0.0 };
    let mut add = |rows: f64, law: Sizes| {
        if rows >= 1.0 {
            let part = replay(entries, rows, law);
            (sum.leaves, sum.items, sum.bytes) =
                (sum.leaves + part.leaves, sum.items + part.items, sum.bytes + part.bytes);
        }
    };
    if !entries.deduplicated || distinct >= entries.rows {
        add(entries.rows, vec![(1, 1.0)]);
    } else {
        for share in &entries.common {
            let rows = (entries.rows * share).round();
            add(rows, vec![(rows.min(f64::from(u32::MAX)) as u32, 1.0)]);
        }
        let rest = entries.rows * (1.0 - common);
        let values = (distinct - entries.common.len() as f64).max(1.0);
        add(rest, sharing(rest / values, entries.spread));
    }
    sum.leaves = sum.leaves.ceil();
    sum
}

/// One page as `_bt_buildadd` fills it.
struct Leaf {
    free: u32,
    items: u32,
    /// Size of the last entry, and of the posting list in it.
    last: (u32, u32),
    /// Bytes that a page leaves free.
    full: u32,
    done: u32,
}

impl Leaf {
    fn new(fillfactor: u32) -> Leaf {
        let room = PAGE - PAGE_HEADER - SPECIAL - LINE_POINTER;
        Leaf { free: room, items: 0, last: (0, 0), full: PAGE * (100 - fillfactor.clamp(50, 100)) / 100, done: 0 }
    }

    /// Adds an entry; `posting` is how much of it is a list of rows.
    fn add(&mut self, size: u32, posting: u32) {
        let free = self.free.saturating_sub(LINE_POINTER);
        if free < size + MAX_ALIGN || (free + self.last.1 < self.full && self.items > 1) {
            // The last entry goes to the next page; its key stays as the high key.
            let new = Leaf::new(100);
            self.done += 1;
            self.free = new.free - self.last.0 - LINE_POINTER;
            self.items = 1;
        }
        self.free = self.free.saturating_sub(size + LINE_POINTER);
        self.items += 1;
        self.last = (size, posting);
    }

    fn pages(&self) -> f64 {
        let room = f64::from(PAGE - PAGE_HEADER - SPECIAL - LINE_POINTER - self.full);
        f64::from(self.done) + ((room + f64::from(self.full)) - f64::from(self.free)) / room
    }
}

fn replay(entries: &Entries, rows: f64, law: Sizes) -> Filled {
    let none = Filled { leaves: 0.0, items: 0.0, bytes: 0.0 };
    let (Some(sizes), Some(law)) = (Table::of(&entries.sizes), Table::of(&law)) else { return none };
    let mut draws = Draws::default();
    let mut leaf = Leaf::new(entries.fillfactor);
    let (mut replayed, mut items, mut bytes) = (0.0, 0u32, 0.0);
    while leaf.done < REPLAYED_PAGES && replayed < rows {
        let key = sizes.draw(&mut draws);
        let most = (POSTING_MOST / MAX_ALIGN * MAX_ALIGN).saturating_sub(key) / TID;
        let mut left = law.draw(&mut draws);
        while left > 0 && leaf.done < REPLAYED_PAGES {
            let taken = left.min(most.max(1));
            let size = if taken > 1 { align(key + taken * TID, MAX_ALIGN) } else { key };
            leaf.add(size, size - key);
            items += 1;
            bytes += f64::from(size + LINE_POINTER);
            replayed += f64::from(taken);
            left -= taken;
        }
    }
    let scale = rows / replayed.max(1.0);
    // The last page is not full when everything was replayed.
    let leaves = if leaf.done < REPLAYED_PAGES { leaf.pages() } else { f64::from(leaf.done) };
    Filled { leaves: leaves * scale, items: f64::from(items) * scale, bytes: bytes * scale }
}

/// Mean size of a key above the leaves: only as many columns as tell two leaves apart, and the row's place where
/// none does.
fn pivot(entries: &Entries, filled: &Filled) -> f64 {
    let Some((whole, _)) = entries.prefixes.last() else { return 16.0 };
    let (mut told, mut size) = (0.0, 0.0);
    for (bytes, distinct) in &entries.prefixes {
        let up_to = (distinct / filled.items.max(1.0)).clamp(told, 1.0);
        size += (up_to - told) * bytes;
        told = up_to;
    }
    size + (1.0 - told) * (whole + f64::from(MAX_ALIGN))
}

/// Entries of an inner page, whose first has no key: as many as leave the page's free share.
fn fanout(pivot: f64) -> f64 {
    let pointer = f64::from(LINE_POINTER);
    let room = f64::from(PAGE - PAGE_HEADER - SPECIAL - 2 * LINE_POINTER - INNER_FREE);
    let first = f64::from(NO_KEY) + pointer;
    // The entry that goes over the mark is the page's high key, and the next page's first.
    (((room - first) / (pivot + pointer)).floor() + 1.0).max(2.0)
}

/// Mean bytes of a key of such sizes.
pub fn key_bytes(sizes: &Sizes) -> f64 {
    tuple::mean(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unique(rows: f64, size: u32) -> Entries {
        Entries {
            rows,
            sizes: vec![(size, 1.0)],
            prefixes: vec![(f64::from(size), rows)],
            spread: None,
            common: vec![],
            deduplicated: false,
            fillfactor: FILLFACTOR,
        }
    }

    #[test]
    fn a_leaf_of_integers_holds_366_rows() {
        // As CREATE INDEX over an integer column leaves it.
        let tree = tree(&unique(366.0 * 284.0, 16));
        assert_eq!((tree.leaf_pages, tree.internal_pages, tree.height), (284, 1, 2));
        assert_eq!(tree.fanout, 284.0);
    }

    #[test]
    fn equal_keys_share_entries_up_to_the_longest_list() {
        // 132 rows in a list of 808 bytes.
        let mut entries = unique(1_000_000.0, 16);
        entries.prefixes = vec![(16.0, 1.0)];
        entries.deduplicated = true;
        let together = tree(&entries);
        entries.deduplicated = false;
        let apart = tree(&entries);
        assert!((840..850).contains(&together.leaf_pages), "{together:?}");
        assert_eq!(apart.leaf_pages, 2733);
        assert!(apart.fanout < 210.0, "the place of a row is part of the pivots: {}", apart.fanout);
    }
}
