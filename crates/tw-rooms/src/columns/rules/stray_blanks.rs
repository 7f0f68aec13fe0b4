//! Values begin or end with blanks.
//!
//! ## What
//! Some values of a text column begin or end with a blank.
//!
//! ## Why it matters
//! `'Paris '` is another value than `'Paris'`: joins, unique keys and comparisons miss it, and nobody sees why.
//!
//! ## What to do
//! UPDATE ... SET column = btrim(column), and keep it so with CHECK (column = btrim(column)).
//!
//! ## When to accept it
//! Texts in which blanks mean something: code, verses.
//!
//! ## Sources
//! PostgreSQL manual, 9.4 String Functions.
//!
//! ```sql,finds
//! create table towns (id int primary key, name text);
//! insert into towns (id, name) select n, 'Town ' || n || case when n % 9 = 0 then ' ' else '' end from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table towns (id int primary key);
//! alter table towns add code varchar(10);
//! insert into towns (id, code) select n, case when n = 5 then ' A' else 'A' || n end from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table towns (id int primary key, state word);
//! insert into towns (id, state) select n, case when n < 30 then 'x ' else 'y' end from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table towns (id int primary key, name text, pad char(9), description text, body text);
//! insert into towns (id, name, pad, description, body) select n, 'New York ' || n, 'a', 'words ', E'x\n' from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::last_word},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/stray-blanks",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("stray_blanks.rs"),
    check,
    proof: None,
};

/// Last words of names of longer texts.
const LONG: &[&str] =
    &["body", "comment", "content", "description", "html", "message", "note", "notes", "source", "sql", "text"];

fn check(scene: &Scene) -> Vec<Spot> {
    let padded = scene.looked().filter(|(_, c, _, v)| {
        let ty = types::plain(scene.base(&c.ty));
        v.padded > 0
            && matches!(ty.as_str(), "text" | "character varying")
            && !LONG.contains(&last_word(&c.name).as_str())
    });
    padded
        .map(|(t, c, _, v)| {
            let (n, of) = (v.padded, v.values);
            let message = format!("{n} of {of} values of {} of {} begin or end with a blank", c.name, t.name().name);
            Spot::column(t.table, &c.name, message)
        })
        .collect()
}
