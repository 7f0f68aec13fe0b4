//! No row can be the first: tables require each other.
//!
//! ## What
//! Tables refer to each other in a ring, every reference of it is required, and none of them can be checked at the
//! commit.
//!
//! ## Why it matters
//! Each row needs another that is already there. No INSERT into one table succeeds while the tables are empty; only
//! one statement that writes to all of them at once does, and a restore of the rows fails too.
//!
//! ## What to do
//! Make one of the references DEFERRABLE INITIALLY DEFERRED, or let one of them be null.
//!
//! ## When to accept it
//! When one statement with several data-modifying WITH parts writes every row.
//!
//! ## Sources
//! PostgreSQL manual, CREATE TABLE (DEFERRABLE); SET CONSTRAINTS.
//!
//! ```sql,finds
//! create table users (id int primary key, home int not null unique);
//! create table homes (id int primary key, owner int not null unique references users);
//! alter table users add constraint at_home foreign key (home) references homes;
//! ```
//! ```sql,finds
//! create table a (id int primary key, b int not null);
//! create table b (id int primary key, c int not null);
//! create table c (id int primary key, a int not null);
//! alter table a add foreign key (b) references b;
//! alter table b add foreign key (c) references c;
//! alter table c add foreign key (a) references a;
//! create index on a (b);
//! create index on b (c);
//! create index on c (a);
//! ```
//! ```sql,finds
//! create domain ref as int not null;
//! create table a (id int primary key, b ref unique);
//! create table b (id int primary key, a ref unique references a);
//! alter table a add foreign key (b) references b;
//! ```
//! ```sql,passes
//! create table users (id int primary key, home int unique);
//! create table homes (id int primary key, owner int not null unique references users);
//! alter table users add constraint at_home foreign key (home) references homes;
//! ```
//! ```sql,passes
//! create table users (id int primary key, home int not null unique);
//! create table homes (id int primary key, owner int not null unique references users);
//! alter table users add constraint at_home foreign key (home) references homes deferrable initially deferred;
//! ```
//! ```sql,passes
//! create table users (id int primary key, boss int not null references users);
//! create index on users (boss);
//! ```
use crate::{
    kit::steps::refused,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, cycles, edits, rows},
};
use tw_model::{
    evidence::Undecided,
    finding::{Safety, Severity},
    schema::Constraint,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/closed-ring",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("closed_ring.rs"),
    check,
    proof: Some(proof),
};

/// The reference must have a value, and it is checked at once.
fn binds(scene: &Scene, table: &TableScene, reference: &Reference) -> bool {
    reference.constraint.deferrable.is_none() && !reference.columns.iter().any(|c| scene.may_be_null(table, c))
}

/// Rings of binding references, as places in `tables`.
fn rings(scene: &Scene) -> Vec<Vec<usize>> {
    let edges = scene.tables.iter().map(|t| {
        let binding = t.references.iter().filter(|r| binds(scene, t, r));
        binding.filter_map(|r| r.target_place).collect()
    });
    cycles::rings(&edges.collect::<Vec<_>>())
}

/// The binding references within a ring.
fn within<'s>(scene: &'s Scene, ring: &[usize]) -> Vec<(&'s TableScene<'s>, &'s Reference<'s>)> {
    let tables = ring.iter().map(|n| &scene.tables[*n]);
    let all = tables.flat_map(|t| t.references.iter().map(move |r| (t, r)));
    all.filter(|(t, r)| binds(scene, t, r) && r.target_place.is_some_and(|p| ring.contains(&p))).collect()
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for ring in rings(scene) {
        let names: Vec<&str> = ring.iter().map(|n| scene.tables[*n].name().name.as_str()).collect();
        let Some((table, reference)) = within(scene, &ring).into_iter().next() else { continue };
        let message = format!("no row can be the first of {}: they require each other", names.join(", "));
        let changes = edits::replaced(table, Constraint { deferrable: Some(true), ..reference.constraint.clone() });
        let spot = Spot::constraint(table.table, &reference.constraint.name, message);
        // In a larger mesh one reference may not be enough.
        let simple = within(scene, &ring).len() == ring.len();
        out.push(if simple { spot.fixed(Safety::Safe, changes) } else { spot });
    }
    out
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let rings = rings(scene);
    let found = rings.iter().map(|ring| within(scene, ring)).find(|parts| {
        parts.first().is_some_and(|(t, r)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path)
    });
    let parts = found.ok_or_else(|| Undecided::NoTrial("the ring is not found again".into()))?;
    let mut kept: Vec<&str> = vec![];
    for (_, r) in &parts {
        kept.push(&r.constraint.name);
        let place = r.target_place.ok_or_else(|| Undecided::NoTrial("a table was not read".into()))?;
        kept.push(rows::key_of(&scene.tables[place], r)?);
    }
    let mut steps = vec![];
    let mut done: Vec<&str> = vec![];
    for (table, _) in &parts {
        if !done.contains(&table.name().name.as_str()) {
            done.push(&table.name().name);
            steps.extend(rows::bare(table, &kept));
        }
    }
    for (table, r) in &parts {
        let place = r.target_place.ok_or_else(|| Undecided::NoTrial("a table was not read".into()))?;
        let [_, referring] = rows::pair(scene, &scene.tables[place], r, 1)?;
        steps.push(refused(rows::insert(scene, table, 1, &referring)?, "23503", None));
    }
    let (table, reference) = parts[0];
    let twin = edits::replaced(table, Constraint { deferrable: Some(true), ..reference.constraint.clone() });
    Ok(Demonstration { steps, twin })
}
