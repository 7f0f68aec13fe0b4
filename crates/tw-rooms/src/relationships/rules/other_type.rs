//! A reference has another type than the key it refers to.
//!
//! ## What
//! A referring column and the column it refers to are of different kinds of type, such as `integer` to `numeric` or
//! `date` to `timestamptz`.
//!
//! ## Why it matters
//! Every join and every check of the reference converts one side; a value that the one type has and the other has not
//! can never match, and an index may not be used for the comparison.
//!
//! ## What to do
//! Give the referring column the type of the column it refers to.
//!
//! ## When to accept it
//! Never in a new schema.
//!
//! ## Sources
//! PostgreSQL manual, CREATE TABLE (REFERENCES); 10.2 Operators (type conversion).
//!
//! ```sql,finds
//! create table users (id numeric primary key);
//! create table posts (id int primary key, author int references users);
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table days (at timestamptz primary key);
//! create table posts (id int primary key, at date);
//! alter table posts add foreign key (at) references days;
//! create index on posts (at);
//! ```
//! ```sql,finds
//! create domain person as bigint;
//! create table users (id numeric(20) primary key);
//! create table posts (id int primary key, author person references users);
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create domain person as int;
//! create table users (id int primary key, name varchar(20) unique);
//! create table posts (id int primary key, author person references users, written_by text references users (name), editor bigint references users);
//! create index on posts (author);
//! create index on posts (written_by);
//! create index on posts (editor);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/other-type",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("other_type.rs"),
    check,
    proof: None,
};

/// Types of one family compare without conversion and are told apart by width alone, which is another flaw.
fn family(ty: &str) -> String {
    if types::is_integer(ty) {
        "integers".into()
    } else if types::is_text(ty) {
        "text".into()
    } else {
        types::plain(ty)
    }
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for r in &t.references {
            let Some(target) = r.target_place.map(|place| scene.tables[place].table) else { continue };
            for (column, to) in r.columns.iter().zip(r.target_columns) {
                let (Some(own), Some(other)) = (t.table.column(column), target.column(to)) else { continue };
                if family(scene.base(&own.ty)) == family(scene.base(&other.ty)) {
                    continue;
                }
                let message = format!(
                    "{column} of {} is {} and refers to {to} of {}, which is {}",
                    t.name().name,
                    own.ty,
                    target.name.name,
                    other.ty
                );
                out.push(Spot::constraint(t.table, &r.constraint.name, message).fact(column));
            }
        }
    }
    out
}
