//! From a horizon to the size of every relation: partitions share their parent's, indexes and TOAST follow their
//! table's.
use super::relations::{Kind, Relation};
use std::collections::BTreeMap;
use tw_model::{
    horizon::{Horizon, HorizonIndex},
    schema::Name,
};

/// How large a relation is to look.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Rows, or entries of an index.
    pub rows: f64,
    /// Pages.
    pub pages: u64,
    /// Pages whose rows are visible to all.
    pub visible: u64,
}

/// Sizes by object id, of everything that the horizon is about, and the names in it that the database does not have.
pub fn sizes(horizon: &Horizon, relations: &BTreeMap<u32, Relation>) -> (BTreeMap<u32, Size>, Vec<Name>) {
    let mut sizes: BTreeMap<u32, Size> = BTreeMap::new();
    let mut missing = vec![];
    let mut partitioned = vec![];
    for table in &horizon.tables {
        let found = relations.values().find(|r| r.name == table.name && r.kind != Kind::Index);
        let Some(relation) = found else {
            missing.push(table.name.clone());
            continue;
        };
        let visible = (table.visible_share.clamp(0.0, 1.0) * table.pages as f64).round() as u64;
        sizes.insert(relation.oid, Size { rows: table.rows as f64, pages: table.pages, visible });
        if relation.kind == Kind::Partitioned {
            partitioned.push(relation.oid);
        }
    }
    let named: Vec<u32> = sizes.keys().copied().collect();
    for parent in partitioned {
        spread(parent, &named, relations, &mut sizes);
    }
    for (oid, size) in &mut sizes {
        // The planner counts the pages of the file, so no relation can look smaller than it is.
        let real = &relations[oid];
        size.pages = if real.kind == Kind::Partitioned { 0 } else { size.pages.max(real.pages) };
        size.visible = size.visible.min(size.pages);
    }
    let hangers_on: Vec<&Relation> =
        relations.values().filter(|r| matches!(r.kind, Kind::Index | Kind::Toast)).collect();
    // A TOAST table follows its heap, and its index follows it in the second round.
    for kind in [Kind::Toast, Kind::Index] {
        for relation in hangers_on.iter().filter(|r| r.kind == kind) {
            let of = relation.of.and_then(|of| relations.get(&of));
            let Some((table, size)) = of.and_then(|t| Some((t, *sizes.get(&t.oid)?))) else { continue };
            sizes.insert(relation.oid, grown(relation, table, size));
        }
    }
    for table in &horizon.tables {
        let of = relations.values().find(|r| r.name == table.name).map(|r| r.oid);
        for index in &table.indexes {
            let name = Name::new(&table.name.schema, &index.name);
            let found = relations.values().find(|r| r.name == name && r.kind == Kind::Index && r.of == of);
            match found {
                Some(found) => {
                    let pages = index.pages.max(found.pages);
                    sizes.insert(found.oid, Size { rows: index.rows as f64, pages, visible: 0 });
                }
                None if !spread_index(index, of, relations, &mut sizes) => missing.push(name),
                None => {}
            }
        }
    }
    (sizes, missing)
}

/// Shares what a partitioned table has among the leaves that are not named, by the rows they have now; evenly where
/// none has any.
fn spread(parent: u32, named: &[u32], relations: &BTreeMap<u32, Relation>, sizes: &mut BTreeMap<u32, Size>) {
    let whole = sizes[&parent];
    let leaves: Vec<&Relation> =
        relations.values().filter(|r| r.kind == Kind::Heap && is_below(r, parent, relations)).collect();
    let (told, untold): (Vec<&Relation>, Vec<&Relation>) = leaves.into_iter().partition(|l| named.contains(&l.oid));
    let told_rows: f64 = told.iter().map(|l| sizes[&l.oid].rows).sum();
    let told_pages: u64 = told.iter().map(|l| sizes[&l.oid].pages).sum();
    let rows = (whole.rows - told_rows).max(0.0);
    let pages = whole.pages.saturating_sub(told_pages) as f64;
    let visible_share = if whole.pages == 0 { 0.0 } else { whole.visible as f64 / whole.pages as f64 };
    let now: f64 = untold.iter().map(|l| l.rows.unwrap_or(0.0)).sum();
    for leaf in &untold {
        let share = if now > 0.0 { leaf.rows.unwrap_or(0.0) / now } else { 1.0 / untold.len() as f64 };
        let pages = (pages * share).ceil();
        let visible = (pages * visible_share).round() as u64;
        sizes.insert(leaf.oid, Size { rows: rows * share, pages: pages as u64, visible });
    }
}

/// Shares what an index of a partitioned table has among those of its partitions, by the rows these will have. False
/// where the table has no such index.
fn spread_index(
    index: &HorizonIndex,
    of: Option<u32>,
    relations: &BTreeMap<u32, Relation>,
    sizes: &mut BTreeMap<u32, Size>,
) -> bool {
    let mine = |r: &&Relation| {
        let table = r.of.and_then(|table| relations.get(&table));
        let below = of.zip(table).is_some_and(|(of, table)| is_below(table, of, relations));
        r.kind == Kind::Index && r.root.as_ref() == Some(&index.name) && below
    };
    let pieces: Vec<&Relation> = relations.values().filter(mine).collect();
    let rows = |r: &Relation| r.of.and_then(|table| sizes.get(&table)).map_or(0.0, |s| s.rows);
    let all: f64 = pieces.iter().map(|r| rows(r)).sum();
    let even = 1.0 / pieces.len().max(1) as f64;
    let shares: Vec<f64> = pieces.iter().map(|r| if all > 0.0 { rows(r) / all } else { even }).collect();
    for (piece, share) in pieces.iter().zip(shares) {
        let pages = ((index.pages as f64 * share).ceil() as u64).max(piece.pages);
        sizes.insert(piece.oid, Size { rows: index.rows as f64 * share, pages, visible: 0 });
    }
    !pieces.is_empty()
}

fn is_below(relation: &Relation, parent: u32, relations: &BTreeMap<u32, Relation>) -> bool {
    let mut at = relation;
    while let Some(above) = at.of.and_then(|of| relations.get(&of)) {
        if above.oid == parent {
            return true;
        }
        at = above;
    }
    false
}

/// What hangs on a table grows as the table does: by its rows, or by its pages where nobody has counted rows.
fn grown(relation: &Relation, table: &Relation, size: Size) -> Size {
    let by = match table.rows {
        Some(rows) if rows > 0.0 => size.rows / rows,
        _ => size.pages as f64 / table.pages.max(1) as f64,
    };
    let rows = relation.rows.or(table.rows).unwrap_or(0.0) * by;
    // The first page of an index is its description, whatever its size; a hash index also has its overflow maps.
    let fixed = if relation.kind == Kind::Index { relation.pages.min(1) } else { 0 };
    let pages = fixed + ((relation.pages - fixed) as f64 * by).ceil() as u64;
    Size { rows, pages: pages.max(relation.pages), visible: 0 }
}
