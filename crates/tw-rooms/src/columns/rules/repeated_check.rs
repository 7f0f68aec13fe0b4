//! A table has the same CHECK twice.
//!
//! ## What
//! Two CHECK constraints of a table have the same condition.
//!
//! ## Why it matters
//! Each is evaluated at every write, and whoever changes one wonders why nothing changes.
//!
//! ## What to do
//! Drop one.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! TalTech catalogue of design smells, duplicate check.
//!
//! ```sql,finds
//! create table orders (id int primary key, total int check (total > 0), check (total > 0));
//! ```
//! ```sql,finds
//! create table orders (id int primary key, total int check (total > 0));
//! alter table orders add constraint positive check ((total > 0));
//! ```
//! ```sql,finds
//! create table orders (id int, at date, total int, constraint a check (total > 0), constraint b check (total > 0)) partition by range (at);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, total int check (total > 0), tax int check (tax > 0), check (total > 1));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use std::collections::BTreeMap;
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/repeated-check",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("repeated_check.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, expression) in t.checks() {
            let Some(first) = seen.insert(expression, name) else { continue };
            seen.insert(expression, first);
            let change = Change::DropConstraint { table: t.name().clone(), name: name.to_string() };
            let message = format!("the checks {first} and {name} of {} are the same", t.name().name);
            out.push(Spot::constraint(t.table, name, message).fixed(Safety::Safe, vec![change]));
        }
    }
    out
}
