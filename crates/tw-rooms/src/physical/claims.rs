//! What is claimed of the layout: sizes on the sample, order of columns, room on pages, upkeep, settings.
use super::{
    AT, SETTINGS,
    brief::{Told, profiles},
    design::{as_whole, fillfactor, updated},
    predict::{self, EqualImage, every_index},
};
use crate::kit::{claim, origin_of, size::sizes, steps::Physical};
use tw_model::{
    Origin, Path,
    change::{Change, Fact},
    claim::Claim,
    draft::Draft,
    layout::{IndexLayout, TableLayout},
    model::Model,
    schema::{Index, Table},
};

/// Fewest pages of a heap that say something: below, one page more or less is many percent.
const TELLING_PAGES: u64 = 20;
/// Fewest pages of an index.
const TELLING_INDEX_PAGES: u64 = 15;
/// How far off a size may be when every width is known, in percent: what an average over rows and the last page allow.
const KNOWN_PERCENT: f64 = 5.0;
/// What is added when all of a row's widths are assumed: free texts may be twice as long.
const ASSUMED_PERCENT: f64 = 100.0;

/// How far off an index may be whose key is of assumed width, or has an assumed share of nulls.
const ASSUMED_KEY_PERCENT: f64 = 75.0;

/// What one table of the sample should come to.
pub(super) struct Expected {
    /// The table.
    pub table: Table,
    /// How much is assumed.
    pub told: Told,
    /// The prediction.
    pub layout: TableLayout,
}

/// Every entity's table at the sample's rows.
pub(super) fn expected(model: &Model, draft: &Draft) -> Vec<Expected> {
    let rows = sizes(model);
    let told = profiles(model, draft, &|entity| rows.get(entity).copied().unwrap_or(0) as f64);
    let all: Vec<_> = told.iter().map(|t| t.profile.clone()).collect();
    let schema = as_whole(&draft.schema);
    let layout = predict::predict(&schema, &all, &EqualImage::new());
    let tables = schema.tables.iter().zip(told).filter(|(t, _)| model.entity(&t.name.name).is_some());
    tables
        .filter_map(|(table, told)| {
            let layout = layout.table(&table.name)?.clone();
            Some(Expected { table: table.clone(), told, layout })
        })
        .collect()
}

impl Expected {
    /// How far off the heap may be, in percent.
    pub(super) fn heap_percent(&self) -> u32 {
        (KNOWN_PERCENT + ASSUMED_PERCENT * self.told.assumed).round() as u32
    }

    /// Indexes whose size can be told, with how far off it may be.
    pub(super) fn telling(&self) -> Vec<(Index, IndexLayout, u32)> {
        let all = every_index(&self.table).into_iter().filter_map(|index| {
            let layout = self.layout.index(&index.name)?.clone();
            let told = layout.unknown.is_none() && layout.method == "btree" && layout.pages >= TELLING_INDEX_PAGES;
            let columns: Vec<&str> = index.parts.iter().map(|p| p.column.as_str()).collect();
            // How often a free value repeats is not said, and equal keys share entries.
            let free = |c: &&str| self.told.free.contains(*c);
            let repeats = !index.unique && columns.iter().any(free);
            let assumed = columns.iter().any(|c| self.told.assumed_columns.contains(*c));
            let percent = if assumed { ASSUMED_KEY_PERCENT } else { 2.0 * KNOWN_PERCENT };
            (told && !repeats && !columns.iter().any(|c| c.contains('('))).then_some((index, layout, percent as u32))
        });
        all.collect()
    }
}

