//! A sequence ends long before its column does.
//!
//! ## What
//! A `bigint` column takes its values from a sequence that ends at the largest `integer` or `smallint`.
//!
//! ## Why it matters
//! The column was widened and the sequence was not: inserts are refused at 2,147,483,647 all the same.
//!
//! ## What to do
//! `ALTER SEQUENCE s AS bigint`, which also lifts its maximum.
//!
//! ## When to accept it
//! When the sequence is bounded on purpose, with a MAXVALUE that is no type's largest.
//!
//! ## Sources
//! PostgreSQL manual, ALTER SEQUENCE (AS).
//!
//! ```sql,finds
//! create table a (id serial primary key);
//! alter table a alter id type bigint;
//! ```
//! ```sql,finds
//! create sequence s as int;
//! create table a (id bigint primary key default nextval('s'));
//! ```
//! ```sql,finds
//! create domain key as bigint;
//! create sequence s as smallint;
//! create table a (id key primary key default nextval('s'));
//! ```
//! ```sql,passes
//! create table a (id bigserial primary key);
//! ```
//! ```sql,passes
//! create sequence s maxvalue 9999;
//! create table a (id bigint primary key default nextval('s'));
//! ```
//! ```sql,passes
//! create table a (id serial primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use std::collections::HashMap;
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    ident,
    schema::Sequence,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/narrow-sequence",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("narrow_sequence.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let by_name: HashMap<String, &Sequence> =
        scene.schema.sequences.iter().map(|s| (ident::name(&s.name), s)).collect();
    let mut out = vec![];
    for (t, c) in scene.columns() {
        let named = c.default.as_deref().and_then(|d| d.strip_prefix("nextval('")).and_then(|d| d.split('\'').next());
        let Some(sequence) = named.and_then(|n| by_name.get(n)) else { continue };
        let narrow = matches!(sequence.max, 32_767 | 2_147_483_647);
        if narrow && scene.base(&c.ty) == "bigint" {
            let message =
                format!("{} of {} could go on, but its sequence ends at {}", c.name, t.name().name, sequence.max);
            let to = Sequence { ty: "bigint".into(), max: i64::MAX, ..(*sequence).clone() };
            let change = Change::AlterSequence { from: (*sequence).clone(), to };
            out.push(Spot::column(t.table, &c.name, message).fixed(Safety::Safe, vec![change]));
        }
    }
    out
}
