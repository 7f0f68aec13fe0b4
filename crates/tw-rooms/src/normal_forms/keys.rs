//! Candidate keys.
use super::{Columns, Dependency, closure::closure};

/// Most keys that are looked for: their number can grow as two to the columns.
pub const MOST_KEYS: usize = 256;

/// The candidate keys of `all` columns, smallest first, and whether these are all of them. From one key the others
/// are reached by putting a left side in the place of what it determines (Lucchesi and Osborn, "Candidate Keys for
/// Relations", JCSS 1978).
pub fn keys(dependencies: &[Dependency], all: Columns) -> (Vec<Columns>, bool) {
    let mut found = vec![reduced(dependencies, all, all)];
    let mut at = 0;
    let mut complete = true;
    'search: while at < found.len() {
        for d in dependencies.iter().filter(|d| d.left.or(d.right).within(all)) {
            let other = d.left.or(found[at].minus(d.right));
            if found.iter().any(|key| key.within(other)) {
                continue;
            }
            if found.len() >= MOST_KEYS {
                complete = false;
                break 'search;
            }
            found.push(reduced(dependencies, other, all));
        }
        at += 1;
    }
    found.sort_by_key(|key| (key.len(), *key));
    (found, complete)
}

/// A key of `all` within `from`: those columns without what the rest determines, the last of them going first.
pub(super) fn reduced(dependencies: &[Dependency], from: Columns, all: Columns) -> Columns {
    let mut key = from;
    let places: Vec<usize> = from.iter().collect();
    for column in places.into_iter().rev() {
        if all.within(closure(dependencies, key.without(column))) {
            key = key.without(column);
        }
    }
    key
}
