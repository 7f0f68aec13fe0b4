//! The same dependencies, said with as little as can be.
use super::{
    Columns, Dependency,
    closure::{closure, follows},
};
use std::collections::BTreeMap;

/// A minimal cover: one column on each right side, no column too many on a left side, nothing that follows from
/// the rest. Sorted; the same for the same dependencies in any order.
pub fn minimal(dependencies: &[Dependency]) -> Vec<Dependency> {
    let mut all: Vec<Dependency> = dependencies
        .iter()
        .flat_map(|d| d.right.minus(d.left).iter().map(|r| Dependency { left: d.left, right: Columns::one(r) }))
        .collect();
    all.sort();
    all.dedup();
    for at in 0..all.len() {
        for column in all[at].left.iter() {
            let left = all[at].left.without(column);
            if all[at].right.within(closure(&all, left)) {
                all[at].left = left;
            }
        }
    }
    all.sort();
    all.dedup();
    // The last go first: where two columns say the same of each other, what hangs on them hangs on the first.
    for at in (0..all.len()).rev() {
        let one = all.remove(at);
        if !follows(&all, one) {
            all.insert(at, one);
        }
    }
    all
}

/// Dependencies with the same left side as one.
pub fn grouped(dependencies: &[Dependency]) -> Vec<Dependency> {
    let mut by_left: BTreeMap<Columns, Columns> = BTreeMap::new();
    for d in dependencies {
        let right = by_left.entry(d.left).or_default();
        *right = right.or(d.right);
    }
    by_left.into_iter().map(|(left, right)| Dependency { left, right }).collect()
}

/// Whether each side says all that the other says.
pub fn equivalent(one: &[Dependency], other: &[Dependency]) -> bool {
    one.iter().all(|d| follows(other, *d)) && other.iter().all(|d| follows(one, *d))
}
