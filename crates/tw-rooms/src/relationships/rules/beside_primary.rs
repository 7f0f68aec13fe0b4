//! A reference goes to another key than the primary one.
//!
//! ## What
//! A foreign key refers to a unique constraint of a table that has a primary key of other columns.
//!
//! ## Why it matters
//! Other references use the primary key, so joins between tables that refer to the same row need a detour; and the
//! unique value is one that people change.
//!
//! ## What to do
//! Refer to the primary key.
//!
//! ## When to accept it
//! When the other key is what both sides speak (codes), or holds the primary key and a tenant.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys.
//!
//! ```sql,finds
//! create table users (id int primary key, mail text not null unique);
//! create table posts (id int primary key, author_mail text references users (mail));
//! create index on posts (author_mail);
//! ```
//! ```sql,finds
//! create table users (id int primary key, login text);
//! alter table users add unique (login);
//! create table posts (id int primary key, login text);
//! alter table posts add foreign key (login) references users (login);
//! create index on posts (login);
//! ```
//! ```sql,finds
//! create domain mail as text;
//! create table users (id int primary key, address mail unique);
//! create table posts (id int, at date, author mail references users (address)) partition by range (at);
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create table users (id int primary key, org int not null, unique (org, id));
//! create table posts (id int primary key, org int not null, author int not null, foreign key (org, author) references users (org, id));
//! create index on posts (org, author);
//! ```
//! ```sql,passes
//! create table users (mail text primary key);
//! create table posts (id int primary key, author text references users);
//! create index on posts (author);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/beside-primary",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("beside_primary.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for r in &t.references {
            let primary = r.target_place.and_then(|p| scene.tables[p].primary());
            let Some(primary) = primary else { continue };
            // A key that holds the primary one only says more of the same row.
            if primary.columns.iter().all(|c| r.target_columns.iter().any(|t| t == c)) {
                continue;
            }
            let (target, columns) = (&r.target.name, r.target_columns.join(", "));
            let message = format!("{} refers to {columns} of {target} and not to its primary key", t.name().name);
            out.push(Spot::constraint(t.table, &r.constraint.name, message));
        }
    }
    out
}
