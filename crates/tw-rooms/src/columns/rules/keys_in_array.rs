//! Keys of other rows are kept in an array.
//!
//! ## What
//! A column called `..._ids` is an array of integers or uuids.
//!
//! ## Why it matters
//! An element cannot be a foreign key: rows it names can be deleted, or never have been, and nobody is told. Who
//! refers to a row is a search through every array.
//!
//! ## What to do
//! Make a table that ties the two together, one row a pair, with a foreign key to each.
//!
//! ## When to accept it
//! A copy for speed that something else keeps true.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Jaywalking; PostgreSQL manual, 8.15 Arrays (tip).
//!
//! ```sql,finds
//! create table posts (id int primary key, tag_ids int[] not null);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! alter table posts add column reader_ids uuid[];
//! ```
//! ```sql,finds
//! create domain keys as bigint[];
//! create table posts (id int primary key, tag_ids keys);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, scores int[], tag_names text[], tag_id int, ids_of_old text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/keys-in-array",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("keys_in_array.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let keys = scene.columns().filter(|(_, c)| {
        let named = words(&c.name).last().is_some_and(|w| w == "ids");
        named && matches!(scene.base(&c.ty), "integer[]" | "bigint[]" | "uuid[]" | "smallint[]")
    });
    keys.map(|(t, c)| {
        Spot::column(t.table, &c.name, format!("{} of {} names rows that may not be there", c.name, t.name().name))
    })
    .collect()
}
