//! An age is kept, which changes every year.
//!
//! ## What
//! A column called `age` is a number.
//!
//! ## Why it matters
//! It is wrong within the year, and from it alone nobody can tell when.
//!
//! ## What to do
//! Keep the day of birth and compute the age: `extract(year FROM age(born))`.
//!
//! ## When to accept it
//! The age at the time of something that has its own date, such as a trial or an accident: then say so in the name.
//!
//! ## Sources
//! Date and Darwen, Temporal Data and the Relational Model.
//!
//! ```sql,finds
//! create table people (id int primary key, name text, age int);
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add column age smallint not null default 0;
//! ```
//! ```sql,finds
//! create domain years as int check (value >= 0);
//! create table people (id int primary key, age years);
//! ```
//! ```sql,passes
//! create table people (id int primary key, age_at_death int, page int, age interval, min_age int, born date);
//! ```
//! ```sql,passes
//! create table categories (id int primary key, age_limit int);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/age",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("age.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let ages = scene.columns().filter(|(_, c)| {
        let words = words(&c.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let named =
            matches!(words.as_slice(), ["age"] | ["current", "age"] | ["age", "in", "years"] | ["age", "years"]);
        named && types::is_number(scene.base(&c.ty))
    });
    ages.map(|(t, c)| Spot::column(t.table, &c.name, format!("{} of {} is wrong within a year", c.name, t.name().name)))
        .collect()
}