pub(super) fn claims(model: &Model, draft: &Draft) -> Vec<Claim> {
    let mut all = vec![];
    let p = Physical(draft);
    for e in expected(model, draft) {
        let symbol = e.table.name.name.as_str();
        let path = Path::new(symbol);
        let origin = origin_of(model, &path);
        let physical = p.table(symbol).name;
        if e.layout.pages >= TELLING_PAGES {
            let what = format!(
                "rows of {symbol} take {:.0} bytes, {:.1} a page: the pages of its sample are as many as predicted, within {} %",
                e.layout.tuple_bytes,
                e.layout.rows_per_page,
                e.heap_percent()
            );
            let mut c = claim(AT, "heap", path.clone(), what, &origin);
            c.rests_on = vec![Fact::table(&physical)];
            all.push(c);
        }
        // Indexes of partitions are many, each of its own size.
        let telling = if e.table.partition_by.is_some() { vec![] } else { e.telling() };
        if !telling.is_empty() {
            let what = format!("each index of {symbol}, freshly built over the sample, has as many pages as predicted");
            let mut c = claim(AT, "indexes", path.clone(), what, &origin);
            c.rests_on = telling.iter().map(|(index, ..)| brought_by(&p, &e.table, &physical, index)).collect();
            all.push(c);
        }
        // An order that the brief names is kept because it is named.
        let named = model.named_table(symbol).is_some_and(|(_, columns)| !columns.is_empty());
        if !named && reordered(draft, symbol).is_some() {
            let what = format!("the order of the columns of {symbol} makes its rows shorter than the brief's order");
            all.push(claim(AT, "order", path.clone(), what, &origin));
        }
        if fillfactor(&e.table) < 100
            && e.layout.pages >= TELLING_PAGES * pieces(draft, symbol)
            && written(model, draft, symbol).is_some()
        {
            let what = format!("an update of what no index of {symbol} holds stays on its page and touches no index");
            all.push(claim(AT, "in-place", path.clone(), what, &origin));
        }
        if !e.table.options.is_empty() {
            let what =
                format!("{symbol} has the fill of pages and the upkeep that were decided: {}", options(&e.table));
            let mut c = claim(AT, "storage", path, what, &origin);
            c.rests_on = vec![Fact::options(&physical)];
            all.push(c);
        }
    }
    all.extend(super::placing::claims(model, draft));
    if draft.artifacts.contains_key(super::settings::FILE) {
        let origin = match model.promises.origins.get("machine") {
            Some(origin) => origin.clone(),
            None => Origin::assumed("the machine, since the brief names none"),
        };
        let what = format!("a server takes every setting of {}", super::settings::FILE);
        all.push(claim(AT, "settings", Path::new(SETTINGS), what, &origin));
    }
    all
}

/// Pieces that a table's rows lie in, one where it is whole.
fn pieces(draft: &Draft, symbol: &str) -> u64 {
    draft.schema.partitions(&tw_model::schema::Name::symbol(symbol)).count().max(1) as u64
}

fn brought_by(p: &Physical, table: &Table, physical: &str, index: &Index) -> Fact {
    let name = p.member(&table.name.name, &index.name);
    match table.constraint(&index.name) {
        Some(_) => Fact::constraint(physical, &name),
        None => Fact::index(physical, &name),
    }
}

/// `autovacuum_analyze_scale_factor=0.02, fillfactor=90`.
pub(super) fn options(table: &Table) -> String {
    let mut all: Vec<String> = table.options.iter().map(|(name, value)| format!("{name}={value}")).collect();
    all.sort();
    all.join(", ")
}

/// The brief's order of a table's columns, where the room has changed it.
pub(super) fn reordered(draft: &Draft, symbol: &str) -> Option<Vec<String>> {
    let mine = |c: &Change| matches!(c, Change::OrderColumns { table, .. } if table.name == symbol);
    draft.decisions.iter().find(|d| d.changes.iter().any(mine))?;
    let home = draft.homes.get(symbol)?;
    let paths = home.all.iter().filter_map(|m| home.columns.get(m)).flatten();
    let mut columns: Vec<String> = vec![];
    for column in paths.filter_map(|p| p.split_once('.')).filter(|(t, _)| *t == symbol).map(|(_, c)| c.to_string()) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let table = draft.schema.tables.iter().find(|t| t.name.name == symbol)?;
    (columns.len() == table.columns.len()).then_some(columns)
}

/// A column that the workload updates and no index holds.
pub(super) fn written(model: &Model, draft: &Draft, symbol: &str) -> Option<String> {
    let updated = updated(model, draft, symbol);
    let home = draft.homes.get(symbol)?;
    let paths = updated.attributes.iter().filter_map(|a| home.columns.get(a)).flatten();
    paths.filter_map(|p| p.split_once('.')).find(|(t, _)| *t == symbol).map(|(_, c)| c.to_string())
}
