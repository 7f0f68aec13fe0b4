//! An instant is kept without its time zone.
//!
//! ## What
//! A column is `timestamp without time zone`.
//!
//! ## Why it matters
//! It holds what a clock on a wall said, not when it happened: two sessions with other time zones read other instants
//! from it, arithmetic is wrong across the change to summer time, and one hour of autumn happens twice.
//!
//! ## What to do
//! Use `timestamptz`. When changing the type, say in which zone the old values were written: `ALTER TABLE t ALTER
//! COLUMN c TYPE timestamptz USING c AT TIME ZONE 'UTC'`.
//!
//! ## When to accept it
//! Times that are meant by the wall clock wherever one is, such as opening hours and alarms.
//!
//! ## Sources
//! PostgreSQL manual, 8.5.1.3 Time Stamps; PostgreSQL wiki, Don't Do This (timestamp).
//!
//! ```sql,finds
//! create table visits (id int primary key, seen_at timestamp not null);
//! ```
//! ```sql,finds
//! create table visits (id int primary key);
//! alter table visits add column seen_at timestamp(3);
//! ```
//! ```sql,finds
//! create domain instant as timestamp;
//! create table visits (id int primary key, seen_at instant);
//! ```
//! ```sql,finds
//! create table visits (id int primary key, seen_at timestamp);
//! create table far_visits (distance int) inherits (visits);
//! ```
//! ```sql,passes
//! create table visits (id int primary key, seen_at timestamptz not null, day date, opens time);
//! ```
//! ```sql,passes
//! create table visits (id int primary key, seen_local timestamp, opens_local_time timestamp, birth_date timestamp);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    schema::Column,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/time-without-zone",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("time_without_zone.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let zoneless = |c: &&Column| types::plain(scene.base(&c.ty)) == "timestamp without time zone";
        // Nobody is born at an instant: that is a day, kept in the wrong type.
        let said = ["local", "wall", "birth", "birthday", "birthdate"];
        let local = |c: &&Column| words(&c.name).iter().any(|w| said.contains(&w.as_str()));
        let columns: Vec<&Column> =
            t.own_columns().filter(zoneless).filter(|c| !types::is_array(&c.ty) && !local(c)).collect();
        for column in &columns {
            let message = format!("{} of {} has no time zone", column.name, t.name().name);
            let spot = Spot::column(t.table, &column.name, message);
            // A partition key, a generated column or an index over an expression can forbid the change.
            let tied = t.table.partition_by.is_some()
                || t.table.columns.iter().any(|c| c.generated.is_some())
                || !t.table.inherits.is_empty();
            if tied {
                out.push(spot);
                continue;
            }
            let precision = types::modifiers(&column.ty).first().map(|n| format!("({n})")).unwrap_or_default();
            let change = Change::SetColumnType {
                table: t.name().clone(),
                column: column.name.clone(),
                ty: format!("timestamp{precision} with time zone"),
                collation: None,
            };
            out.push(spot.fixed(Safety::Visible, vec![change]));
        }
    }
    out
}
