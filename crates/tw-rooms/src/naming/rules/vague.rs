//! A name says nothing.
//!
//! ## What
//! A table or column is called `data`, `info`, `stuff`, `misc`, `temp`, `foo`, `test` or the like, and nothing
//! more; of tables also `items` with a number, `new`, `old`.
//!
//! ## Why it matters
//! Nobody can tell what is in it without looking, and then everything ends up there.
//!
//! ## What to do
//! Call it what it holds.
//!
//! ## When to accept it
//! Documents that are kept whole (`data jsonb` of an event), which this rule lets pass.
//!
//! ## Sources
//! TalTech catalogue of design smells, generic names.
//!
//! ```sql,finds
//! create table data (id int primary key);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, misc text);
//! alter table orders add column stuff text;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table tmp (id int primary key, foo word);
//! ```
//! ```sql,passes
//! create table events (id int primary key, data jsonb, info json, value text, test_results text, temperature int);
//! ```
//! ```sql,passes
//! create table data_sources (id int primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/vague",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("vague.rs"),
    check,
    proof: None,
};

/// Words that say nothing when they are all of a name.
const VAGUE: &[&str] = &[
    "bar",
    "data",
    "data1",
    "data2",
    "dummy",
    "foo",
    "info",
    "misc",
    "miscellaneous",
    "other",
    "stuff",
    "temp",
    "test",
    "thing",
    "things",
    "tmp",
    "xxx",
];
const VAGUE_COLUMNS: &[&str] = &[
    "bar",
    "dummy",
    "field",
    "field1",
    "field2",
    "foo",
    "misc",
    "miscellaneous",
    "stuff",
    "temp",
    "thing",
    "tmp",
    "xxx",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let name = &t.name().name;
        if VAGUE.contains(&name.to_lowercase().as_str()) {
            out.push(Spot::table(t.table, format!("the table name {name} says nothing")));
        }
        for c in t.own_columns().filter(|c| VAGUE_COLUMNS.contains(&c.name.to_lowercase().as_str())) {
            out.push(Spot::column(t.table, &c.name, format!("the column name {} of {name} says nothing", c.name)));
        }
    }
    out
}
