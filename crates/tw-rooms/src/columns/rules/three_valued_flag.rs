//! A flag may be neither yes nor no.
//!
//! ## What
//! A boolean column may be null.
//!
//! ## Why it matters
//! `WHERE NOT flag` leaves out the rows where it is null, and so does `WHERE flag`: rows vanish from both halves of
//! a report.
//!
//! ## What to do
//! Make it NOT NULL, with a default where there is one.
//!
//! ## When to accept it
//! When "not asked yet" is meant and told apart everywhere.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Fear of the Unknown.
//!
//! ```sql,finds
//! create table people (id int primary key, member boolean);
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add column member boolean default false;
//! ```
//! ```sql,finds
//! create domain flag as boolean;
//! create table people (id int primary key, member flag);
//! ```
//! ```sql,finds
//! create table people (id int primary key, member boolean);
//! create table staff (room int) inherits (people);
//! ```
//! ```sql,passes
//! create domain flag as boolean not null;
//! create table people (id int primary key, member boolean not null, active flag, answered boolean[], alive boolean generated always as (true) stored);
//! ```
//! ```sql,passes
//! create table people (id int primary key, member boolean check (member is not null));
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
    id: "columns/three-valued-flag",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("three_valued_flag.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let flags = scene.columns().filter(|(t, c)| {
        let open = !c.not_null && c.generated.is_none() && !scene.domain_not_null(&c.ty);
        let checked = t.checks_of(&c.name).iter().any(|e| e.contains("IS NOT NULL"));
        open && scene.base(&c.ty) == "boolean" && !checked
    });
    flags
        .map(|(t, c)| {
            let change = Change::SetNotNull { table: t.name().clone(), column: c.name.clone(), not_null: true };
            let message = format!("{} of {} may be neither true nor false", c.name, t.name().name);
            Spot::column(t.table, &c.name, message).fixed(Safety::MayRefuse, vec![change])
        })
        .collect()
}
