//! A row refers to itself and nothing else.
//!
//! ## What
//! A foreign key leads from a key of a table to the same columns of the same table.
//!
//! ## Why it matters
//! Every row keeps it, so it forbids nothing; it was meant to lead to another table, or from another column.
//!
//! ## What to do
//! Point it where it was meant to lead, or drop it.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! SchemaCrawler, linter ForeignKeySelfReference.
//!
//! ```sql,finds
//! create table nodes (id int primary key references nodes (id));
//! ```
//! ```sql,finds
//! create table nodes (id int primary key, parent int);
//! alter table nodes add foreign key (id) references nodes (id);
//! ```
//! ```sql,finds
//! create domain key as int;
//! create table nodes (a key, b key, primary key (a, b), foreign key (a, b) references nodes (a, b));
//! ```
//! ```sql,passes
//! create table nodes (id int primary key, parent int references nodes (id));
//! ```
//! ```sql,passes
//! create table base (id int primary key);
//! create table more (id int primary key references base (id));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/own-reference",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("own_reference.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for r in t.references.iter().filter(|r| r.target == t.name() && r.columns == r.target_columns) {
            let message = format!("{} of {} refers to itself in the same row", r.columns.join(", "), t.name().name);
            let change = Change::DropConstraint { table: t.name().clone(), name: r.constraint.name.clone() };
            out.push(Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Safe, vec![change]));
        }
    }
    out
}
