//! What the planner reads inside an index: the height of a B-tree and the counts of a GIN index.
//!
//! A B-tree is made taller by roots with one child each, above the real root: such a tree is lawful (it is what deletes
//! leave behind), so the planner's own look at the extreme keys goes down it to the sample's. Page formats:
//! `src/include/storage/bufpage.h`, `src/include/access/nbtree.h` and `ginblock.h` of PostgreSQL, the same from 14 to 18.
use super::relations::{Layout, Relation};
use crate::error::LabError;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes of a page's header.
const HEADER: usize = 24;
/// Bytes at the end of a B-tree page.
const SPECIAL: usize = 16;
/// First word of a B-tree's first page.
const BTREE_MAGIC: u32 = 0x0005_3162;
/// Flags of a B-tree page: a leaf; the root; deleted, the first page, or half dead.
const LEAF: u16 = 1;
const ROOT: u16 = 2;
const NO_PART: u16 = 4 | 8 | 16;
/// Share of an inner page that a build fills.
const INNER_FILL: f64 = 0.70;
/// Taller than any tree.
const TALLEST: u32 = 12;

/// Levels above the leaves of a tree with so many pages, when a page of the inner levels holds so many keys.
pub fn levels(pages: u64, keys_a_page: f64) -> u32 {
    let (mut wide, mut levels) = (pages.max(1) as f64, 0);
    while wide > 1.0 && levels < TALLEST {
        wide = (wide / keys_a_page.max(2.0)).ceil();
        levels += 1;
    }
    levels
}

/// Makes an index say of itself what it will say when it has so many pages. Before the server reads it.
pub fn grow(index: &Relation, first: &Path, pages: u64, layout: Layout) -> Result<(), LabError> {
    let doing = || LabError::io(format!("cannot change the first page of {}", first.display()));
    if index.pages == 0 || pages <= index.pages || !matches!(index.method.as_str(), "btree" | "gin") {
        return Ok(());
    }
    let file = OpenOptions::new().read(true).write(true).open(first).map_err(doing())?;
    let done = match index.method.as_str() {
        "gin" => grow_gin(&file, index.pages, pages, layout),
        _ => grow_btree(&file, index.pages, pages, layout),
    };
    done.map_err(doing())
}

fn word(page: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes([page[at], page[at + 1], page[at + 2], page[at + 3]])
}

fn half(page: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([page[at], page[at + 1]])
}

fn page(file: &File, number: u64, layout: Layout) -> std::io::Result<Vec<u8>> {
    let mut page = vec![0; layout.page_bytes as usize];
    file.read_exact_at(&mut page, number * layout.page_bytes)?;
    Ok(page)
}

fn grow_btree(file: &File, now: u64, pages: u64, layout: Layout) -> std::io::Result<()> {
    let mut meta = page(file, 0, layout)?;
    let (root, level) = (word(&meta, 40), word(&meta, 44));
    if word(&meta, HEADER) != BTREE_MAGIC || root == 0 {
        return Ok(());
    }
    let wanted = levels(pages - 1, keys_a_page(file, now.min(layout.segment_pages), layout)?);
    if wanted <= level || u64::from(wanted - level) > pages - now || pages < now + u64::from(TALLEST) {
        return Ok(());
    }
    let mut child = root;
    let mut old = page(file, u64::from(root), layout)?;
    let flags = layout.page_bytes as usize - SPECIAL + 12;
    let without_root = half(&old, flags) & !ROOT;
    old[flags..flags + 2].copy_from_slice(&without_root.to_ne_bytes());
    file.write_all_at(&old, u64::from(root) * layout.page_bytes)?;
    for above in level + 1..=wanted {
        let number = now as u32 + above - level - 1;
        let top = above == wanted;
        file.write_all_at(&only_child(child, above, top, layout), u64::from(number) * layout.page_bytes)?;
        child = number;
    }
    // Root and level twice: the true ones and the ones that searches begin from.
    for (at, value) in [(32, child), (36, wanted), (40, child), (44, wanted)] {
        meta[at..at + 4].copy_from_slice(&value.to_ne_bytes());
    }
    file.write_all_at(&meta, 0)
}

