//! Tables refer to each other in a ring.
//!
//! ## What
//! Two or more tables refer to each other, directly or through others. (Where every reference is required, another
//! rule speaks.)
//!
//! ## Why it matters
//! Rows cannot be written, deleted or restored table by table: one side is written first and completed later, and a
//! delete must undo that first.
//!
//! ## What to do
//! Keep the direction that is always true. *The current one* of many is better a flag or a partial unique index on
//! the many than a reference back.
//!
//! ## When to accept it
//! When both directions are facts of their own, such as the head of a department who is one of its members.
//!
//! ## Sources
//! SchemaCrawler lint TableCycles; Hoffmann's DBLint, cycles.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table photos (id int primary key, owner int references users);
//! alter table users add column avatar int references photos;
//! create index on users (avatar);
//! create index on photos (owner);
//! ```
//! ```sql,finds
//! create table users (id int primary key, photo int);
//! create table photos (id int primary key, owner int not null references users);
//! alter table users add foreign key (photo) references photos;
//! create index on users (photo);
//! create index on photos (owner);
//! ```
//! ```sql,finds
//! create table users (id int, at date, photo int, primary key (id, at)) partition by range (at);
//! create table photos (id int primary key, owner int, at date, foreign key (owner, at) references users);
//! alter table users add foreign key (photo) references photos;
//! create index on users (photo);
//! create index on photos (owner, at);
//! ```
//! ```sql,passes
//! create table users (id int primary key, boss int references users);
//! create table photos (id int primary key, owner int references users, taken_by int references users);
//! create index on users (boss);
//! create index on photos (owner);
//! create index on photos (taken_by);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, cycles},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/ring",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("ring.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let by = |closed: bool| {
        let edges = scene.tables.iter().map(|t| {
            // What is checked at the commit does not order the writes.
            let ordered = t.references.iter().filter(|r| r.constraint.deferrable.is_none());
            let counted = ordered.filter(|r| !closed || !r.columns.iter().any(|c| scene.may_be_null(t, c)));
            counted.filter_map(|r| r.target_place).collect()
        });
        cycles::rings(&edges.collect::<Vec<_>>())
    };
    let closed = by(true);
    let open = by(false).into_iter().filter(|ring| !closed.contains(ring));
    open.map(|ring| {
        let names: Vec<&str> = ring.iter().map(|n| scene.tables[*n].name().name.as_str()).collect();
        Spot::table(scene.tables[ring[0]].table, format!("{} refer to each other in a ring", names.join(", ")))
    })
    .collect()
}
