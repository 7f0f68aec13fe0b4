//! A yes or no is kept as a word.
//!
//! ## What
//! Every value of a text column that was looked at is one of two words for yes and no.
//!
//! ## Why it matters
//! `Y`, `y` and `yes` are three values to the server; a filter for one leaves the others out.
//!
//! ## What to do
//! Make it a boolean: ALTER COLUMN ... TYPE boolean USING column IN ('Y', 'y', 'yes').
//!
//! ## When to accept it
//! A third answer that will come.
//!
//! ## Sources
//! PostgreSQL manual, 8.6 Boolean Type.
//!
//! ```sql,finds
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, case when n % 3 = 0 then 'Y' else 'N' end from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add member varchar(5) not null default 'false';
//! insert into people (id, member) select n, (n % 2 = 0)::text from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, active word);
//! insert into people (id, active) select n, case when n % 3 = 0 then 'on' else 'off' end from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, member boolean, note text, size text);
//! insert into people (id, member, note, size) select n, true, 'yes', case when n % 2 = 0 then 'S' else 'N' end from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::{finding::Severity, observed::Shape};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/two-words",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("two_words.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let flags = scene.looked().filter(|(t, c, _, v)| {
        v.distinct == 2 && v.all(Shape::Flag) && types::is_text(scene.base(&c.ty)) && !t.refers(&c.name)
    });
    flags
        .map(|(t, c, _, v)| {
            let words: Vec<&str> = v.common.iter().map(|(value, _)| value.as_str()).collect();
            let message = format!("{} of {} is {} in all rows looked at", c.name, t.name().name, words.join(" or "));
            Spot::column(t.table, &c.name, message)
        })
        .collect()
}
