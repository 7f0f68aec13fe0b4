//! The normal form that a table is in, and what keeps it from the next.
use super::{Columns, Dependency, closure::closure, cover::grouped, keys::keys};

/// Normal forms, lowest first. The first (one value in each column) is about values, not about dependencies
/// ([`super::atomic`]): every table here has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Something hangs on a part of a key.
    #[default]
    First,
    /// Something hangs on what is no key.
    Second,
    /// Every determinant is a key, but for columns that are in keys themselves.
    Third,
    /// Every determinant is a key.
    BoyceCodd,
    /// And no two facts that do not depend on each other stand in one table.
    Fourth,
}

impl Form {
    /// As it is written: `3NF`.
    pub fn name(self) -> &'static str {
        match self {
            Form::First => "1NF",
            Form::Second => "2NF",
            Form::Third => "3NF",
            Form::BoyceCodd => "BCNF",
            Form::Fourth => "4NF",
        }
    }
}

/// A dependency whose left side is no key, and the highest form that a table with it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The left side with all that it determines.
    pub dependency: Dependency,
    /// The form it leaves.
    pub leaves: Form,
}

/// The form of a table of `all` columns by its functional dependencies, its keys, and each dependency that keeps it from
/// Boyce-Codd normal form, the worst first.
pub fn form(dependencies: &[Dependency], all: Columns) -> (Form, Vec<Columns>, Vec<Violation>) {
    let (keys, _) = keys(dependencies, all);
    let prime = keys.iter().fold(Columns::NONE, |set, key| set.or(*key));
    let mut violations: Vec<Violation> = grouped(dependencies)
        .iter()
        .filter(|d| d.left.within(all))
        .filter_map(|d| {
            let right = closure(dependencies, d.left).and(all).minus(d.left);
            if right.is_empty() || all.within(d.left.or(right)) {
                return None;
            }
            let free = right.minus(prime);
            let part = keys.iter().any(|key| d.left != *key && d.left.within(*key));
            let leaves = match (free.is_empty(), part) {
                (true, _) => Form::Third,
                (false, true) => Form::First,
                (false, false) => Form::Second,
            };
            Some(Violation { dependency: Dependency { left: d.left, right }, leaves })
        })
        .collect();
    violations.sort_by_key(|v| (v.leaves, v.dependency.left.len(), v.dependency));
    let form = violations.first().map_or(Form::BoyceCodd, |v| v.leaves);
    (form, keys, violations)
}
