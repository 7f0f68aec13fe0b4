//! A table that inherits from another does not have its key.
//!
//! ## What
//! A table has a primary key, and a table that INHERITS from it has no key over the same columns.
//!
//! ## Why it matters
//! Keys are not inherited: the child takes the same key any number of times, and queries of the parent show all of
//! them.
//!
//! ## What to do
//! Give the child the same primary key. That a key is not both in the parent and in a child no key can say;
//! partitions can.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! PostgreSQL manual, 5.10.1 Caveats of inheritance.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table staff (badge int) inherits (users);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table staff (id int not null, badge int);
//! alter table staff inherit users;
//! ```
//! ```sql,finds
//! create domain number as int;
//! create table users (org number, id number, primary key (org, id));
//! create table staff (badge int) inherits (users);
//! create index on staff (org, id);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table staff (badge int, primary key (id)) inherits (users);
//! ```
//! ```sql,passes
//! create table users (id int primary key) partition by range (id);
//! create table users_1 partition of users for values from (1) to (1000);
//! ```
use crate::{
    kit::{fitting, steps::accepted},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/inherited-unkeyed",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("inherited_unkeyed.rs"),
    check,
    proof: Some(proof),
};

/// Tables without the key of what they inherit from, with the columns of that key.
fn unkeyed<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, Vec<&'s str>)> {
    scene.designed().filter_map(move |t| {
        let parents = t.table.inherits.iter().filter_map(|p| scene.table(p));
        let keys = parents.filter_map(|p| p.primary());
        let columns = keys
            .map(|k| &k.columns)
            .find(|columns| !t.keys.iter().any(|k| k.columns.iter().all(|c| columns.contains(c))))?;
        Some((t, columns.clone()))
    })
}

fn keyed(table: &TableScene, columns: &[&str]) -> Change {
    let columns: Vec<String> = columns.iter().map(|c| c.to_string()).collect();
    let name = fitting(&format!("pk_{}", table.name().name));
    let kind = ConstraintKind::Primary { columns, include: vec![] };
    let constraint = Constraint { name, kind, deferrable: None, not_valid: false, comment: None };
    Change::AddConstraint { table: table.name().clone(), constraint }
}

fn check(scene: &Scene) -> Vec<Spot> {
    unkeyed(scene)
        .map(|(t, columns)| {
            let message = format!("{} inherits ({}) and not the key over it", t.name().name, columns.join(", "));
            let spot = Spot::table(t.table, message);
            let indexed = t.ways.iter().any(|w| w.columns.starts_with(&columns) || columns.starts_with(&w.columns));
            if t.primary().is_some() || indexed {
                spot
            } else {
                spot.fixed(Safety::MayRefuse, vec![keyed(t, &columns)])
            }
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = unkeyed(scene).find(|(t, _)| crate::rule::path(t.name()) == spot.subject.path);
    let (table, columns) = found.ok_or_else(|| Undecided::NoTrial("the table is not found again".into()))?;
    let mut given = vec![];
    for column in &columns {
        let ty = table.table.column(column).map_or("", |c| c.ty.as_str());
        let value = rows::value(scene, ty, 1);
        given.push((*column, value.ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?));
    }
    let added = fitting(&format!("pk_{}", table.name().name));
    let mut steps = rows::bare(table, &[&added]);
    steps.push(accepted(rows::insert(scene, table, 1, &given)?));
    steps.push(accepted(rows::insert(scene, table, 1, &given)?));
    Ok(Demonstration { steps, twin: vec![keyed(table, &columns)] })
}
