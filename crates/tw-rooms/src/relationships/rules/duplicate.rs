//! The same reference is declared twice.
//!
//! ## What
//! Two foreign keys of a table have the same columns and refer to the same columns of the same table.
//!
//! ## Why it matters
//! Every insert and update is checked twice, every delete looks twice; and where they say different things ON DELETE,
//! what happens depends on which fires first.
//!
//! ## What to do
//! Drop one of them; where they differ, keep the one whose ON DELETE is meant.
//!
//! ## When to accept it
//! While a NOT VALID copy is there to be validated.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int references users, foreign key (author) references users);
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int references users);
//! alter table posts add constraint again foreign key (author) references users on delete cascade;
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table users (a int, b int, primary key (a, b));
//! create table posts (at date, a int, b int, foreign key (a, b) references users, foreign key (b, a) references users (b, a)) partition by range (at);
//! create index on posts (a, b);
//! ```
//! ```sql,passes
//! create table users (id int primary key, mail text unique);
//! create table posts (id int primary key, author int references users, editor int references users, mail text references users (mail));
//! create index on posts (author);
//! create index on posts (editor);
//! create index on posts (mail);
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
    id: "relationships/duplicate",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("duplicate.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let mut seen: Vec<(Vec<(&String, &String)>, usize)> = vec![];
        for (n, r) in t.references.iter().enumerate() {
            let mut pairs: Vec<(&String, &String)> = r.columns.iter().zip(r.target_columns).collect();
            pairs.sort();
            let first = seen.iter().find(|(p, m)| *p == pairs && t.references[*m].target == r.target);
            let Some((_, first)) = first else {
                seen.push((pairs, n));
                continue;
            };
            let first = &t.references[*first];
            let (name, other) = (&r.constraint.name, &first.constraint.name);
            let message = format!("{name} of {} says the same as {other}", t.name().name);
            let spot = Spot::constraint(t.table, name, message).fact(other);
            let alike = (first.on_delete, first.on_update, first.match_full, first.constraint.deferrable)
                == (r.on_delete, r.on_update, r.match_full, r.constraint.deferrable);
            let change = Change::DropConstraint { table: t.name().clone(), name: name.clone() };
            out.push(if alike && !first.constraint.not_valid { spot.fixed(Safety::Safe, vec![change]) } else { spot });
        }
    }
    out
}
