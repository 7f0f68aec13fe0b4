//! Two keys of a table are over the same columns.
//!
//! ## What
//! Two primary or unique constraints, or a constraint and a unique index, hold the same columns, in whatever order.
//!
//! ## Why it matters
//! Each has an index of its own that every insert must fill; the second forbids nothing that the first allows.
//!
//! ## What to do
//! Drop the one that nothing refers to.
//!
//! ## When to accept it
//! When both orders of the columns are searched by: then say so with a plain index.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.3 Unique Constraints.
//!
//! ```sql,finds
//! create table seats (room int, seat int, primary key (room, seat), unique (seat, room));
//! ```
//! ```sql,finds
//! create table seats (id int primary key, room int not null, seat int not null);
//! alter table seats add unique (room, seat);
//! alter table seats add unique (seat, room);
//! ```
//! ```sql,finds
//! create table seats (id int, at date, primary key (id, at)) partition by range (at);
//! alter table seats add unique (at, id);
//! ```
//! ```sql,passes
//! create table seats (room int, seat int, primary key (room, seat), unique (seat));
//! ```
//! ```sql,passes
//! create table seats (id int primary key, room int, seat int, unique (room, seat), unique nulls not distinct (seat));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Key, Scene},
};
use std::collections::BTreeSet;
use tw_model::{
    change::Change,
    finding::{Safety, Severity, SubjectKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/repeated",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("repeated.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let mut kept: Vec<(BTreeSet<&str>, &Key)> = vec![];
        let mut keys: Vec<&Key> = t.keys.iter().collect();
        keys.sort_by_key(|k| (!k.primary, !k.constraint));
        for key in keys {
            let columns: BTreeSet<&str> = key.columns.iter().copied().collect();
            let same = kept.iter().find(|(c, k)| *c == columns && k.nulls_not_distinct == key.nulls_not_distinct);
            let Some((_, first)) = same else {
                kept.push((columns, key));
                continue;
            };
            // The very same index twice is a finding of the room of indexes.
            if !key.constraint && first.columns == key.columns {
                continue;
            }
            let message = format!("{} and {} of {} are over the same columns", first.name, key.name, t.name().name);
            let kind = if key.constraint { SubjectKind::Constraint } else { SubjectKind::Index };
            let spot = Spot::at(kind, crate::rule::member(t.name(), key.name), message).fact(first.name);
            let place = scene.place(t.name()).unwrap_or(0);
            let referred = scene.referenced_by[place].iter().any(|(table, n)| {
                let to = scene.tables[*table].references[*n].target_columns;
                to.iter().map(String::as_str).eq(key.columns.iter().copied())
            });
            let name = key.name.to_string();
            let table = t.name().clone();
            out.push(match (referred, key.constraint) {
                (true, _) => spot,
                (false, true) => spot.fixed(Safety::Safe, vec![Change::DropConstraint { table, name }]),
                (false, false) => spot.fixed(Safety::Safe, vec![Change::DropIndex { table, name }]),
            });
        }
    }
    out
}
