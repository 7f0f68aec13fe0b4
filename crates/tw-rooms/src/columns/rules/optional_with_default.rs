//! A column has a default and may be null all the same.
//!
//! ## What
//! A column has a default that is a constant or the current time, and is not NOT NULL.
//!
//! ## Why it matters
//! Rows that leave it out have a value, rows that write null have none: the default did not say that there is
//! always one.
//!
//! ## What to do
//! Make it NOT NULL.
//!
//! ## When to accept it
//! When null is a value of its own that programs write.
//!
//! ## Sources
//! TalTech catalogue of design smells, optional column with a default.
//!
//! ```sql,finds
//! create table orders (id int primary key, placed timestamptz default now());
//! ```
//! ```sql,finds
//! create table orders (id int primary key, state text);
//! alter table orders alter state set default 'new';
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table orders (id int primary key, state word default 'new');
//! ```
//! ```sql,passes
//! create table orders (id int primary key, placed timestamptz not null default now(), state text, note text default null);
//! ```
//! ```sql,passes
//! create domain word as text not null;
//! create table orders (id int primary key, state word default 'new', paid boolean default false);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/optional-with-default",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("optional_with_default.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let open = scene.columns().filter(|(t, c)| {
        let default = c.default.as_deref().unwrap_or("NULL");
        let says = !default.starts_with("NULL") && !default.starts_with("nextval(");
        let required = c.not_null || t.in_primary(&c.name) || scene.domain_not_null(&c.ty);
        // A flag that may be null is a finding of its own; a reference with a default may be let go.
        says && !required && scene.base(&c.ty) != "boolean" && !t.refers(&c.name) && c.generated.is_none()
    });
    open.map(|(t, c)| {
        let change = Change::SetNotNull { table: t.name().clone(), column: c.name.clone(), not_null: true };
        let message = format!("{} of {} has a default and may be null", c.name, t.name().name);
        Spot::column(t.table, &c.name, message).fixed(Safety::MayRefuse, vec![change])
    })
    .collect()
}
