//! An entry of a lookup table may repeat.
//!
//! ## What
//! A short list that other tables refer to has a generated key, and nothing forbids the same name, code or label
//! twice.
//!
//! ## Why it matters
//! A second entry of the same name splits the rows that refer to it: filters and totals by it miss half of them.
//!
//! ## What to do
//! Add a unique constraint over the name or code.
//!
//! ## When to accept it
//! When the label repeats on purpose below different parents.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, ID Required.
//!
//! ```sql,finds
//! create table colours (id int primary key, name text not null);
//! create table cars (id int primary key, colour int references colours);
//! ```
//! ```sql,finds
//! create table colours (id int generated always as identity, name varchar(20));
//! alter table colours add primary key (id);
//! create table cars (id int primary key, colour int references colours);
//! ```
//! ```sql,finds
//! create domain label as text not null;
//! create table colours (id int primary key, label label);
//! create table cars (id int primary key, colour int references colours);
//! ```
//! ```sql,passes
//! create table colours (id int primary key, name text not null unique);
//! create table cars (id int primary key, colour int references colours);
//! ```
//! ```sql,passes
//! create table colours (name text primary key);
//! create table cars (id int primary key, colour text references colours);
//! ```
//! ```sql,passes
//! create table people (id int primary key, name text not null, born date, town text);
//! create table cars (id int primary key, owner int references people);
//! ```
//! ```sql,passes
//! create table colours (id int primary key, name text not null);
//! create unique index on colours (lower(name));
//! create table cars (id int primary key, colour int references colours);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, types, words::last_word},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    schema::{Column, Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/repeatable-lookup",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("repeatable_lookup.rs"),
    check,
    proof: None,
};

/// Words for the text of an entry.
const LABELS: &[&str] = &["code", "label", "name", "title", "value"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.kind == Kind::Lookup) {
        let text = |c: &&&Column| types::is_text(scene.base(&c.ty)) && !t.in_primary(&c.name);
        let columns: Vec<&Column> = t.table.columns.iter().collect();
        let labels: Vec<&&Column> = columns.iter().filter(text).collect();
        // One text besides the key, called as entries of lists are: more of them make it a thing of its own.
        let [label] = labels.as_slice() else { continue };
        let keyed = t.ways.iter().any(|w| w.unique && (!w.plain || !w.columns.iter().all(|c| t.in_primary(c))));
        if columns.len() <= 3 && LABELS.contains(&last_word(&label.name).as_str()) && !keyed {
            let message = format!("two entries of {} may have the same {}", t.name().name, label.name);
            let constraint = Constraint {
                name: crate::kit::fitting(&format!("uq_{}_{}", t.name().name, label.name)),
                kind: ConstraintKind::Unique {
                    columns: vec![label.name.clone()],
                    include: vec![],
                    nulls_not_distinct: false,
                },
                deferrable: None,
                not_valid: false,
                comment: None,
            };
            let change = Change::AddConstraint { table: t.name().clone(), constraint };
            out.push(Spot::column(t.table, &label.name, message).fixed(Safety::MayRefuse, vec![change]));
        }
    }
    out
}
