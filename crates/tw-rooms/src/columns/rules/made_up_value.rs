//! A made-up value stands for none.
//!
//! ## What
//! Among the most common values of a column is one that says that there is none: `N/A`, `NULL`, `-`, or a day such
//! as 9999-12-31.
//!
//! ## Why it matters
//! It is a value to the server: it is counted, it is the largest or the smallest, it fits no check, and every query
//! must leave it out by name.
//!
//! ## What to do
//! Make it null, and let the column be null; a period without end is a range or a null.
//!
//! ## When to accept it
//! A value that an interface demands.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Fear of the Unknown; Date, Missing Information.
//!
//! ```sql,finds
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, case when n % 4 = 0 then 'N/A' else 'x' || n end from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add gone date;
//! insert into people (id, gone) select n, case when n % 3 = 0 then date '2024-01-01' + n else '9999-12-31' end from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, place word, seen timestamptz);
//! insert into people (id, place, seen) select n, case when n % 4 = 0 then 'NULL' else 'x' || n end, case when n % 4 = 0 then '1970-01-01 00:00+00' else timestamptz '2024-01-01' + n * interval '1 minute' end from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, state text, at date, gone date);
//! insert into people (id, state, at, gone) select n, case when n % 2 = 0 then 'unknown' else 'known' end, date '1970-01-01' - 30 + n, case when n % 3 = 0 then date '2024-01-01' + n end from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/made-up-value",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("made_up_value.rs"),
    check,
    proof: None,
};

/// Words that say that there is none.
const NONE: &[&str] =
    &["-", "--", "?", "n.a.", "n/a", "na", "none", "not applicable", "null", "tbd", "undefined", "unknown", "xxx"];
/// Days and instants that say so.
const NEVER: &[&str] = &["0001-01-01", "1900-01-01", "1970-01-01", "2099-12-31", "2999-12-31", "9999-12-31"];
/// Share of the values from which on it is a habit.
const HABIT: f64 = 0.02;
/// Different values from which on it is no list of states, in which `none` may be one.
const MANY: usize = 13;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, _, values) in scene.looked().filter(|(.., v)| v.distinct >= MANY) {
        let ty = scene.base(&column.ty);
        let says_none = |value: &str| match ty {
            ty if types::is_text(ty) => NONE.contains(&value.trim().to_lowercase().as_str()),
            ty if types::is_time(ty) => NEVER.iter().any(|day| value.starts_with(day)),
            _ => false,
        };
        let often = values.common.iter().filter(|(_, n)| *n > 1 && *n as f64 >= HABIT * values.values as f64);
        if let Some((value, n)) = often.into_iter().find(|(value, _)| says_none(value)) {
            let message = format!("{} of {} is {value} in {n} of {} rows", column.name, t.name().name, values.values);
            out.push(Spot::column(t.table, &column.name, message));
        }
    }
    out
}
