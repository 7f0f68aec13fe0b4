//! Dependencies that hold in every row.
use super::{
    Coded, Partition, Scratch,
    agree::{Records, sampled},
    lefts::Lefts,
};
use crate::normal_forms::{Columns, Dependency};
use std::collections::BTreeMap;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Exact {
    /// Every minimal dependency whose left side has at most so many columns; one column on each right side. Sorted.
    pub dependencies: Vec<Dependency>,
    /// For each of them, the rows that repeat what their left side says already: none where the left side is a key.
    pub repeated: Vec<usize>,
}

/// Every minimal dependency with at most `most_left` columns on its left side that holds in all rows. Pairs of rows
/// refute what they can first; what is left is looked at in all rows, smallest left sides first, and each that fails
/// gives the pair that refutes it. Exact whatever the pairs were.
pub fn exact(table: &Coded, most_left: usize) -> Exact {
    let mut scratch = Scratch::default();
    let all = Columns::first(table.columns.len());
    let records = Records::of(table);
    let singles: Vec<Partition> = all.iter().map(|c| Partition::of(table, Columns::one(c), &mut scratch)).collect();
    let mut lefts: Vec<Lefts> = all.iter().map(Lefts::new).collect();
    let mut agreements: Vec<Columns> = sampled(&records, &singles).into_iter().collect();
    // The largest refute most.
    agreements.sort_by_key(|a| std::cmp::Reverse(a.len()));
    for agreement in agreements {
        for of in &mut lefts {
            of.refute(agreement, all, most_left);
        }
    }
    let mut repeated: BTreeMap<Columns, usize> = BTreeMap::new();
    let mut known = (Columns::NONE, Partition::whole(table.rows));
    while let Some(size) = lefts.iter().flat_map(|l| &l.open).map(|left| left.len()).min() {
        let mut rights: BTreeMap<Columns, Columns> = BTreeMap::new();
        for of in &mut lefts {
            for left in of.open.iter().filter(|left| left.len() == size) {
                let set = rights.entry(*left).or_default();
                *set = set.with(of.right);
            }
        }
        for (left, asked) in rights {
            // A pair found meanwhile may have refuted it.
            let rights = Columns::of(asked.iter().filter(|r| lefts[*r].open.contains(&left)));
            if rights.is_empty() {
                continue;
            }
            let tried = try_all(table, &records, &singles, &mut known, left, rights, &mut scratch);
            for agreement in &tried.agreements {
                for of in &mut lefts {
                    of.refute(*agreement, all, most_left);
                }
            }
            for right in rights.minus(tried.broken).iter() {
                lefts[right].open.retain(|open| *open != left);
                lefts[right].held.push(left);
            }
            if rights != tried.broken {
                repeated.insert(left, tried.repeated);
            }
        }
    }
    let mut dependencies: Vec<Dependency> = lefts
        .iter()
        .flat_map(|l| l.held.iter().map(|left| Dependency { left: *left, right: Columns::one(l.right) }))
        .collect();
    dependencies.sort_by_key(|d| (d.left.len(), d.left, d.right));
    let repeated = dependencies.iter().map(|d| repeated.get(&d.left).copied().unwrap_or(0)).collect();
    Exact { dependencies, repeated }
}

/// What all rows say of one left side.
#[derive(Default)]
struct Tried {
    /// Right sides that some rows break.
    broken: Columns,
    /// Where the rows that break them agree.
    agreements: Vec<Columns>,
    /// Rows that repeat another's left side; counted up to the row at which everything was broken.
    repeated: usize,
}

/// Looks through the groups of the left side without its last column, `known` being those that were looked through
/// before, and tells the rows of each apart by that column. Ends when every right side is broken.
fn try_all(
    table: &Coded,
    records: &Records,
    singles: &[Partition],
    known: &mut (Columns, Partition),
    left: Columns,
    rights: Columns,
    scratch: &mut Scratch,
) -> Tried {
    let mut tried = Tried::default();
    // The column that tells most apart is in the groups; the one that tells least apart comes last.
    let Some(last) = left.iter().min_by_key(|c| (table.columns[*c].distinct, *c)) else {
        for group in known_groups(table, singles, known, left, scratch).groups() {
            same(records, (group[0], &group[1..]), rights, &mut tried);
        }
        return tried;
    };
    let column = &table.columns[last];
    let rest = left.without(last);
    if !rest.is_empty() {
        scratch.fit(column.distinct);
    }
    let groups = known_groups(table, singles, known, if rest.is_empty() { left } else { rest }, scratch);
    for group in groups.groups() {
        if rest.is_empty() {
            same(records, (group[0], &group[1..]), rights, &mut tried);
        } else {
            // Which row had this code first, and one: zero is nobody.
            for row in group {
                let first = &mut scratch.count[column.codes[*row as usize] as usize];
                if *first == 0 {
                    *first = row + 1;
                } else if same(records, (*first - 1, &[*row]), rights, &mut tried) {
                    break;
                }
            }
            for row in group {
                scratch.count[column.codes[*row as usize] as usize] = 0;
            }
        }
        if tried.broken == rights {
            break;
        }
    }
    tried
}

/// Compares the rows with the first; true when every right side is broken.
fn same(records: &Records, (first, rows): (u32, &[u32]), rights: Columns, tried: &mut Tried) -> bool {
    for row in rows {
        tried.repeated += 1;
        let differ = records.differ(first, *row, rights.minus(tried.broken));
        if !differ.is_empty() {
            tried.broken = tried.broken.or(differ);
            tried.agreements.push(records.agreement(first, *row));
            if tried.broken == rights {
                return true;
            }
        }
    }
    false
}

/// The groups of those columns: a single column's are at hand, so are those asked for last.
fn known_groups<'a>(
    table: &Coded,
    singles: &'a [Partition],
    known: &'a mut (Columns, Partition),
    columns: Columns,
    scratch: &mut Scratch,
) -> &'a Partition {
    match (columns.len(), columns.iter().next()) {
        (1, Some(column)) => &singles[column],
        _ => {
            if known.0 != columns {
                *known = (columns, Partition::of(table, columns, scratch));
            }
            &known.1
        }
    }
}
