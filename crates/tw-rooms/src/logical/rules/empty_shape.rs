//! A table has no columns of its own to say anything.
//!
//! ## What
//! A table has no column at all, or a generated key and nothing else, and nothing refers to it.
//!
//! ## Why it matters
//! Its rows say nothing: it was begun and left, or a migration took its columns away.
//!
//! ## What to do
//! Drop it.
//!
//! ## When to accept it
//! A table that only gives out numbers.
//!
//! ## Sources
//! SchemaCrawler, linter TableWithSingleColumn.
//!
//! ```sql,finds
//! create table a ();
//! ```
//! ```sql,finds
//! create table a (id int generated always as identity primary key);
//! ```
//! ```sql,finds
//! create table a (id serial primary key, what text);
//! alter table a drop column what;
//! ```
//! ```sql,finds
//! create domain key as int;
//! create sequence s;
//! create table a (id key primary key default nextval('s'));
//! ```
//! ```sql,passes
//! create table a (id int generated always as identity primary key);
//! create table b (id int primary key, a int references a);
//! ```
//! ```sql,passes
//! create table names (name text primary key);
//! ```
//! ```sql,passes
//! create table secrets (id int generated always as identity primary key, salt text not null default gen_random_uuid());
//! ```
//! ```sql,passes
//! create table a (id int primary key, what text);
//! create table b () inherits (a);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{finding::Severity, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/empty-shape",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("empty_shape.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        // A uuid that is no key is a secret, made here to be told to somebody.
        let counted = |c: &Column| c.identity.is_some() || c.default.as_deref().unwrap_or("").contains("nextval(");
        let says = t.table.columns.iter().any(|c| !t.is_generated_key(c) || !counted(c) && !t.in_key(&c.name));
        let referred = scene.place(t.name()).is_some_and(|place| !scene.referenced_by[place].is_empty());
        if !says && !referred && t.table.partition_by.is_none() {
            out.push(Spot::table(t.table, format!("a row of {} says nothing", t.name().name)));
        }
    }
    out
}
