//! What tables and indexes come to, as rows of a table: today and at the horizon.
use crate::text::thousands;
use tw_model::{
    dossier::Dossier,
    layout::{IndexLayout, PAGE_BYTES, Sizes, TableLayout},
};

/// Headings, in the order of [`SizeRow::cells`].
pub const HEADINGS: [&str; 9] = [
    "table or index",
    "rows today",
    "bytes a row",
    "rows a page",
    "pages",
    "size",
    "pages at the horizon",
    "size then",
    "growth a month",
];

/// One table or index.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeRow {
    /// Physical name.
    pub name: String,
    /// An index stands under its table.
    pub is_index: bool,
    /// The other cells.
    pub cells: [String; 8],
}

/// Every table with its indexes; empty before the physical room has run.
pub fn size_rows(dossier: &Dossier) -> Vec<SizeRow> {
    let Some(sizes) = &dossier.draft.sizes else { return vec![] };
    let months = f64::from(sizes.horizon_days.max(1)) / 30.0;
    let mut rows = vec![];
    for (now, then) in sizes.today.tables.iter().zip(&sizes.horizon.tables) {
        rows.push(table(dossier, now, then, months));
        let member = |index: &IndexLayout| dossier.draft.name(&format!("{}.{}", now.table.name, index.name));
        rows.extend(now.indexes.iter().zip(&then.indexes).map(|(a, b)| index(member(a), a, b, months)));
    }
    rows
}

/// What the rows are about, one sentence.
pub fn caption(sizes: &Sizes) -> String {
    format!(
        "Predicted from the brief alone, freshly loaded and built: today, and in {} days",
        thousands(u64::from(sizes.horizon_days))
    )
}

fn table(dossier: &Dossier, now: &TableLayout, then: &TableLayout, months: f64) -> SizeRow {
    let pages = |t: &TableLayout| t.pages + t.toast_pages;
    SizeRow {
        name: dossier.draft.name(&now.table.name),
        is_index: false,
        cells: [
            number(now.rows),
            format!("{:.0}", now.tuple_bytes),
            format!("{:.1}", now.rows_per_page),
            number(pages(now) as f64),
            bytes(pages(now) * PAGE_BYTES),
            number(pages(then) as f64),
            bytes(pages(then) * PAGE_BYTES),
            grown(pages(now), pages(then), months),
        ],
    }
}

fn index(name: String, now: &IndexLayout, then: &IndexLayout, months: f64) -> SizeRow {
    if let Some(why) = &now.unknown {
        let mut cells: [String; 8] = Default::default();
        cells[4] = format!("not known: {why}");
        return SizeRow { name, is_index: true, cells };
    }
    let a_page = if now.leaf_pages > 0 { format!("{:.1}", now.rows / now.leaf_pages as f64) } else { String::new() };
    SizeRow {
        name,
        is_index: true,
        cells: [
            number(now.rows),
            format!("{:.0}", now.entry_bytes),
            a_page,
            number(now.pages as f64),
            bytes(now.pages * PAGE_BYTES),
            number(then.pages as f64),
            bytes(then.pages * PAGE_BYTES),
            grown(now.pages, then.pages, months),
        ],
    }
}

fn number(n: f64) -> String {
    thousands(n as u64)
}

fn grown(now: u64, then: u64, months: f64) -> String {
    if then <= now { String::new() } else { bytes(((then - now) as f64 * PAGE_BYTES as f64 / months) as u64) }
}

/// `292 GB`, in units of 1024.
pub fn bytes(n: u64) -> String {
    let units = [("TB", 40), ("GB", 30), ("MB", 20), ("kB", 10)];
    for (unit, power) in units {
        let of = n as f64 / (1u64 << power) as f64;
        if of >= 1.0 {
            return if of < 10.0 { format!("{of:.1} {unit}") } else { format!("{of:.0} {unit}") };
        }
    }
    format!("{n} bytes")
}
