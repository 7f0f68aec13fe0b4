//! What the room decides: order of columns, fill of pages, upkeep, the size of pages, long values; settings and parts have files of their own.
use super::{
    AT, SIZES,
    brief::{Told, profiles, volume},
    order, partitions,
    predict::{self, EqualImage, every_index},
    settings,
};
use crate::kit::{decision, in_bytes, instead, origin_of, thousands};
use std::collections::BTreeSet;
use tw_model::{
    Origin, Path,
    change::Change,
    draft::Draft,
    layout::{PAGE_BYTES, Sizes, TableProfile},
    model::{Entity, Model, NamedColumn},
    schema::{Name, Schema, Table},
    sql::StatementKind,
};

/// Rows from which on a table is worth a decision of its own.
const WORTH_ROWS: f64 = 1_000.0;
/// Rows from which on a fifth of the table is too much to wait for before it is vacuumed.
const LARGE_ROWS: f64 = 1_000_000.0;
/// Bytes of cache that each core of a server has to itself (second level), at least: 1 to 2 MB since 2017.
const CORE_CACHE: u64 = 1 << 20;
/// Rows from which on even a fiftieth is.
const HUGE_ROWS: f64 = 100_000_000.0;

pub(super) fn design(model: &Model, draft: &mut Draft) {
    let days = model.promises.planned_days();
    let tables: Vec<String> = draft.schema.wholes().map(|t| t.name.name.clone()).collect();
    let added = !model.promises.nothing_added;
    for symbol in &tables {
        match model.named_table(symbol).filter(|(_, columns)| !columns.is_empty()) {
            Some((_, columns)) => as_named(model, draft, symbol, columns),
            None if added => columns(model, draft, symbol),
            None => {}
        }
    }
    let in_pieces = |e: &Entity| matches!(partitions::layout(model, draft, e), Some(Ok(_)));
    let whole = model.entities.iter().any(in_pieces).then(|| sizes(model, draft, days).horizon);
    for symbol in &tables {
        if let (Some(entity), Some(whole)) = (model.entity(symbol), &whole) {
            partitions::make(model, draft, entity, whole);
        }
        if added {
            storage(model, draft, symbol, days);
        }
    }
    draft.sizes = Some(sizes(model, draft, days));
    page_size(draft);
    upper_levels(model, draft);
    for symbol in &tables {
        super::parts::parts(model, draft, symbol);
    }
    long_values(draft);
    super::upkeep::decide(model, draft);
    settings::decide(model, draft);
}

/// What the draft comes to today and at the horizon, from the brief alone.
pub fn sizes(model: &Model, draft: &Draft, horizon_days: u32) -> Sizes {
    let known = |days: u32| -> Vec<TableProfile> {
        let told = profiles(model, draft, &|entity| volume(model, entity, days));
        told.into_iter().map(|t| t.profile).collect()
    };
    let whole = as_whole(&draft.schema);
    let come_to = |profiles: &[TableProfile]| predict::predict(&whole, profiles, &EqualImage::new());
    let (now, then) = (known(0), known(horizon_days));
    let today = come_to(&now);
    // What does not grow is as large then.
    let horizon = if now == then { today.clone() } else { come_to(&then) };
    Sizes { today, horizon, horizon_days }
}

/// Every table as if it lay in one piece: a partitioned table has no storage parameters of its own, its partitions do.
pub(super) fn as_whole(schema: &Schema) -> Schema {
    let whole = |table: &Table| {
        let options = schema.partitions(&table.name).next().map(|p| p.options.clone());
        Table { options: options.unwrap_or_else(|| table.options.clone()), ..table.clone() }
    };
    Schema { tables: schema.wholes().map(whole).collect(), ..schema.clone() }
}

fn told(model: &Model, draft: &Draft, symbol: &str) -> Option<(Table, Told)> {
    let schema = as_whole(&draft.schema);
    let at = schema.tables.iter().position(|t| t.name.name == symbol)?;
    let told = profiles(model, draft, &|entity| volume(model, entity, 0)).into_iter().nth(at)?;
    Some((schema.tables[at].clone(), told))
}

