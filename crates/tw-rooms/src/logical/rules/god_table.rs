//! One table holds everything.
//!
//! ## What
//! A table has more than sixty columns, or refers to more than fifteen others.
//!
//! ## Why it matters
//! Every row is wide, so that few fit a page; every part of the program writes to it; and most columns are empty in
//! most rows.
//!
//! ## What to do
//! Move the columns that belong together, and are set together, into tables with the same key.
//!
//! ## When to accept it
//! Wide tables for reports that are loaded as a whole.
//!
//! ## Sources
//! Sharma et al., Smelly Relations (ICSE 2018), God Table.
//!
//! ```sql,finds
//! create table everything (id int primary key, c1x int, c2x int, c3x int, c4x int, c5x int, c6x int, c7x int, c8x int, c9x int, c10x int,
//!     d1x int, d2x int, d3x int, d4x int, d5x int, d6x int, d7x int, d8x int, d9x int, d10x int,
//!     e1x int, e2x int, e3x int, e4x int, e5x int, e6x int, e7x int, e8x int, e9x int, e10x int,
//!     f1x int, f2x int, f3x int, f4x int, f5x int, f6x int, f7x int, f8x int, f9x int, f10x int,
//!     g1x int, g2x int, g3x int, g4x int, g5x int, g6x int, g7x int, g8x int, g9x int, g10x int,
//!     h1x int, h2x int, h3x int, h4x int, h5x int, h6x int, h7x int, h8x int, h9x int, h10x int);
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! create table hub (id int primary key);
//! do $$ begin for n in 1..16 loop execute format('alter table hub add column r%sx int unique references a', n); end loop; end $$;
//! ```
//! ```sql,finds
//! create table wide (id int, at date) partition by range (at);
//! do $$ begin for n in 1..60 loop execute format('alter table wide add column c%sx int', n); end loop; end $$;
//! ```
//! ```sql,passes
//! create table wide (id int primary key);
//! do $$ begin for n in 1..40 loop execute format('alter table wide add column c%sx int', n); end loop; end $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/god-table",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("god_table.rs"),
    check,
    proof: None,
};

/// Columns and references that one table can hold and still be about one thing.
const COLUMNS: usize = 60;
const REFERENCES: usize = 15;

fn check(scene: &Scene) -> Vec<Spot> {
    let large = scene.designed().filter(|t| t.table.columns.len() > COLUMNS || t.references.len() > REFERENCES);
    large
        .map(|t| {
            let (columns, references) = (t.table.columns.len(), t.references.len());
            let message = format!("{} has {columns} columns and {references} references", t.name().name);
            Spot::table(t.table, message)
        })
        .collect()
}
