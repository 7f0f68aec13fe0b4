//! A uuid is kept as text.
//!
//! ## What
//! A column called `uuid` or `guid`, or with the default `gen_random_uuid()`, is of a text type.
//!
//! ## Why it matters
//! It takes 37 bytes instead of 16 in the table and in each index, the same uuid in capitals is another, and what
//! is none is taken.
//!
//! ## What to do
//! Use `uuid`: `ALTER TABLE t ALTER COLUMN c TYPE uuid USING c::uuid`.
//!
//! ## When to accept it
//! When others write values that only look like uuids.
//!
//! ## Sources
//! PostgreSQL manual, 8.12 UUID Type.
//!
//! ```sql,finds
//! create table orders (id int primary key, uuid varchar(36) not null);
//! ```
//! ```sql,finds
//! create table orders (id text primary key);
//! alter table orders alter id set default gen_random_uuid();
//! ```
//! ```sql,finds
//! create domain key as text;
//! create table orders (id int primary key, order_guid key);
//! ```
//! ```sql,passes
//! create table orders (id uuid primary key, uuid_source text, token text default md5('x'), guide text, api_secret text default gen_random_uuid());
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/uuid-in-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("uuid_in_text.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let uuids = scene.columns().filter(|(_, c)| {
        let named = words(&c.name).last().is_some_and(|w| w == "uuid" || w == "guid");
        let made =
            c.default.as_deref().is_some_and(|d| d.contains("gen_random_uuid()") || d.contains("uuid_generate_v"));
        let secret =
            words(&c.name).iter().any(|w| matches!(w.as_str(), "secret" | "token" | "password" | "nonce" | "salt"));
        (named || made && !secret) && types::is_text(scene.base(&c.ty))
    });
    uuids
        .map(|(t, c)| {
            Spot::column(t.table, &c.name, format!("{} of {} is a uuid kept as {}", c.name, t.name().name, c.ty))
        })
        .collect()
}
