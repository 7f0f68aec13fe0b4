//! A reference to a table does not see the rows of the tables that inherit from it.
//!
//! ## What
//! A foreign key refers to a table that others inherit from (INHERITS, not partitions).
//!
//! ## Why it matters
//! A query of the parent shows the children's rows, but none of them can be referred to: the insert is refused
//! although the row is there.
//!
//! ## What to do
//! Use partitions, or one table with a column for the kind, or refer to the child that is meant.
//!
//! ## When to accept it
//! When only rows of the parent itself are ever referred to.
//!
//! ## Sources
//! PostgreSQL manual, 5.10.1 Caveats of inheritance.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table staff (badge int) inherits (users);
//! create table posts (id int primary key, author int references users);
//! create index on posts (author);
//! alter table staff add primary key (id);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int);
//! alter table posts add foreign key (author) references users;
//! create table staff (id int primary key);
//! alter table staff inherit users;
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create domain person as int;
//! create table users (id person primary key);
//! create table staff (primary key (id)) inherits (users);
//! create table posts (id int primary key, author person references users);
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table staff (badge int, primary key (id)) inherits (users);
//! create table posts (id int primary key, author int references staff);
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create table users (id int primary key) partition by range (id);
//! create table users_1 partition of users for values from (1) to (1000);
//! create table posts (id int primary key, author int references users);
//! create index on posts (author);
//! ```
use crate::{
    kit::steps::{accepted, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, rows},
};
use tw_model::{change::Change, evidence::Undecided, finding::Severity};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/misses-children",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("misses_children.rs"),
    check,
    proof: Some(proof),
};

fn broken<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>, &'s TableScene<'s>)> {
    scene.designed().flat_map(move |t| {
        t.references.iter().filter_map(move |r| {
            let child = scene.children_of(r.target).find(|c| c.table.partition_of.is_none())?;
            Some((t, r, child))
        })
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    broken(scene)
        .map(|(t, r, child)| {
            let message = format!(
                "{} of {} cannot refer to rows of {}, which inherits from {}",
                r.columns.join(", "),
                t.name().name,
                child.name().name,
                r.target.name
            );
            Spot::constraint(t.table, &r.constraint.name, message)
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = broken(scene).find(|(t, r, _)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let (table, r, child) = found.ok_or_else(|| Undecided::NoTrial("the reference is not found again".into()))?;
    let target = rows::referred(scene, table, r)?;
    let [given, referring] = rows::pair(scene, target, r, 1)?;
    let mut steps = rows::bare(table, &[&r.constraint.name]);
    steps.extend(rows::bare(target, &[rows::key_of(target, r)?]));
    steps.extend(rows::bare(child, &[]));
    steps.push(accepted(rows::insert(scene, child, 1, &given)?));
    steps.push(refused(rows::insert(scene, table, 1, &referring)?, "23503", Some(&r.constraint.name)));
    let drop = Change::DropConstraint { table: table.name().clone(), name: r.constraint.name.clone() };
    Ok(Demonstration { steps, twin: vec![drop] })
}