/// The change of storage parameters of a table, or of each of its partitions.
fn set_options(draft: &Draft, table: &Table, from: &[(String, String)], to: &[(String, String)]) -> Vec<Change> {
    let pieces: Vec<Name> = draft.schema.partitions(&table.name).map(|p| p.name.clone()).collect();
    let all = if pieces.is_empty() { vec![table.name.clone()] } else { pieces };
    let change = |table| Change::SetTableOptions { table, from: from.to_vec(), to: to.to_vec() };
    all.into_iter().map(change).collect()
}

fn columns(model: &Model, draft: &mut Draft, symbol: &str) {
    let Some((table, told)) = told(model, draft, symbol) else { return };
    let Some(packed) = order::packed(&draft.schema, &table, &told, fillfactor(&table)) else { return };
    let path = Path::new(symbol);
    let what = format!("The columns of {symbol} are in the order {}", packed.columns.join(", "));
    let why = format!(
        "a row takes {:.0} bytes instead of {:.0}, and a page holds {:.0} rows instead of {:.0}: nothing is padded between a narrow value and an aligned one; the key stays first",
        packed.bytes.1, packed.bytes.0, packed.rows_per_page.1, packed.rows_per_page.0
    );
    let change = Change::OrderColumns { table: table.name.clone(), columns: packed.columns };
    let chosen = decision(AT, path.clone(), what, why, &origin_of(model, &path), vec![change]);
    draft.decide(instead(
        chosen,
        "the order of the brief",
        format!("{:.0} bytes of each row would hold nothing", packed.bytes.0 - packed.bytes.1),
    ));
}

/// The order in which the brief names the columns; what it does not name follows.
fn as_named(model: &Model, draft: &mut Draft, symbol: &str, named: &[NamedColumn]) {
    let Some(table) = draft.schema.table(&Name::symbol(symbol)) else { return };
    let place = |column: &str| named.iter().position(|n| n.symbol == column).unwrap_or(usize::MAX);
    let mut columns: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    columns.sort_by_key(|c| place(c));
    let path = Path::new(symbol);
    let what = format!("The columns of {symbol} are in the order {}", columns.join(", "));
    let change = Change::OrderColumns { table: table.name.clone(), columns };
    draft.decide(decision(AT, path.clone(), what, "the brief names them so", &origin_of(model, &path), vec![change]));
}

/// Fillfactor among a table's options.
pub(super) fn fillfactor(table: &Table) -> u32 {
    predict::fillfactor(&table.options, 100)
}

/// How rows of an entity are updated.
pub(super) struct Updated {
    /// Updates of a row and day that change no indexed column.
    pub free_per_day: f64,
    /// Updates of a row and day that change one.
    pub indexed_per_day: f64,
    /// Attributes that the first kind writes.
    pub attributes: BTreeSet<String>,
}

/// The updates of the workload that go to a table.
pub(super) fn updated(model: &Model, draft: &Draft, symbol: &str) -> Updated {
    let mut all = Updated { free_per_day: 0.0, indexed_per_day: 0.0, attributes: BTreeSet::new() };
    let Some(table) = draft.schema.tables.iter().find(|t| t.name.name == symbol) else { return all };
    let mut indexed: BTreeSet<String> = BTreeSet::new();
    for index in every_index(table) {
        let parts = index.parts.iter().map(|p| p.column.clone()).chain(index.include.clone());
        indexed.extend(parts.chain(index.filter.clone()));
    }
    let names = |column: &str| indexed.iter().any(|i| i == column || i.contains(&format!("⟦{symbol}.{column}⟧")));
    let rows = volume(model, symbol, 0);
    for query in &model.workload {
        let per_day = query.rate_per_s.unwrap_or(1.0) * 86_400.0 / rows;
        for statement in query.statements.iter().filter(|s| s.sql.kind == StatementKind::Update) {
            let Some(write) = &statement.sql.writes else { continue };
            let Some(home) = draft.homes.get(&write.entity).filter(|h| h.write_to == symbol) else { continue };
            let paths = write.attributes.iter().filter_map(|a| home.columns.get(a)).flatten();
            let columns: Vec<&str> = paths.filter_map(|p| p.split_once('.')).map(|(_, c)| c).collect();
            if columns.iter().any(|c| names(c)) {
                all.indexed_per_day += per_day;
            } else {
                all.free_per_day += per_day;
                all.attributes.extend(write.attributes.iter().cloned());
            }
        }
    }
    all
}

