//! A key is a binary floating point number.
//!
//! ## What
//! A primary or unique key holds a column of type `real` or `double precision`.
//!
//! ## Why it matters
//! Two numbers that print the same need not be equal: rows are not found by the value that was read, and what
//! should be a duplicate is none.
//!
//! ## What to do
//! Use `numeric` or a whole number of the smallest unit.
//!
//! ## When to accept it
//! Never for a key that people or programs compare.
//!
//! ## Sources
//! PostgreSQL manual, 8.1.3 Floating-Point Types.
//!
//! ```sql,finds
//! create table readings (at double precision primary key, value int);
//! ```
//! ```sql,finds
//! create table readings (id int primary key, depth real not null);
//! alter table readings add unique (depth);
//! ```
//! ```sql,finds
//! create domain depth as real;
//! create table readings (hole int, depth depth, primary key (hole, depth));
//! ```
//! ```sql,passes
//! create table readings (id int primary key, depth real, value double precision);
//! ```
//! ```sql,passes
//! create table readings (depth numeric(8,3) primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/float",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("float.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let float = |ty: &str| matches!(scene.base(ty), "real" | "double precision");
    let keyed = scene.columns().filter(|(t, c)| float(&c.ty) && t.in_key(&c.name));
    keyed
        .map(|(t, c)| {
            Spot::column(
                t.table,
                &c.name,
                format!("a key of {} holds {}, a {}", t.name().name, c.name, scene.base(&c.ty)),
            )
        })
        .collect()
}
