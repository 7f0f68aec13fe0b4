//! An instant is always midnight.
//!
//! ## What
//! Every value of a timestamp column that was looked at is midnight: days are meant.
//!
//! ## Why it matters
//! As a timestamp with time zone the day is another one elsewhere; `at = '2024-03-01'` finds nothing the day a
//! program writes the time as well.
//!
//! ## What to do
//! Make it a date.
//!
//! ## When to accept it
//! When the time is to come.
//!
//! ## Sources
//! PostgreSQL manual, 8.5 Date/Time Types.
//!
//! ```sql,finds
//! create table people (id int primary key, born timestamp);
//! insert into people (id, born) select n, date '2000-01-01' + n from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add due timestamptz;
//! insert into people (id, due) select n, timestamptz '2000-01-01 00:00+00' + n * interval '1 day' from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain instant as timestamp;
//! create table people (id int primary key, born instant);
//! insert into people (id, born) select n, date '2000-01-01' + n from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, born date, seen timestamp);
//! insert into people (id, born, seen) select n, date '2000-01-01' + n, timestamp '2000-01-01' + n * interval '1 hour' from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/always-midnight",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("always_midnight.rs"),
    check,
    proof: None,
};

/// Different days from which on it is no default.
const MANY: usize = 5;

fn check(scene: &Scene) -> Vec<Spot> {
    let days = scene.looked().filter(|(_, c, _, v)| {
        v.midnight == v.values && v.distinct >= MANY && types::plain(scene.base(&c.ty)).starts_with("timestamp ")
    });
    days.map(|(t, c, _, v)| {
        let message = format!("{} of {} is midnight in all {} rows looked at", c.name, t.name().name, v.values);
        Spot::column(t.table, &c.name, message)
    })
    .collect()
}
