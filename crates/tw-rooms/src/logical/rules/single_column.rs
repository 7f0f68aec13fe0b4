//! A table says nothing of what it lists.
//!
//! ## What
//! A table has one column, and no other table refers to it.
//!
//! ## Why it matters
//! It is usually half of something: the rest was put elsewhere, or never came.
//!
//! ## What to do
//! Move the values to where they are used, refer to the table, or drop it.
//!
//! ## When to accept it
//! Lists that a program reads as a whole, such as words to be refused.
//!
//! ## Sources
//! SchemaCrawler lint TableWithSingleColumn; pg-index-health, tables with zero or one column.
//!
//! ```sql,finds
//! create table colours (name text primary key);
//! ```
//! ```sql,finds
//! create table colours (name text primary key, shade text);
//! alter table colours drop column shade;
//! ```
//! ```sql,finds
//! create table marks (at date) partition by range (at);
//! create table marks_1 partition of marks for values from ('2024-01-01') to ('2025-01-01');
//! ```
//! ```sql,passes
//! create table colours (name text primary key);
//! create table cars (id int primary key, colour text references colours);
//! create index on cars (colour);
//! ```
//! ```sql,passes
//! create table erased_users (user_id text primary key);
//! create table reserved_names (name text primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        words::{last_word, words},
    },
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/single-column",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("single_column.rs"),
    check,
    proof: None,
};

/// Words in names of tables that are read as a whole.
const SETS: &[&str] = &[
    "allowed",
    "allowlist",
    "banned",
    "blacklist",
    "blocked",
    "blocklist",
    "denylist",
    "forbidden",
    "metadata",
    "reserved",
    "stopwords",
    "version",
    "whitelist",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let lone = scene.designed().filter(|t| {
        // A set of ids, or of words to be refused, says which, and needs to say no more.
        let said = words(&t.name().name).iter().any(|w| SETS.contains(&w.as_str()));
        let heirs = scene.children_of(t.name()).any(|c| c.table.partition_of.is_none());
        let referred = scene.referring(t.name()).any(|(from, _)| from.name() != t.name());
        let set = t.table.columns.iter().any(|c| last_word(&c.name) == "id" || t.refers(&c.name));
        !set && !said && t.table.columns.len() == 1 && t.table.inherits.is_empty() && !referred && !heirs
    });
    lone.map(|t| Spot::table(t.table, format!("{} has one column and nothing refers to it", t.name().name))).collect()
}
