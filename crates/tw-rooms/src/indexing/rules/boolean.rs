//! An index is over a column that has two values.
//!
//! ## What
//! A B-tree index begins with a boolean column and holds all rows.
//!
//! ## Why it matters
//! Half of the table is under each value; the planner reads the table instead, and every write keeps the index.
//!
//! ## What to do
//! Index what is asked for of the rarer value: `CREATE INDEX ON t (...) WHERE NOT done`.
//!
//! ## When to accept it
//! When one value is very rare and the index exists for it alone; a partial index is then still smaller.
//!
//! ## Sources
//! PostgreSQL manual, 11.8 Partial Indexes.
//!
//! ```sql,finds
//! create table jobs (id int primary key, done boolean not null);
//! create index on jobs (done);
//! ```
//! ```sql,finds
//! create table jobs (id int primary key);
//! alter table jobs add column done boolean;
//! create index on jobs (done);
//! ```
//! ```sql,finds
//! create domain flag as boolean;
//! create table jobs (id int, at date, done flag) partition by range (at);
//! create index on jobs (done);
//! ```
//! ```sql,passes
//! create table jobs (id int primary key, done boolean not null, owner int);
//! create index on jobs (owner, done);
//! create index on jobs (done) where not done;
//! create index on jobs (done, owner);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/boolean",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("boolean.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let whole = t.ways.iter().filter(|w| w.filter.is_none() && w.plain && w.index.is_some());
        for way in whole {
            let [column] = way.columns.as_slice() else { continue };
            if t.table.column(column).is_some_and(|c| scene.base(&c.ty) == "boolean") {
                let message = format!("the index {} of {} is over {column}, true or false", way.name, t.name().name);
                out.push(Spot::index(t.name(), way.name, message));
            }
        }
    }
    out
}
