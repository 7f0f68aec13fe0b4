//! Pages of a heap: rows are laid one after another; one that does not fit goes to a page with room, or begins one.
//!
//! Sources: `RelationGetBufferForTuple` (`access/heap/hio.c`), `heap_multi_insert` (`heapam.c`), `freespace.c`,
//! `bufpage.h`, `heaptoast.h`. The number of rows on a page is the floor of a sum over rows of different sizes, so its mean is
//! found by replaying the filling, not by dividing means.
use super::{
    draw::{Draws, Table},
    tuple::{self, MAX_ALIGN, Part, Sizes, TOAST_CHUNK, TOAST_POINTER, TOAST_THRESHOLD, align},
};

/// sizeof(PageHeaderData).
pub const PAGE_HEADER: u32 = 24;
/// sizeof(ItemIdData): the pointer to each row or entry of a page.
pub const LINE_POINTER: u32 = 4;
/// Bytes of a page.
pub const PAGE: u32 = tw_model::layout::PAGE_BYTES as u32;
/// Pages that a filling is replayed over.
const REPLAYED_PAGES: u32 = 1500;

/// What a heap comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Heap {
    /// Mean bytes of a row.
    pub tuple_bytes: f64,
    /// Mean rows a page.
    pub rows_per_page: f64,
    /// Pages.
    pub pages: u64,
    /// Pages of the TOAST table.
    pub toast_pages: u64,
}

/// A heap of so many rows. `fillfactor` in percent, 10 to 100.
pub fn heap(parts: &[Part], rows: f64, fillfactor: u32) -> Heap {
    let (kept, chunks_per_page_share) = stored_apart(parts);
    let sizes = tuple::heap(&kept);
    let rows_per_page = rows_per_page(&sizes, fillfactor);
    let pages = if rows < 1.0 { 0.0 } else { (rows / rows_per_page).ceil() };
    Heap {
        tuple_bytes: tuple::mean(&sizes),
        rows_per_page,
        pages: pages as u64,
        toast_pages: (rows * chunks_per_page_share).ceil() as u64,
    }
}

/// Rows that a page holds, on average, when rows of these sizes are laid one after another.
pub fn rows_per_page(sizes: &Sizes, fillfactor: u32) -> f64 {
    let Some(table) = Table::of(sizes) else { return f64::from(PAGE) };
    let room = PAGE - PAGE_HEADER - PAGE * (100 - fillfactor.clamp(10, 100)) / 100;
    if let [(only, _)] = sizes.as_slice() {
        return f64::from((room / (only + LINE_POINTER)).max(1));
    }
    let mut filling = Filling { room, kept: PAGE - PAGE_HEADER - room, free: room, pages: 1, left: Counts::default() };
    let (mut draws, mut rows) = (Draws::default(), 0u32);
    while filling.pages <= REPLAYED_PAGES {
        filling.put(table.draw(&mut draws), &mut draws);
        rows += 1;
    }
    f64::from(rows - 1) / f64::from(REPLAYED_PAGES)
}

/// Steps of the free space map: FSM_CATEGORIES, of 32 bytes each.
const CATEGORIES: usize = 256;
const CATEGORY: u32 = PAGE / CATEGORIES as u32;

/// A heap as it is filled, with the map of the room that pages were left with.
struct Filling {
    /// Bytes of an empty page that rows may take.
    room: u32,
    /// Bytes that are kept for updates, by the fillfactor.
    kept: u32,
    /// Bytes of the page being filled that are left to rows.
    free: u32,
    pages: u32,
    /// How many of the other pages have that much left, by category.
    left: Counts,
}

/// Counts by category, whose sums are read more often than they change: a binary indexed tree (Fenwick 1994).
struct Counts {
    /// At `n`, counted from one, the sum of as many categories as the lowest bit of `n` says, the last of them `n`.
    sums: [u32; CATEGORIES + 1],
}

impl Default for Counts {
    fn default() -> Self {
        Counts { sums: [0; CATEGORIES + 1] }
    }
}

impl Counts {
    fn add(&mut self, category: usize, n: i32) {
        let mut at = category + 1;
        while at <= CATEGORIES {
            self.sums[at] = self.sums[at].saturating_add_signed(n);
            at += at & at.wrapping_neg();
        }
    }

    /// The sum of the categories below this one.
    fn below(&self, category: usize) -> u32 {
        let (mut at, mut sum) = (category, 0);
        while at > 0 {
            sum += self.sums[at];
            at &= at - 1;
        }
        sum
    }

    /// The category of the nth, counted from zero over all categories; none when there are not so many.
    fn category_of(&self, mut nth: u32) -> Option<usize> {
        let (mut at, mut step) = (0, CATEGORIES);
        while step > 0 {
            if at + step <= CATEGORIES && self.sums[at + step] <= nth {
                at += step;
                nth -= self.sums[at];
            }
            step /= 2;
        }
        (at < CATEGORIES).then_some(at)
    }
}

