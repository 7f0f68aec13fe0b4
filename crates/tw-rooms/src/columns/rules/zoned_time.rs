//! A time of day has a time zone.
//!
//! ## What
//! A column is `time with time zone`.
//!
//! ## Why it matters
//! A zone has another offset in summer, and a time without a date cannot say which: the value means something else
//! from one half of the year to the other.
//!
//! ## What to do
//! Use `time` with the zone in a column of its own, or `timestamptz` where an instant is meant.
//!
//! ## When to accept it
//! Never; the SQL standard asks for the type, nobody else does.
//!
//! ## Sources
//! PostgreSQL manual, 8.5.1 Dates and Times; PostgreSQL wiki, Don't Do This (timetz).
//!
//! ```sql,finds
//! create table shops (id int primary key, opens timetz);
//! ```
//! ```sql,finds
//! create table shops (id int primary key);
//! alter table shops add column opens time(0) with time zone;
//! ```
//! ```sql,finds
//! create domain hour as timetz;
//! create table shops (id int primary key, opens hour);
//! ```
//! ```sql,passes
//! create table shops (id int primary key, opens time, seen timestamptz);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/zoned-time",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("zoned_time.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let zoned = scene.columns().filter(|(_, c)| types::plain(scene.base(&c.ty)) == "time with time zone");
    zoned
        .map(|(t, c)| {
            let spot =
                Spot::column(t.table, &c.name, format!("{} of {} is a time of day with a zone", c.name, t.name().name));
            if types::plain(&c.ty) != "time with time zone" || !t.is_free(c) {
                return spot;
            }
            let change = Change::SetColumnType {
                table: t.name().clone(),
                column: c.name.clone(),
                ty: "time without time zone".into(),
                collation: None,
            };
            spot.fixed(Safety::Visible, vec![change])
        })
        .collect()
}
