//! An index holds a column twice.
//!
//! ## What
//! A column stands twice among the columns of an index, INCLUDE counted.
//!
//! ## Why it matters
//! Every entry is larger and nothing is found by it that was not found before.
//!
//! ## What to do
//! Make the index again without the second.
//!
//! ## When to accept it
//! With another operator class, which answers other questions; that is not reported.
//!
//! ## Sources
//! PostgreSQL manual, CREATE INDEX (INCLUDE).
//!
//! ```sql,finds
//! create table posts (id int primary key, author int, at date);
//! create index on posts (author, at, author);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, author int);
//! alter table posts add column at date;
//! create index on posts (author, at) include (author);
//! ```
//! ```sql,finds
//! create table posts (id int, author int, at date) partition by range (at);
//! create index on posts (author, at, author desc);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, slug text, title text);
//! create index on posts (slug, slug text_pattern_ops);
//! create index on posts (title) include (slug);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, edits},
};
use tw_model::{
    finding::{Safety, Severity},
    schema::{Index, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/column-twice",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("column_twice.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for index in &t.table.indexes {
            let mut parts: Vec<IndexPart> = vec![];
            for part in &index.parts {
                let same = |p: &IndexPart| {
                    (&p.column, &p.opclass, &p.collation) == (&part.column, &part.opclass, &part.collation)
                };
                if !parts.iter().any(same) {
                    parts.push(part.clone());
                }
            }
            let mut include = index.include.clone();
            include.retain(|c| !parts.iter().any(|p| !p.is_expression && p.opclass.is_none() && p.column == *c));
            if parts.len() + include.len() == index.parts.len() + index.include.len() {
                continue;
            }
            let message = format!("the index {} of {} holds a column twice", index.name, t.name().name);
            let once = Index { parts, include, comment: None, ..index.clone() };
            // Without it the index can be the same as, or the beginning of, another.
            let others = t.table.indexes.iter().filter(|o| o.name != index.name);
            let alone = !others.clone().any(|o| o.parts.starts_with(&once.parts) || once.parts.starts_with(&o.parts));
            let spot = Spot::index(t.name(), &index.name, message);
            out.push(if alone { spot.fixed(Safety::Safe, edits::replaced_index(t, once)) } else { spot });
        }
    }
    out
}
