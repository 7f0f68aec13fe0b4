//! Columns that repeat what the row referred to says.
use super::{Reference, Scene, TableScene, kinds::is_stamp, types, words::words};

/// Words in names of values that are right as of a day: a price when it was paid.
const OF_THE_DAY: &[&str] =
    &["amount", "cost", "fee", "price", "rate", "status", "tax", "total", "version", "discount"];

/// Columns of a table that are called after a reference (or its table) and a column there of the same type, with that
/// column. A comment says that the copy is meant; a trigger of the table keeps it right.
pub fn copies<'s>(scene: &'s Scene, table: &'s TableScene<'s>, reference: &Reference) -> Vec<(&'s str, &'s str)> {
    let Some(place) = reference.target_place else { return vec![] };
    let target = &scene.tables[place];
    if !table.table.triggers.is_empty() || std::ptr::eq(table, target) {
        return vec![];
    }
    let stems = stems(reference, target);
    let mut out = vec![];
    for column in table.own_columns().filter(|c| c.comment.is_none() && c.generated.is_none()) {
        let name = words(&column.name);
        let of_the_day = name.iter().any(|w| OF_THE_DAY.contains(&w.as_str()));
        if table.in_key(&column.name) || table.refers(&column.name) || is_stamp(&column.name) || of_the_day {
            continue;
        }
        let rest = stems.iter().find_map(|stem| name.strip_prefix(stem.as_slice())).filter(|rest| !rest.is_empty());
        let same = rest.and_then(|rest| {
            target.table.columns.iter().find(|c| {
                let (own, other) = (scene.base(&column.ty), scene.base(&c.ty));
                let alike = own == other || types::is_text(own) && types::is_text(other);
                words(&c.name) == rest && !target.in_primary(&c.name) && alike
            })
        });
        out.extend(same.map(|c| (column.name.as_str(), c.name.as_str())));
    }
    out
}

/// What a reference is called without its `id`, and its table in the singular.
fn stems(reference: &Reference, target: &TableScene) -> Vec<Vec<String>> {
    let mut out = vec![];
    if let Some(column) = reference.columns.last() {
        let mut name = words(column);
        if name.len() > 1 && name.last().is_some_and(|w| matches!(w.as_str(), "id" | "key" | "code" | "no")) {
            name.pop();
        }
        out.push(name);
    }
    let mut table = words(&target.name().name);
    if let Some(last) = table.last_mut() {
        *last = last.strip_suffix('s').unwrap_or(last).to_string();
    }
    out.push(table);
    out
}
