//! A reference was never checked on the rows that were there before it.
//!
//! ## What
//! A foreign key is NOT VALID.
//!
//! ## Why it matters
//! Rows from before it may refer to nothing, and nobody looks again; programs and the planner may not rely on it.
//!
//! ## What to do
//! Delete or mend what refers to nothing, then `ALTER TABLE t VALIDATE CONSTRAINT c`, which lets reads and writes go
//! on.
//!
//! ## When to accept it
//! In the time between the two steps of adding a key to a large table.
//!
//! ## Sources
//! PostgreSQL manual, ALTER TABLE (VALIDATE CONSTRAINT).
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int);
//! create index on posts (author);
//! alter table posts add foreign key (author) references users not valid;
//! ```
//! ```sql,finds
//! create table users (a int, b int, primary key (a, b));
//! create table posts (id int primary key, a int not null, b int not null);
//! create index on posts (a, b);
//! alter table posts add constraint by_whom foreign key (a, b) references users on delete cascade not valid;
//! ```
//! ```sql,finds
//! create domain who as int;
//! create table users (id int primary key);
//! create table posts (id int primary key);
//! alter table posts add column author who;
//! create index on posts (author);
//! alter table posts add foreign key (author) references users not valid;
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int primary key, author int);
//! create index on posts (author);
//! alter table posts add constraint by_whom foreign key (author) references users not valid;
//! alter table posts validate constraint by_whom;
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
    id: "relationships/not-valid",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("not_valid.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for r in t.references.iter().filter(|r| r.constraint.not_valid) {
            let name = &r.constraint.name;
            let message = format!("older rows of {} were never checked by {name}", t.name().name);
            let change = Change::ValidateConstraint { table: t.name().clone(), name: name.clone() };
            out.push(Spot::constraint(t.table, name, message).fixed(Safety::MayRefuse, vec![change]));
        }
    }
    out
}
