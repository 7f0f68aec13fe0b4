//! Merging: one index for what several queries ask.
use super::{Candidate, Facts};
use std::collections::{BTreeMap, BTreeSet};

/// Members of a group that are merged in pairs; larger groups are merged as a whole only.
const MOST_PAIRED: usize = 12;
/// A merged index as wide as this share of a row is none.
const WIDEST: f64 = 0.8;

/// B-trees over all rows of one table, of which the key of one begins with the key of the other: the longer key with
/// what either includes. Pairs, and all of a first column.
pub fn merged(all: &[Candidate], facts: &Facts) -> Vec<Candidate> {
    let mut groups: BTreeMap<(String, String), Vec<&Candidate>> = BTreeMap::new();
    for c in all.iter().filter(|c| c.index.method == "btree" && c.filter.is_empty()) {
        let Some(first) = c.index.parts.first().filter(|p| !p.is_expression && p.opclass.is_none()) else { continue };
        let table = format!("{}.{}", c.table.schema, c.table.name);
        groups.entry((table, first.column.clone())).or_default().push(c);
    }
    let mut out = vec![];
    for group in groups.values() {
        let covering: Vec<&Candidate> =
            group.iter().copied().filter(|c| !c.index.include.is_empty() || c.index.parts.len() > 1).collect();
        for (n, a) in covering.iter().enumerate().take(MOST_PAIRED) {
            for b in covering.iter().skip(n + 1).take(MOST_PAIRED) {
                out.extend(both(a, b, facts));
                out.extend(both(b, a, facts));
            }
        }
        let widest = covering.iter().skip(1).fold(covering.first().map(|c| (*c).clone()), |so_far, c| {
            let so_far = so_far?;
            both(&so_far, c, facts).or_else(|| both(c, &so_far, facts)).or(Some(so_far))
        });
        out.extend(widest);
    }
    out
}

/// The first one's key, going on with what the second has more.
fn both(a: &Candidate, b: &Candidate, facts: &Facts) -> Option<Candidate> {
    let shared = a.index.parts.iter().zip(&b.index.parts).take_while(|(x, y)| x == y).count();
    let b_within = shared == b.index.parts.len() || shared > 0;
    if !b_within || a.index.parts.iter().any(|p| p.is_expression) || b.index.parts.iter().any(|p| p.is_expression) {
        return None;
    }
    let mut merged = a.clone();
    let keys: BTreeSet<&String> = a.index.parts.iter().map(|p| &p.column).collect();
    let more = b.index.parts.iter().map(|p| &p.column).chain(&b.index.include).filter(|c| !keys.contains(c));
    let include: BTreeSet<String> = a.index.include.iter().chain(more).cloned().collect();
    if include.len() == a.index.include.len() {
        return None;
    }
    merged.index.include = include.into_iter().collect();
    let table = facts.tables.get(&a.table)?;
    let width = |c: &String| table.columns.get(c).map_or(8.0, |f| f.width);
    let row: f64 = table.columns.values().map(|f| f.width).sum();
    let entry: f64 = merged.columns().iter().map(width).sum();
    (entry <= row * WIDEST).then_some(merged)
}
