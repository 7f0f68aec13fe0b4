//! The layout of a schema, from what is known of its rows.
use super::{
    brin, btree, draw, gin, hash, heap,
    tuple::{self, Part},
    types::storage,
    wal,
};
use std::collections::BTreeMap;
use tw_model::{
    layout::*,
    schema::{ConstraintKind, Index, IndexPart, Schema, Table},
};

/// Which indexes share equal keys, as a server says of them empty (`bt_metap(index).allequalimage`), by name; one
/// that is not there is judged by its types.
pub type EqualImage = BTreeMap<String, bool>;

/// What every table that has a profile comes to, freshly loaded, with its indexes freshly built. The schema's names
/// are those of the profiles; physical or symbolic.
pub fn predict(schema: &Schema, profiles: &[TableProfile], equal_image: &EqualImage) -> Layout {
    let tables = schema.tables.iter().filter_map(|table| {
        let profile = profiles.iter().find(|p| p.table == table.name)?;
        Some(table_layout(schema, table, profile, equal_image))
    });
    Layout { tables: tables.collect() }
}

/// The parts of a row of the table, in the order of its columns.
pub fn parts(schema: &Schema, table: &Table, profile: &TableProfile) -> Vec<Part> {
    let stored = table.columns.iter().filter(|c| c.generated.as_ref().is_none_or(|g| g.stored));
    stored.map(|c| part(schema, &c.ty, profile.column(&c.name))).collect()
}

fn part(schema: &Schema, ty: &str, known: Option<&ColumnProfile>) -> Part {
    let storage = storage(ty, schema);
    let widths = match (storage.fixed, known) {
        (Some(bytes), _) => vec![(bytes, 1.0)],
        (None, Some(column)) if !column.widths.is_empty() => column.widths.clone(),
        // A column of nulls only, or one that nobody told of.
        _ => vec![(UNKNOWN_WIDTH, 1.0)],
    };
    Part { storage, widths, null_share: known.map_or(0.0, |c| c.null_share) }
}

/// What a varying value is taken for when nothing is known of it; `get_typavgwidth` takes 32 too.
const UNKNOWN_WIDTH: u32 = 32;

fn table_layout(schema: &Schema, table: &Table, profile: &TableProfile, equal_image: &EqualImage) -> TableLayout {
    let parts = parts(schema, table, profile);
    let heap = heap::heap(&parts, profile.rows, fillfactor(&table.options, 100));
    let all: Vec<IndexLayout> = every_index(table)
        .iter()
        .map(|index| index_layout(schema, table, profile, heap.pages, index, equal_image.get(&index.name).copied()))
        .collect();
    TableLayout {
        table: table.name.clone(),
        rows: profile.rows,
        tuple_bytes: heap.tuple_bytes,
        rows_per_page: heap.rows_per_page,
        pages: heap.pages,
        toast_pages: heap.toast_pages,
        wal_insert_bytes: wal::insert(heap.tuple_bytes, &all),
        wal_update_bytes: wal::update_in_place(heap.tuple_bytes),
        indexes: all,
    }
}

/// Every index of a table: those of its constraints first, as the B-trees they bring.
pub fn every_index(table: &Table) -> Vec<Index> {
    let mut all = vec![];
    for constraint in &table.constraints {
        let (ConstraintKind::Primary { columns, include } | ConstraintKind::Unique { columns, include, .. }) =
            &constraint.kind
        else {
            continue;
        };
        let part = |column: &String| IndexPart { column: column.clone(), ..IndexPart::default() };
        all.push(Index {
            name: constraint.name.clone(),
            unique: true,
            method: "btree".into(),
            parts: columns.iter().map(part).collect(),
            include: include.clone(),
            ..Index::default()
        });
    }
    all.extend(table.indexes.iter().cloned());
    all
}

fn index_layout(
    schema: &Schema,
    table: &Table,
    profile: &TableProfile,
    heap_pages: u64,
    index: &Index,
    equal_image: Option<bool>,
) -> IndexLayout {
    let share = index.filter.as_ref().map(|filter| profile.filters.get(filter).copied());
    let rows = profile.rows * share.unwrap_or(Some(1.0)).unwrap_or(1.0);
    let mut layout =
        IndexLayout { name: index.name.clone(), method: index.method.clone(), rows, ..IndexLayout::default() };
    let unknown = |why: String, mut layout: IndexLayout| {
        layout.unknown = Some(why);
        layout
    };
    if share == Some(None) {
        return unknown("the share of rows that its predicate keeps is not known".into(), layout);
    }
    let mut keys = vec![];
    for part in &index.parts {
        match key(schema, table, profile, part) {
            Some(key) => keys.push(key),
            None => return unknown(format!("nothing is known of the values of {}", part.column), layout),
        }
    }
    match index.method.as_str() {
        "btree" => b_tree(schema, table, profile, index, &keys, equal_image, layout),
        "hash" => {
            let (distinct, spread) = varied(profile, &names(index), &keys, rows);
            let mean = rows / distinct.max(1.0);
            let built = hash::hash(rows, (mean, spread.unwrap_or(mean)));
            layout.entry_bytes = f64::from(hash::ENTRY);
            layout.leaf_pages = built.buckets + built.overflow_pages;
            layout.pages = built.pages;
            layout
        }
        "brin" => {
            let range = index.options.iter().find(|(name, _)| name == "pages_per_range");
            let range = range.and_then(|(_, v)| v.parse().ok()).unwrap_or(brin::PAGES_PER_RANGE);
            let columns: Vec<_> = keys.iter().map(|k| (k.part.storage, tuple::mean(&k.part.widths))).collect();
            layout.pages = brin::pages(heap_pages, range, &columns);
            layout.entry_bytes = layout.pages as f64 * PAGE_BYTES as f64 / rows.max(1.0);
            layout
        }
        "gin" => match keys.iter().map(|k| k.known.and_then(|c| c.elements)).collect::<Option<Vec<_>>>() {
            Some(elements) => {
                let built = gin::gin(rows, &elements);
                layout.entry_bytes = built.entry_bytes;
                layout.leaf_pages = built.leaf_pages;
                layout.pages = built.pages;
                layout
            }
            None => unknown("how many entries a value brings is not known".into(), layout),
        },
        other => unknown(format!("we have no formula for the method {other}"), layout),
    }
}

