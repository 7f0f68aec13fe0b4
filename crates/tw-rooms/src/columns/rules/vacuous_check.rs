//! A CHECK forbids nothing.
//!
//! ## What
//! A CHECK is `true`, compares a column with itself, or asks a required column to be not null.
//!
//! ## Why it matters
//! It costs an evaluation at each write, and readers believe that something is guarded.
//!
//! ## What to do
//! Say what was meant, or drop it.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! TalTech catalogue of design smells, tautological check.
//!
//! ```sql,finds
//! create table orders (id int primary key, total int check (true));
//! ```
//! ```sql,finds
//! create table orders (id int primary key, total int);
//! alter table orders add check (total = total);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, total int not null check (total is not null));
//! create table gifts (wrap text) inherits (orders);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, total int check (total > 0), note text check (note is not null), done boolean check (done));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    ident,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/vacuous-check",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("vacuous_check.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        for (name, expression) in t.checks() {
            let bare = ident::bare(expression);
            let same = bare.split_once(" = ").is_some_and(|(a, b)| a == b && !a.contains(' '));
            let required = bare
                .strip_suffix(" IS NOT NULL")
                .is_some_and(|c| t.table.columns.iter().any(|o| o.not_null && ident::quote(&o.name) == c));
            if bare == "true" || same || required {
                let change = Change::DropConstraint { table: t.name().clone(), name: name.to_string() };
                let message = format!("the check {name} of {} forbids nothing: {bare}", t.name().name);
                out.push(Spot::constraint(t.table, name, message).fixed(Safety::Safe, vec![change]));
            }
        }
    }
    out
}
