//! Nothing says what the tables are for.
//!
//! ## What
//! Less than half of the tables of a schema of five or more have a COMMENT.
//!
//! ## Why it matters
//! Whoever comes new, or looks at three in the morning, guesses; so does every tool that shows the schema.
//!
//! ## What to do
//! `COMMENT ON TABLE t IS 'One sentence: what one row is'`.
//!
//! ## When to accept it
//! When the description lives elsewhere and is kept there.
//!
//! ## Sources
//! tbls, requireTableComment; pg-index-health, tables without description.
//!
//! ```sql,finds
//! create table a (id int primary key);
//! create table b (id int primary key);
//! create table c (id int primary key);
//! create table d (id int primary key);
//! create table e (id int primary key);
//! comment on table a is 'An a.';
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! create table b (id int primary key);
//! create table c (id int primary key);
//! create table d (id int primary key);
//! create table e (id int primary key);
//! comment on table a is 'An a.';
//! comment on table b is 'A b.';
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! create table b (id int) inherits (a);
//! create table c (id int) inherits (a);
//! create table d (id int) inherits (a);
//! create table e (id int) inherits (a);
//! ```
//! ```sql,passes
//! create table a (id int primary key);
//! create table b (id int primary key);
//! create table c (id int primary key);
//! create table d (id int primary key);
//! ```
//! ```sql,passes
//! create table a (id int primary key);
//! create table b (id int primary key);
//! create table c (id int primary key);
//! create table d (id int primary key);
//! create table e (id int primary key);
//! comment on table a is 'An a.';
//! comment on table b is 'A b.';
//! comment on table c is 'A c.';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use std::collections::BTreeMap;
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/undescribed",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("undescribed.rs"),
    check,
    proof: None,
};

/// Tables from which on a schema needs words.
const FEWEST: usize = 5;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut by_schema: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for t in scene.designed() {
        let (all, told) = by_schema.entry(&t.name().schema).or_default();
        *all += 1;
        *told += usize::from(t.table.comment.is_some());
    }
    let silent = by_schema.into_iter().filter(|(_, (all, told))| *all >= FEWEST && told * 2 < *all);
    silent
        .map(|(schema, (all, told))| {
            let message = format!("{} of {all} tables of {schema} do not say what they are for", all - told);
            Spot::at(SubjectKind::Schema, schema.to_string(), message)
        })
        .collect()
}
