//! Columns have defaults and may be null all the same.
//!
//! ## What
//! Columns of a table have a default that is a constant or the current time, and are not NOT NULL.
//!
//! ## Why it matters
//! Rows that leave it out have a value, rows that write null have none: the default did not say that there is
//! always one.
//!
//! ## What to do
//! Make them NOT NULL.
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
    scene::{Scene, TableScene},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    schema::Column,
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
    let mut out = vec![];
    for t in scene.designed() {
        let open: Vec<&str> = t.own_columns().filter(|c| open(scene, t, c)).map(|c| c.name.as_str()).collect();
        if open.is_empty() {
            continue;
        }
        let table = t.name();
        let message = match open.as_slice() {
            [one] => format!("{one} of {} has a default and may be null", table.name),
            many => format!("{} of {} have defaults and may be null", many.join(", "), table.name),
        };
        let required = |c: &&str| Change::SetNotNull { table: table.clone(), column: c.to_string(), not_null: true };
        out.push(Spot::table(t.table, message).fixed(Safety::MayRefuse, open.iter().map(required).collect()));
    }
    out
}

fn open(scene: &Scene, t: &TableScene, c: &Column) -> bool {
    let default = c.default.as_deref().unwrap_or("NULL");
    let says = !default.starts_with("NULL") && !default.starts_with("nextval(");
    let required = c.not_null || t.in_primary(&c.name) || scene.domain_not_null(&c.ty);
    // A flag that may be null is a finding of its own; a reference with a default may be let go.
    says && !required && scene.base(&c.ty) != "boolean" && !t.refers(&c.name) && c.generated.is_none()
}
