//! A primary key is a random uuid.
//!
//! ## What
//! The default of a primary key is `gen_random_uuid()` or `uuid_generate_v4()`.
//!
//! ## Why it matters
//! Each insert lands on another page of the index: once the index is larger than memory, every insert reads and
//! writes a page of its own, and the log carries a full image of it after each checkpoint.
//!
//! ## What to do
//! Use `uuidv7()` (PostgreSQL 18, or made by the program), which grows with time, or a bigint identity beside a
//! uuid that is shown outside.
//!
//! ## When to accept it
//! Small tables, and keys that must not tell when they were made.
//!
//! ## Sources
//! RFC 9562, section 5.7; PostgreSQL 18 manual, 9.14 UUID Functions.
//!
//! ```sql,finds
//! create table orders (id uuid primary key default gen_random_uuid());
//! ```
//! ```sql,finds
//! create table orders (id uuid not null, what text);
//! alter table orders alter id set default gen_random_uuid();
//! alter table orders add primary key (id);
//! ```
//! ```sql,finds
//! create domain key as uuid;
//! create table orders (id key primary key default gen_random_uuid());
//! ```
//! ```sql,passes
//! create function uuidv7_of_ours() returns uuid language sql as $$ select gen_random_uuid() $$;
//! create table orders (id uuid primary key default uuidv7_of_ours());
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, token uuid not null default gen_random_uuid());
//! ```
//! ```sql,passes
//! create table orders (id uuid primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/random-uuid",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("random_uuid.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let random = scene.columns().filter(|(t, c)| {
        let default = c.default.as_deref().unwrap_or("");
        let made = ["gen_random_uuid()", "uuid_generate_v4()"].iter().any(|f| default.contains(f));
        let alone = t.primary().is_some_and(|k| k.columns == [c.name.as_str()]);
        made && alone && t.kind != Kind::Lookup
    });
    random
        .map(|(t, c)| Spot::column(t.table, &c.name, format!("the key {} of {} is random", c.name, t.name().name)))
        .collect()
}
