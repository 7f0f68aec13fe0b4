//! A list is kept in one text.
//!
//! ## What
//! A text column is called `..._ids`, `..._list` or `..._csv`: several values, joined by commas or the like.
//!
//! ## Why it matters
//! Nothing checks the values, none can refer to a row, a change of one rewrites all, and a search reads the whole
//! table with a pattern that also finds parts of others.
//!
//! ## What to do
//! Make a table of them, one row a value; or an array, where they are only ever read together.
//!
//! ## When to accept it
//! A list that the database never looks into.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Jaywalking.
//!
//! ```sql,finds
//! create table posts (id int primary key, tag_ids text not null);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! alter table posts add column email_list varchar(400);
//! ```
//! ```sql,finds
//! create domain words as text;
//! create table posts (id int primary key, reader_ids words, tags_csv words);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, tag_ids int[], listing text, ids_source text, price_list_id int, kids text, list_name text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/list-in-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("list_in_text.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let lists = scene.columns().filter(|(_, c)| {
        let words = words(&c.name);
        let named = words.len() > 1 && words.last().is_some_and(|w| matches!(w.as_str(), "ids" | "list" | "csv"));
        named && types::is_text(scene.base(&c.ty))
    });
    lists
        .map(|(t, c)| Spot::column(t.table, &c.name, format!("{} of {} is a list in one text", c.name, t.name().name)))
        .collect()
}
