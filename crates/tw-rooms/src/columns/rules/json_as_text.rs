//! JSON is kept as text.
//!
//! ## What
//! A column is of type `json`, which keeps the text as it was written.
//!
//! ## Why it matters
//! Every access parses the whole text again, it has no equality, so neither DISTINCT nor UNION nor a key takes it,
//! and no index finds rows by what is in it.
//!
//! ## What to do
//! Use `jsonb`: `ALTER TABLE t ALTER COLUMN c TYPE jsonb USING c::jsonb`.
//!
//! ## When to accept it
//! When blanks, the order of keys or repeated keys must be given back as they came.
//!
//! ## Sources
//! PostgreSQL manual, 8.14 JSON Types.
//!
//! ```sql,finds
//! create table events (id int primary key, body json not null);
//! ```
//! ```sql,finds
//! create table events (id int primary key);
//! alter table events add column body json;
//! ```
//! ```sql,finds
//! create domain document as json;
//! create table events (id int primary key, body document);
//! ```
//! ```sql,passes
//! create table events (id int primary key, body jsonb not null, raw_json text);
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
    id: "columns/json-as-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("json_as_text.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let json = scene.columns().filter(|(_, c)| scene.base(&c.ty) == "json");
    json.map(|(t, c)| {
        let spot = Spot::column(t.table, &c.name, format!("{} of {} is json, not jsonb", c.name, t.name().name));
        if c.ty != "json" || !t.is_free(c) {
            return spot;
        }
        let change = Change::SetColumnType {
            table: t.name().clone(),
            column: c.name.clone(),
            ty: "jsonb".into(),
            collation: None,
        };
        spot.fixed(Safety::Visible, vec![change])
    })
    .collect()
}
