//! A date or instant is kept as text.
//!
//! ## What
//! A column named after a time (`..._at`, `..._date`, `birthday`) is of a text type.
//!
//! ## Why it matters
//! The 31st of February is taken, each program writes its own form, and neither order nor a span of days can be
//! asked for.
//!
//! ## What to do
//! Use `date` or `timestamptz`: `ALTER TABLE t ALTER COLUMN c TYPE date USING c::date`.
//!
//! ## When to accept it
//! Dates that are known in part only, such as of old letters.
//!
//! ## Sources
//! PostgreSQL manual, 8.5 Date/Time Types.
//!
//! ```sql,finds
//! create table people (id int primary key, birth_date text);
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add column created_at varchar(30);
//! ```
//! ```sql,finds
//! create domain day as text;
//! create table people (id int primary key, hire_date day, birthday day);
//! ```
//! ```sql,passes
//! create table people (id int primary key, birth_date date, looked_at text[], candidate text, born_at_place text, date_format text, update text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/time-in-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("time_in_text.rs"),
    check,
    proof: None,
};

/// First words before `at` that are followed by an instant.
const DONE: &[&str] = &[
    "approved",
    "cancelled",
    "changed",
    "closed",
    "created",
    "deleted",
    "ended",
    "expired",
    "expires",
    "modified",
    "opened",
    "paid",
    "placed",
    "published",
    "sent",
    "shipped",
    "started",
    "updated",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let times = scene.columns().filter(|(_, c)| {
        let words = words(&c.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let named = match words.as_slice() {
            [.., done, "at"] => DONE.contains(done),
            [_, .., "date" | "timestamp" | "datetime"] | ["birthday" | "birthdate" | "date"] => true,
            _ => false,
        };
        named && types::is_text(scene.base(&c.ty))
    });
    times
        .map(|(t, c)| {
            Spot::column(t.table, &c.name, format!("{} of {} is a time kept as {}", c.name, t.name().name, c.ty))
        })
        .collect()
}