impl Filling {
    /// Lays a row on the page being filled; or on one that the map says has room for it; or on a new one.
    fn put(&mut self, bytes: u32, draws: &mut Draws) {
        if self.free < bytes + LINE_POINTER && self.free < self.room {
            let wanted = ((bytes + self.kept).div_ceil(CATEGORY) as usize).min(CATEGORIES - 1);
            let had = (self.free.saturating_sub(LINE_POINTER) + self.kept) / CATEGORY;
            self.left.add(had as usize, 1);
            let smaller = self.left.below(wanted);
            let others = self.left.below(CATEGORIES) - smaller;
            if others == 0 {
                self.pages += 1;
                self.free = self.room;
            } else {
                let nth = (draws.unit() * f64::from(others)) as u32;
                let category = self.left.category_of(smaller + nth).unwrap_or(wanted);
                self.left.add(category, -1);
                // Within its category the page may have a little more.
                self.free = (category as u32 * CATEGORY + CATEGORY / 2).saturating_sub(self.kept) + LINE_POINTER;
            }
        }
        self.free = self.free.saturating_sub(bytes + LINE_POINTER);
    }
}

/// The columns with long values replaced by pointers, and the share of a TOAST page that a row takes. A value is long
/// when its row would take more than a quarter of a page with it.
fn stored_apart(parts: &[Part]) -> (Vec<Part>, f64) {
    let means: Vec<f64> = parts.iter().map(|p| tuple::mean(&p.widths) * (1.0 - p.null_share)).collect();
    let all: f64 = means.iter().sum();
    let mut kept = parts.to_vec();
    let mut pages = 0.0;
    for (part, mean) in kept.iter_mut().zip(&means) {
        let rest = (all - mean).min(f64::from(TOAST_THRESHOLD) / 2.0) as u32;
        let long = |width: u32| part.storage.toastable && align(24 + rest + width, MAX_ALIGN) > TOAST_THRESHOLD;
        if !part.widths.iter().any(|(width, _)| long(*width)) {
            continue;
        }
        let mut widths: Sizes = vec![];
        let mut pointers = 0.0;
        for (width, share) in &part.widths {
            if long(*width) {
                pointers += share;
                pages += share * (1.0 - part.null_share) * f64::from(*width) / f64::from(4 * TOAST_CHUNK);
            } else {
                widths.push((*width, *share));
            }
        }
        widths.push((TOAST_POINTER, pointers));
        widths.sort_by_key(|(width, _)| *width);
        part.widths = widths;
    }
    (kept, pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physical::types::storage;
    use tw_model::schema::Schema;

    #[test]
    fn rows_of_one_size_fill_a_page_to_the_last_whole_row() {
        // (8192 - 24) / (32 + 4) = 226.9
        assert_eq!(rows_per_page(&vec![(32, 1.0)], 100), 226.0);
        assert_eq!(rows_per_page(&vec![(32, 1.0)], 50), 113.0);
        assert_eq!(rows_per_page(&vec![(8160, 1.0)], 50), 1.0, "a page takes one row at least");
    }

    #[test]
    fn rows_of_many_sizes_leave_some_of_a_page_empty() {
        let sizes: Sizes = (1..=30).map(|n| (n * 64, 1.0 / 30.0)).collect();
        let mean = tuple::mean(&sizes) + f64::from(LINE_POINTER);
        let naive = f64::from(PAGE - PAGE_HEADER) / mean;
        let real = rows_per_page(&sizes, 100);
        // What one row leaves, a smaller one finds by the map; the last bytes stay empty.
        assert!(real < naive * 0.99 && real > naive * 0.95, "{real} of {naive}");
    }

    #[test]
    fn counts_are_summed_and_found() {
        let (mut counts, mut plain) = (Counts::default(), [0u32; CATEGORIES]);
        let mut draws = Draws::default();
        for _ in 0..2_000 {
            let category = (draws.unit() * CATEGORIES as f64) as usize;
            let n = if plain[category] > 0 && draws.unit() < 0.4 { -1 } else { 1 };
            counts.add(category, n);
            plain[category] = plain[category].saturating_add_signed(n);
        }
        let all: u32 = plain.iter().sum();
        assert_eq!(counts.below(CATEGORIES), all);
        let mut seen = 0;
        for (category, n) in plain.into_iter().enumerate() {
            assert_eq!(counts.below(category), seen);
            for nth in seen..seen + n {
                assert_eq!(counts.category_of(nth), Some(category));
            }
            seen += n;
        }
        assert_eq!(counts.category_of(all), None);
    }

    #[test]
    fn long_values_are_stored_apart() {
        let part =
            |width| Part { storage: storage("text", &Schema::default()), widths: vec![(width, 1.0)], null_share: 0.0 };
        let long = heap(&[part(7984)], 1000.0, 100);
        assert_eq!(long.toast_pages, 1000);
        assert_eq!(long.tuple_bytes, f64::from(align(24 + TOAST_POINTER, 8)));
        assert_eq!(heap(&[part(1900)], 1000.0, 100).toast_pages, 0);
    }
}
