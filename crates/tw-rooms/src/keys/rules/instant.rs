//! A primary key is nothing but a time.
//!
//! ## What
//! The only column of a primary key is a timestamp, date or time.
//!
//! ## Why it matters
//! Two things that happen at the same instant cannot both be kept; what was a clock's resolution becomes a rule of
//! the business.
//!
//! ## What to do
//! Add what else tells them apart to the key, or a generated key.
//!
//! ## When to accept it
//! Calendars and series with one row for each day or tick.
//!
//! ## Sources
//! Date, Database in Depth (candidate keys).
//!
//! ```sql,finds
//! create table visits (seen_at timestamptz primary key, who text);
//! ```
//! ```sql,finds
//! create table visits (seen_at timestamp not null, who text);
//! alter table visits add primary key (seen_at);
//! ```
//! ```sql,finds
//! create domain instant as timestamptz;
//! create table visits (seen_at instant primary key);
//! ```
//! ```sql,passes
//! create table calendar (day date primary key, holiday boolean not null default false);
//! ```
//! ```sql,passes
//! create table visits (who text, seen_at timestamptz, primary key (who, seen_at));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/instant",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("instant.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let Some([key]) = t.primary().map(|k| k.columns.as_slice()) else { continue };
        let Some(column) = t.table.column(key) else { continue };
        // One row a day is what a calendar is.
        if types::plain(scene.base(&column.ty)).starts_with("timestamp") {
            out.push(Spot::column(t.table, key, format!("two rows of {} cannot have the same {key}", t.name().name)));
        }
    }
    out
}
