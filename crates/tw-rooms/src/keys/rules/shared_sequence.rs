//! Two columns take their values from one sequence.
//!
//! ## What
//! The defaults of two columns, of one table or two, are `nextval` of the same sequence.
//!
//! ## Why it matters
//! Each sees gaps where the other took a value, neither can be reset or widened alone, and dropping one table can
//! take the sequence from the other.
//!
//! ## What to do
//! Give each its own identity.
//!
//! ## When to accept it
//! When numbers must differ over both tables, and that is said in a comment.
//!
//! ## Sources
//! PostgreSQL manual, CREATE SEQUENCE (OWNED BY).
//!
//! ```sql,finds
//! create sequence s;
//! create table a (id bigint primary key default nextval('s'));
//! create table b (id bigint primary key default nextval('s'));
//! ```
//! ```sql,finds
//! create table a (id serial primary key);
//! create table b (like a including defaults);
//! alter table b add primary key (id);
//! ```
//! ```sql,finds
//! create sequence s;
//! create domain key as bigint default nextval('s');
//! create table a (id key primary key default nextval('s'));
//! create table b (id bigint primary key, n bigint default nextval('s'));
//! ```
//! ```sql,passes
//! create table a (id serial primary key);
//! create table b (id serial primary key);
//! ```
//! ```sql,passes
//! create table a (id serial primary key);
//! create table b (more int) inherits (a);
//! ```
//! ```sql,passes
//! create table a (id serial, at date, primary key (id, at)) partition by range (at);
//! create table a1 partition of a for values from ('2024-01-01') to ('2025-01-01');
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene},
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/shared-sequence",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("shared_sequence.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut users: BTreeMap<&str, Vec<(&TableScene, &str)>> = BTreeMap::new();
    for (t, c) in scene.columns() {
        let sequence =
            c.default.as_deref().and_then(|d| d.strip_prefix("nextval('")).and_then(|d| d.split('\'').next());
        if let Some(sequence) = sequence {
            users.entry(sequence).or_default().push((t, &c.name));
        }
    }
    let mut out = vec![];
    for (sequence, users) in users.into_iter().filter(|(_, u)| u.len() > 1) {
        let names: Vec<String> = users.iter().map(|(t, c)| format!("{}.{c}", t.name().name)).collect();
        for (t, column) in users.iter().skip(1) {
            let message = format!("{} take their values from one sequence, {sequence}", names.join(" and "));
            out.push(Spot::column(t.table, column, message).fact(sequence));
        }
    }
    out
}