/// Keys that a page of the inner levels holds: by the mean size of those that the sample's inner pages have, or of its
/// leaf's where that is all there is.
fn keys_a_page(file: &File, pages: u64, layout: Layout) -> std::io::Result<f64> {
    let (mut inner, mut leaf) = ((0.0, 0.0), (0.0, 0.0));
    for number in 1..pages {
        let page = page(file, number, layout)?;
        let (lower, upper, special) = (half(&page, 12) as usize, half(&page, 14) as usize, half(&page, 16) as usize);
        if special + SPECIAL != page.len() || lower < HEADER || upper > special {
            continue;
        }
        let flags = half(&page, special + 12);
        if flags & NO_PART == 0 {
            let sum = if flags & LEAF == 0 { &mut inner } else { &mut leaf };
            sum.0 += (special - upper) as f64;
            sum.1 += ((lower - HEADER) / 4) as f64;
        }
    }
    let (bytes, keys) = if inner.1 > 0.0 { inner } else { leaf };
    let mean = if keys > 0.0 { (bytes / keys).max(16.0) } else { 16.0 };
    Ok((layout.page_bytes as f64 - HEADER as f64 - SPECIAL as f64) * INNER_FILL / (mean + 4.0))
}

/// An inner page whose one entry, without a key, leads to `child`.
fn only_child(child: u32, level: u32, is_root: bool, layout: Layout) -> Vec<u8> {
    let bytes = layout.page_bytes as usize;
    let (special, upper) = (bytes - SPECIAL, bytes - SPECIAL - 8);
    let mut page = vec![0; bytes];
    let mut put = |at: usize, value: &[u8]| page[at..at + value.len()].copy_from_slice(value);
    put(12, &(HEADER as u16 + 4).to_ne_bytes());
    put(14, &(upper as u16).to_ne_bytes());
    put(16, &(special as u16).to_ne_bytes());
    // Size and version 4 of the page format.
    put(18, &(bytes as u16 | 4).to_ne_bytes());
    // The line pointer: offset, in use, length.
    put(HEADER, &(upper as u32 | 1 << 15 | 8 << 17).to_ne_bytes());
    // The entry: block of the child in two halves, no keys, its size and the mark of an entry that leads down.
    put(upper, &((child >> 16) as u16).to_ne_bytes());
    put(upper + 2, &(child as u16).to_ne_bytes());
    put(upper + 6, &(8u16 | 0x2000).to_ne_bytes());
    put(special + 8, &level.to_ne_bytes());
    put(special + 12, &(if is_root { ROOT } else { 0 }).to_ne_bytes());
    page
}

/// Total, entry and data pages and the number of entries, in the proportions of the sample.
fn grow_gin(file: &File, now: u64, pages: u64, layout: Layout) -> std::io::Result<()> {
    let mut meta = page(file, 0, layout)?;
    let by = (pages - 1) as f64 / (now - 1).max(1) as f64;
    for at in [48, 52, 56] {
        let scaled = (f64::from(word(&meta, at)) * by).min(f64::from(u32::MAX)) as u32;
        meta[at..at + 4].copy_from_slice(&scaled.to_ne_bytes());
    }
    let mut entries = [0; 8];
    entries.copy_from_slice(&meta[64..72]);
    let scaled = (i64::from_ne_bytes(entries) as f64 * by) as i64;
    meta[64..72].copy_from_slice(&scaled.to_ne_bytes());
    file.write_all_at(&meta, 0)
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn a_tree_is_as_high_as_its_pages_ask_for() {
        assert_eq!(levels(1, 285.0), 0);
        assert_eq!(levels(2, 285.0), 1);
        assert_eq!(levels(285, 285.0), 1);
        assert_eq!(levels(286, 285.0), 2);
        assert_eq!(levels(285 * 285 + 1, 285.0), 3);
    }
}
