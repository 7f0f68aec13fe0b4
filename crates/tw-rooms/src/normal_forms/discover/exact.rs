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
    let mut lefts: Vec<Lefts> = all.iter().map(Lefts::new).collect();
    let mut agreements: Vec<Columns> = sampled(table, &records, &mut scratch).into_iter().collect();
    // The largest refute most.
    agreements.sort_by_key(|a| std::cmp::Reverse(a.len()));
    for agreement in agreements {
        for of in &mut lefts {
            of.refute(agreement, all, most_left);
        }
    }
    let mut repeated: BTreeMap<Columns, usize> = BTreeMap::new();
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
            let partition = Partition::of(table, left, &mut scratch);
            let broken = refutations(table, &records, &partition, rights);
            for agreement in &broken.1 {
                for of in &mut lefts {
                    of.refute(*agreement, all, most_left);
                }
            }
            for right in rights.minus(broken.0).iter() {
                lefts[right].open.retain(|open| *open != left);
                lefts[right].held.push(left);
            }
            if rights != broken.0 {
                repeated.insert(left, partition.repeated());
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

/// The right sides that the groups break, and where the rows that break them agree.
fn refutations(table: &Coded, records: &Records, groups: &Partition, rights: Columns) -> (Columns, Vec<Columns>) {
    let mut broken = Columns::NONE;
    let mut agreements = vec![];
    for group in groups.groups() {
        for right in rights.minus(broken).iter() {
            let codes = &table.columns[right].codes;
            let first = codes[group[0] as usize];
            if let Some(row) = group.iter().find(|row| codes[**row as usize] != first) {
                broken = broken.with(right);
                agreements.push(records.agreement(group[0], *row));
            }
        }
        if broken == rights {
            break;
        }
    }
    (broken, agreements)
}