/// Fill of pages and upkeep, as storage parameters.
fn storage(model: &Model, draft: &mut Draft, symbol: &str, days: u32) {
    let Some((table, _)) = told(model, draft, symbol) else { return };
    let rows = volume(model, symbol, days);
    if rows < WORTH_ROWS || model.entity(symbol).is_none() {
        return;
    }
    let path = Path::new(symbol);
    let updated = updated(model, draft, symbol);
    let append_only = model.entity(symbol).is_some_and(|e| e.append_only);
    let mut options = table.options.clone();
    let fill = match updated.free_per_day {
        _ if append_only => None,
        often if often >= 24.0 => Some(80),
        often if often >= 1.0 / 30.0 => Some(90),
        _ => None,
    };
    let set = |options: &mut Vec<(String, String)>, more: &[(&str, &str)]| {
        options.extend(more.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        options.sort();
    };
    if let Some(fill) = fill {
        let from = options.clone();
        set(&mut options, &[("fillfactor", &fill.to_string())]);
        let changes = set_options(draft, &table, &from, &options);
        let names: Vec<String> = updated.attributes.iter().cloned().collect();
        let what = format!("Pages of {symbol} are filled to {fill} %");
        let why = format!(
            "a row is updated {} times a day in {}, which no index holds: with room on its page the new version stays there, and no index is touched (a heap-only update)",
            rounded(updated.free_per_day),
            names.join(", ")
        );
        let chosen = decision(AT, path.clone(), what, why, &origin_of(model, &path), changes);
        let price = format!(
            "the first update of each full page would move a row, with an entry in each index; the price is {} % more pages",
            10_000 / fill - 100
        );
        draft.decide(instead(chosen, "full pages (100 %)", price));
    } else if updated.indexed_per_day > 0.0 || append_only {
        let what = format!("Pages of {symbol} are filled to 100 %");
        let why = if append_only {
            "rows are never changed, so room on a page would stay empty".to_string()
        } else {
            "what is updated is indexed, so an update goes to the indexes wherever the row stays".to_string()
        };
        draft.decide(decision(AT, path.clone(), what, why, &origin_of(model, &path), vec![]));
    }
    if rows >= LARGE_ROWS {
        let from = options.clone();
        let share = if rows >= HUGE_ROWS { "0.005" } else { "0.02" };
        let vacuum =
            if append_only { "autovacuum_vacuum_insert_scale_factor" } else { "autovacuum_vacuum_scale_factor" };
        set(&mut options, &[(vacuum, share), ("autovacuum_analyze_scale_factor", share)]);
        let changes = set_options(draft, &table, &from, &options);
        let waits = rows * share.parse::<f64>().unwrap_or(0.2);
        let what = format!("{symbol} is vacuumed and analysed after {} rows", thousands(waits as u64));
        let why = if append_only {
            format!(
                "of {} rows the default would wait for a fifth; new rows must be seen as visible to all for index-only scans, and be frozen before their age forces it",
                thousands(rows as u64)
            )
        } else {
            format!("of {} rows the default would wait until a fifth is dead", thousands(rows as u64))
        };
        let chosen = decision(AT, path.clone(), what, why, &origin_of(model, &path), changes);
        let default = format!("{} dead or new rows would pile up first", thousands((rows * 0.2) as u64));
        draft.decide(instead(chosen, "the default share of 20 %", default));
    }
}

/// `9.5`, `120`, `0.03`.
fn rounded(n: f64) -> String {
    if n >= 10.0 { format!("{n:.0}") } else { format!("{n:.2}") }
}

fn page_size(draft: &mut Draft) {
    let Some(sizes) = &draft.sizes else { return };
    let trees = sizes.horizon.tables.iter().flat_map(|t| &t.indexes).filter(|i| i.method == "btree");
    let Some(tallest) = trees.max_by(|a, b| (a.height, a.pages).cmp(&(b.height, b.pages))) else { return };
    let why = format!(
        "the size a server is built with, a multiple of the 4 kB that storage and kernel write at once; an inner page of the largest tree holds {:.0} keys, so at the horizon no search reads more than {} pages of a tree",
        tallest.fanout, tallest.height
    );
    let origin = Origin::assumed("pages are what PostgreSQL reads and writes at once");
    let chosen = decision(AT, Path::new(SIZES), "Pages are of 8 kB", why, &origin, vec![]);
    let chosen = instead(
        chosen,
        "pages of 16 or 32 kB (a server built with --with-blocksize)",
        "a changed row would write two or four times as much after each checkpoint, and a tree would hardly be lower",
    );
    draft.decide(instead(
        chosen,
        "pages of 4 kB or less",
        "rows and keys would fill them badly, and trees would be higher",
    ));
}

/// What each search goes through, against what memory and processors hold.
fn upper_levels(model: &Model, draft: &mut Draft) {
    let Some(sizes) = &draft.sizes else { return };
    let trees = || sizes.horizon.tables.iter().flat_map(|t| &t.indexes).filter(|i| i.height > 1);
    let Some(fanout) = trees().map(|i| i.fanout).reduce(f64::max) else { return };
    let upper = trees().map(|i| i.internal_pages).sum::<u64>() * PAGE_BYTES;
    let roots = trees().count() as u64 * PAGE_BYTES;
    let shared = settings::shared_megabytes(&settings::machine(model)) << 20;
    let stay = if upper <= shared / 2 { "stay in the buffers" } else { "do not all stay in the buffers" };
    let fit = if roots <= CORE_CACHE { "fit" } else { "do not fit" };
    let what = format!("The pages above the leaves of all trees, {} at the horizon, {stay}", in_bytes(upper as f64));
    let why = format!(
        "every search goes through them: {:.1} % of shared_buffers. The roots, {}, {fit} the megabyte that a core has for a cache of its own. In a page of {fanout:.0} keys a search goes by halves and meets {:.0}, most in a cache line of their own: narrow keys, and rows without padding, are worth more than their size",
        100.0 * upper as f64 / shared as f64,
        in_bytes(roots as f64),
        fanout.log2().ceil()
    );
    let origin = Origin::assumed("what is read all the time is read from the nearest memory");
    let chosen = decision(AT, Path::new("upper-levels"), what, why, &origin, vec![]);
    draft.decide(instead(
        chosen,
        "trees laid out by cache lines, or a store that is in memory alone",
        "PostgreSQL's pages are the same in memory and on storage; below the roots a search waits for memory, some hundred nanoseconds a level, and for the commit far longer",
    ));
}

fn long_values(draft: &mut Draft) {
    let long: Vec<String> = draft
        .schema
        .tables
        .iter()
        .flat_map(|t| t.columns.iter().map(move |c| (t, c)))
        .filter(|(_, c)| matches!(c.ty.as_str(), "text" | "jsonb" | "json" | "bytea"))
        .map(|(t, c)| format!("{}.{}", t.name.name, c.name))
        .collect();
    if long.is_empty() {
        return;
    }
    let why = format!(
        "{} may grow without limit: a row beyond {} bytes has its longest values compressed and then moved to a table of their own (TOAST), so that four rows still fit a page; lz4 compresses and reads several times faster than pglz at about the same size",
        long.join(", "),
        super::tuple::TOAST_THRESHOLD
    );
    let origin = Origin::assumed("texts and documents without a limit");
    let chosen =
        decision(AT, Path::new("toast"), "Long values are compressed with lz4 and stored apart", why, &origin, vec![]);
    draft.decide(instead(
        chosen,
        "pglz, the server's default",
        "it is slower on both ways; a server built without lz4 keeps it",
    ));
}
