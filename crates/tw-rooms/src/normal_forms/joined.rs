//! A decomposition executed: the rows taken apart, and joined again.
use super::{Columns, discover::Coded};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The join is given up when it has so many times the rows of the table.
const MOST_TIMES: usize = 4;

/// Different rows of the table, of the parts' natural join, and of each part. A join that gives more rows than the
/// table has invents some; counting stops at a bound above.
pub fn joined(table: &Coded, parts: &[Columns]) -> (usize, usize, Vec<usize>) {
    let projected: Vec<HashSet<Vec<u32>>> = parts.iter().map(|part| projection(table, *part)).collect();
    let all = parts.iter().fold(Columns::NONE, |set, part| set.or(*part));
    let before = projection(table, all).len();
    let counts: Vec<usize> = projected.iter().map(HashSet::len).collect();
    let mut open: BTreeSet<usize> = (0..parts.len()).collect();
    // The part with most rows first: the others are looked up from it.
    let Some(first) = open.iter().copied().max_by_key(|n| (counts[*n], std::cmp::Reverse(*n))) else {
        return (before, before, counts);
    };
    open.remove(&first);
    let mut have = parts[first];
    let mut rows: Vec<Vec<u32>> = projected[first].iter().cloned().collect();
    while let Some(next) = open.iter().copied().max_by_key(|n| (parts[*n].and(have).len(), std::cmp::Reverse(*n))) {
        open.remove(&next);
        rows = join(&rows, have, &projected[next], parts[next]);
        have = have.or(parts[next]);
        if rows.len() > before * MOST_TIMES {
            break;
        }
    }
    (before, rows.len(), counts)
}

fn projection(table: &Coded, columns: Columns) -> HashSet<Vec<u32>> {
    (0..table.rows).map(|row| columns.iter().map(|c| table.columns[c].codes[row]).collect()).collect()
}

/// Rows over `have` with the matching rows over `columns`; each row has its columns in order.
fn join(rows: &[Vec<u32>], have: Columns, other: &HashSet<Vec<u32>>, columns: Columns) -> Vec<Vec<u32>> {
    let shared = have.and(columns);
    let of = |row: &[u32], from: Columns, wanted: Columns| -> Vec<u32> {
        from.iter().zip(row).filter(|(c, _)| wanted.has(*c)).map(|(_, code)| *code).collect()
    };
    let mut by_shared: HashMap<Vec<u32>, Vec<&Vec<u32>>> = HashMap::new();
    for row in other {
        by_shared.entry(of(row, columns, shared)).or_default().push(row);
    }
    let mut out = vec![];
    for row in rows {
        for with in by_shared.get(&of(row, have, shared)).into_iter().flatten() {
            let value = |c: usize| {
                let at = |set: Columns, row: &[u32]| set.iter().position(|p| p == c).map(|n| row[n]);
                at(have, row).or_else(|| at(columns, with)).unwrap_or_default()
            };
            out.push(have.or(columns).iter().map(value).collect());
        }
    }
    out
}
