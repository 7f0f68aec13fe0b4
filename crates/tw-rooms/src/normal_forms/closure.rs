//! What a set of columns determines.
use super::{Columns, Dependency};

/// Everything that `from` determines, itself included: each dependency is taken once, when the last column of its
/// left side has come (Beeri and Bernstein, "Computational Problems Related to the Design of Normal Form Relational
/// Schemas", TODS 1979).
pub fn closure(dependencies: &[Dependency], from: Columns) -> Columns {
    let mut missing: Vec<usize> = dependencies.iter().map(|d| d.left.minus(from).len()).collect();
    let mut found = from;
    let mut fresh: Vec<usize> = (0..dependencies.len()).filter(|d| missing[*d] == 0).collect();
    while let Some(d) = fresh.pop() {
        let new = dependencies[d].right.minus(found);
        found = found.or(new);
        if new.is_empty() {
            continue;
        }
        for (other, dependency) in dependencies.iter().enumerate() {
            let came = dependency.left.and(new).len();
            if came > 0 {
                missing[other] -= came;
                if missing[other] == 0 {
                    fresh.push(other);
                }
            }
        }
    }
    found
}

/// Whether the dependency follows from the others.
pub fn follows(dependencies: &[Dependency], dependency: Dependency) -> bool {
    dependency.right.within(closure(dependencies, dependency.left))
}
