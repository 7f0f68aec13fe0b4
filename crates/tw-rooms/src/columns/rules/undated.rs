//! Nothing fills in when a row was made.
//!
//! ## What
//! A column called `created_at` or the like has no default, and no trigger of the table sets it.
//!
//! ## Why it matters
//! Every program must think of it, each by its own clock, and rows written by hand have none.
//!
//! ## What to do
//! `ALTER TABLE t ALTER COLUMN c SET DEFAULT now()`.
//!
//! ## When to accept it
//! When the time comes with the row from elsewhere.
//!
//! ## Sources
//! active_record_doctor, table_without_timestamps.
//!
//! ```sql,finds
//! create table orders (id int primary key, created_at timestamptz not null);
//! ```
//! ```sql,finds
//! create table orders (id int primary key);
//! alter table orders add column created timestamptz;
//! ```
//! ```sql,finds
//! create domain instant as timestamptz;
//! create table orders (id int primary key, inserted_at instant);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, created_at timestamptz not null default now(), recreated_at timestamptz, created_by int, created text);
//! create table deleted_orders (id int primary key, created_at timestamptz not null, deleted_at timestamptz not null default now());
//! ```
//! ```sql,passes
//! create function stamp() returns trigger language plpgsql as 'begin new.created_at = now(); return new; end';
//! create table orders (id int primary key, created_at timestamptz not null);
//! create trigger stamp before insert on orders for each row execute function stamp();
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/undated",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("undated.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let undated = scene.columns().filter(|(t, c)| {
        let words = words(&c.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let made = matches!(
            words.as_slice(),
            ["created" | "inserted" | "added"] | ["created" | "inserted" | "added", "at" | "on" | "time" | "date"]
        );
        let set = t.table.triggers.iter().any(|g| g.definition.contains("BEFORE INSERT"));
        let bare = c.default.is_none() && c.generated.is_none();
        // What is moved here brings its time with it.
        let moved = self::words(&t.name().name).iter().any(|w| w.starts_with("delete") || w.starts_with("archive"));
        !moved && made && bare && !set && types::is_time(scene.base(&c.ty))
    });
    undated
        .map(|(t, c)| {
            let date = scene.base(&c.ty) == "date";
            let default = Some(if date { "CURRENT_DATE" } else { "now()" }.to_string());
            let change = Change::SetDefault { table: t.name().clone(), column: c.name.clone(), default };
            let message = format!("nothing fills in {} of {}", c.name, t.name().name);
            let spot = Spot::column(t.table, &c.name, message);
            // A default on a column that may be null is half of it.
            let mut changes = vec![change];
            if !c.not_null && !scene.domain_not_null(&c.ty) {
                changes.push(Change::SetNotNull { table: t.name().clone(), column: c.name.clone(), not_null: true });
            }
            let safety = if changes.len() == 1 { Safety::Safe } else { Safety::MayRefuse };
            spot.fixed(safety, changes)
        })
        .collect()
}
