//! A unique key holds the columns of another and more.
//!
//! ## What
//! A unique constraint takes in all columns of the primary key, or of another unique key that holds no null, and
//! further ones; and nothing refers to it.
//!
//! ## Why it matters
//! The smaller key forbids everything that the larger one does, so it only costs an index; or the smaller one was
//! meant to be larger, and refuses rows it should take.
//!
//! ## What to do
//! Drop the larger key, or correct the smaller one.
//!
//! ## When to accept it
//! When a foreign key refers to all its columns, so that rows agree in the further ones too.
//!
//! ## Sources
//! Date, Database in Depth (irreducible keys).
//!
//! ```sql,finds
//! create table seats (id int primary key, room int not null, unique (id, room));
//! ```
//! ```sql,finds
//! create table seats (id int primary key, code text not null unique, room int not null);
//! alter table seats add unique (code, room);
//! ```
//! ```sql,finds
//! create domain code as text not null;
//! create table seats (id int primary key, code code unique, room int not null, unique (room, code));
//! ```
//! ```sql,passes
//! create table seats (id int primary key, room int not null, unique (id, room));
//! create table tickets (id int primary key, seat int, room int, foreign key (seat, room) references seats (id, room));
//! ```
//! ```sql,passes
//! create table seats (id int primary key, code text unique, room int not null, unique (room, code));
//! ```
//! ```sql,passes
//! create table seats (id int primary key, code text not null, room int not null, unique (room, code));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/wider-than-needed",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("wider_than_needed.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (place, t) in
        scene.tables.iter().enumerate().filter(|(_, t)| !matches!(t.kind, Kind::Partition | Kind::Bookkeeping))
    {
        let required = |c: &str| t.table.column(c).is_some_and(|c| c.not_null || scene.domain_not_null(&c.ty));
        for wide in t.keys.iter().filter(|k| k.constraint && !k.primary) {
            let small = t.keys.iter().find(|k| {
                let inside = k.columns.len() < wide.columns.len() && k.columns.iter().all(|c| wide.columns.contains(c));
                inside && (k.primary || k.columns.iter().all(|c| required(c)))
            });
            let referred = scene.referenced_by[place].iter().any(|(table, n)| {
                scene.tables[*table].references[*n].target_columns.len() == wide.columns.len()
                    && scene.tables[*table].references[*n]
                        .target_columns
                        .iter()
                        .all(|c| wide.columns.contains(&c.as_str()))
            });
            if let (Some(small), false) = (small, referred) {
                let message = format!(
                    "the key ({}) of {} forbids nothing that ({}) allows",
                    wide.columns.join(", "),
                    t.name().name,
                    small.columns.join(", ")
                );
                let change = Change::DropConstraint { table: t.name().clone(), name: wide.name.into() };
                out.push(
                    Spot::constraint(t.table, wide.name, message).fact(small.name).fixed(Safety::Safe, vec![change]),
                );
            }
        }
    }
    out
}
