//! An instant is rounded to seconds.
//!
//! ## What
//! A column is `timestamp(0)` or `timestamptz(0)`.
//!
//! ## Why it matters
//! The server rounds, it does not cut: what happened at 23:59:59.7 is kept as the next day, and a value can lie in
//! the future of when it was written.
//!
//! ## What to do
//! Keep the full precision and cut it where it is shown: `date_trunc('second', t)`.
//!
//! ## When to accept it
//! When the program cuts the value before it writes.
//!
//! ## Sources
//! PostgreSQL wiki, Don't Do This (timestamp(0)).
//!
//! ```sql,finds
//! create table visits (id int primary key, seen timestamptz(0));
//! ```
//! ```sql,finds
//! create table visits (id int primary key, seen timestamptz);
//! alter table visits alter seen type timestamp(0);
//! ```
//! ```sql,finds
//! create domain instant as timestamptz(0);
//! create table visits (id int primary key, seen instant);
//! ```
//! ```sql,passes
//! create table visits (id int primary key, seen timestamptz, more timestamptz(3), opens time(0));
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
    id: "columns/rounded-instant",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("rounded_instant.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let rounded = scene.columns().filter(|(_, c)| {
        let ty = scene.base(&c.ty);
        ty.starts_with("timestamp(0)") && !types::is_array(ty)
    });
    rounded
        .map(|(t, c)| {
            let spot = Spot::column(
                t.table,
                &c.name,
                format!("{} of {} is rounded up to the next second", c.name, t.name().name),
            );
            if !c.ty.starts_with("timestamp(0)") || !t.is_free(c) {
                return spot;
            }
            let change = Change::SetColumnType {
                table: t.name().clone(),
                column: c.name.clone(),
                ty: types::plain(&c.ty),
                collation: None,
            };
            spot.fixed(Safety::Visible, vec![change])
        })
        .collect()
}
