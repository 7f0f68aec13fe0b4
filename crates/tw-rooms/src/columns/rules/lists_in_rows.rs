//! Values are lists in one text.
//!
//! ## What
//! Four of five values of a text column that were looked at hold several short items with commas, semicolons or
//! bars between.
//!
//! ## Why it matters
//! Nothing checks the items, none can refer to a row, a change of one rewrites all, and a search reads the whole
//! table with a pattern that also finds parts of others.
//!
//! ## What to do
//! Make a table of them, one row an item; or an array, where they are only ever read together.
//!
//! ## When to accept it
//! A list that the database never looks into.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Jaywalking.
//!
//! ```sql,finds
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, 'a' || n || ',b,c' from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add likes varchar(100);
//! insert into people (id, likes) select n, n || ';' || n + 1 from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, roles word);
//! insert into people (id, roles) select n, 'admin|user' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, 'Well, that is that ' || n from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, note text, tags text[], point text);
//! insert into people (id, note, tags, point) select n, case when n % 2 = 0 then 'a,b' else 'a' end, '{a,b}', '10.5' from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::{finding::Severity, observed::Shape};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/lists-in-rows",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("lists_in_rows.rs"),
    check,
    proof: None,
};

/// Share of the values that must be lists.
const MOST: f64 = 0.8;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, _, values) in scene.looked().filter(|(_, c, ..)| types::is_text(scene.base(&c.ty))) {
        let lists = values.shapes.get(&Shape::List).copied().unwrap_or(0);
        if (lists as f64) < MOST * values.values as f64 {
            continue;
        }
        let message = format!("{lists} of {} values of {} of {} are lists", values.values, column.name, t.name().name);
        out.push(Spot::column(t.table, &column.name, message));
    }
    out
}