/// A part of a key with what is known of it.
struct Key<'a> {
    part: Part,
    known: Option<&'a ColumnProfile>,
}

fn key<'a>(schema: &Schema, table: &Table, profile: &'a TableProfile, of: &IndexPart) -> Option<Key<'a>> {
    let known = profile.column(&of.column);
    let ty = match known {
        Some(column) if of.is_expression => column.ty.clone(),
        _ => table.column(&of.column)?.ty.clone(),
    };
    Some(Key { part: part(schema, &ty, known), known })
}

fn names(index: &Index) -> Vec<String> {
    index.parts.iter().map(|p| p.column.clone()).collect()
}

fn b_tree(
    schema: &Schema,
    table: &Table,
    profile: &TableProfile,
    index: &Index,
    keys: &[Key],
    equal_image: Option<bool>,
    mut layout: IndexLayout,
) -> IndexLayout {
    let rows = layout.rows;
    let key_parts: Vec<Part> = keys.iter().map(|k| k.part.clone()).collect();
    let mut all = key_parts.clone();
    for name in &index.include {
        let ty = table.column(name).map_or(String::new(), |c| c.ty.clone());
        all.push(part(schema, &ty, profile.column(name)));
    }
    let names = names(index);
    let prefixes = (1..=keys.len()).map(|n| {
        let distinct =
            if n == keys.len() && index.unique { rows } else { varied(profile, &names[..n], &keys[..n], rows).0 };
        (btree::key_bytes(&tuple::index(&key_parts[..n])), distinct)
    });
    let can = equal_image.unwrap_or_else(|| keys.iter().all(equal_by_type));
    let off = index.options.iter().any(|(name, value)| name == "deduplicate_items" && value == "off");
    let entries = btree::Entries {
        rows,
        sizes: tuple::index(&all),
        prefixes: prefixes.collect(),
        spread: varied(profile, &names, keys, rows).1,
        common: common(keys),
        deduplicated: can && !index.unique && index.include.is_empty() && !off,
        fillfactor: fillfactor(&index.options, btree::FILLFACTOR),
    };
    let tree = btree::tree(&entries);
    layout.entry_bytes = tree.entry_bytes;
    layout.leaf_pages = tree.leaf_pages;
    layout.internal_pages = tree.internal_pages;
    layout.pages = tree.pages();
    layout.height = tree.height;
    layout.fanout = tree.fanout;
    layout.deduplicated = entries.deduplicated;
    layout
}

/// Common values of a key of one column; nulls are equal to each other and count as one.
fn common(keys: &[Key]) -> Vec<f64> {
    let [Key { known: Some(known), .. }] = keys else { return vec![] };
    let mut all = known.common.clone();
    if known.null_share > 0.0 {
        all.push(known.null_share);
    }
    all
}

/// Types whose equal values can differ in bytes, so that a B-tree keeps each (`btequalimage` is not their support
/// function 4): what is true of every major; for the rest an empty index is asked.
fn equal_by_type(key: &Key) -> bool {
    let ty = key.known.map_or("", |c| c.ty.as_str());
    let bare = super::types::without_modifier(ty);
    let unequal = ["numeric", "real", "double precision", "interval", "jsonb", "tsvector", "record"];
    !(unequal.contains(&bare.as_str()) || bare.ends_with("[]") || bare.ends_with("range"))
}

/// Different values of some columns together among so many of the rows, and the variance of the rows that share one.
///
/// Of a set that nobody counted the columns are taken as independent: as many values as the product, of which the
/// rows hit as many as chance has it.
fn varied(profile: &TableProfile, names: &[String], keys: &[Key], rows: f64) -> (f64, Option<f64>) {
    let counted = match names {
        [one] => profile.column(one).map(|c| (c.distinct, c.spread)),
        several => profile.sets.iter().find(|s| s.columns == several).map(|s| (s.distinct, s.spread)),
    };
    let (distinct, spread) = match counted {
        Some(counted) => counted,
        None => {
            let values: f64 =
                keys.iter().map(|k| values(k.known.map_or(profile.rows, |c| c.distinct), profile.rows)).product();
            (hit(values, profile.rows), None)
        }
    };
    if rows >= profile.rows {
        return (distinct.min(rows), spread);
    }
    (hit(values(distinct, profile.rows), rows).min(rows), None)
}

/// How many values there are to choose from when `rows` rows hit `distinct` of them at random.
fn values(distinct: f64, rows: f64) -> f64 {
    let mean = rows / distinct.max(1.0);
    let rate = draw::rate_of(mean.max(1.0));
    if rate < 1e-6 { f64::MAX.sqrt() } else { rows / rate }
}

/// How many of so many values are hit by so many rows at random.
fn hit(values: f64, rows: f64) -> f64 {
    if values > rows * 1e6 { rows } else { -values * (-rows / values).exp_m1() }
}

/// The fillfactor among storage options.
pub fn fillfactor(options: &[(String, String)], default: u32) -> u32 {
    let said = options.iter().find(|(name, _)| name == "fillfactor");
    said.and_then(|(_, value)| value.parse().ok()).unwrap_or(default)
}
