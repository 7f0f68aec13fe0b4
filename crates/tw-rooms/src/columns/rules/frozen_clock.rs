//! A default is the time at which the table was made.
//!
//! ## What
//! The default of a column that says when a row was written is a constant time: `DEFAULT 'now'::timestamptz` is
//! worked out once, when the table is made.
//!
//! ## Why it matters
//! Every row says that it was written on the day of that migration.
//!
//! ## What to do
//! `ALTER TABLE t ALTER COLUMN c SET DEFAULT now()`.
//!
//! ## When to accept it
//! A date that stands for "before we counted", on a column that is not about the row.
//!
//! ## Sources
//! PostgreSQL manual, 9.9.5 Current Date/Time (tip).
//!
//! ```sql,finds
//! create table orders (id int primary key, created_at timestamptz not null default 'now'::timestamptz);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, updated_at timestamp not null);
//! alter table orders alter updated_at set default timestamp 'now';
//! ```
//! ```sql,finds
//! create domain instant as timestamptz;
//! create table orders (id int primary key, created_at instant not null default timestamptz 'now');
//! ```
//! ```sql,passes
//! create table orders (id int primary key, created_at timestamptz not null default now(), valid_until date not null default '9999-12-31', updated_at timestamptz not null default 'epoch');
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, kinds::is_stamp, types},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/frozen-clock",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("frozen_clock.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let frozen = scene.columns().filter(|(_, c)| {
        let text = c.default.as_deref().and_then(|d| d.strip_prefix('\''));
        // A full instant of this century; the beginning of time and its end are meant.
        let instant = text
            .is_some_and(|t| t.starts_with("20") && t.get(10..11) == Some(" ") && t.get(11..19) != Some("00:00:00"));
        instant && is_stamp(&c.name) && types::is_time(scene.base(&c.ty))
    });
    frozen
        .map(|(t, c)| {
            let default = Some("now()".to_string());
            let change = Change::SetDefault { table: t.name().clone(), column: c.name.clone(), default };
            let message = format!("{} of {} is the time at which the table was made", c.name, t.name().name);
            Spot::column(t.table, &c.name, message).fixed(Safety::Visible, vec![change])
        })
        .collect()
}
