//! Two indexes of a table are the same.
//!
//! ## What
//! Two indexes have the same method, columns, order, operator classes and predicate; or a unique constraint and a plain
//! index do.
//!
//! ## Why it matters
//! Each costs room and a write at every insert and at most updates; the second answers nothing that the first does not.
//!
//! ## What to do
//! Drop the one that no constraint owns: DROP INDEX CONCURRENTLY does not block.
//!
//! ## When to accept it
//! For the time of a rebuild, when the new one is to replace the old.
//!
//! ## Sources
//! PostgreSQL manual, 11.1 Introduction (indexes add overhead).
//!
//! ```sql,finds
//! create table posts (id int primary key, author int);
//! create index one on posts (author);
//! create index two on posts (author);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, slug text unique);
//! create index on posts (slug);
//! ```
//! ```sql,finds
//! create table posts (id int, at date) partition by range (at);
//! create index one on posts (lower(id::text), at desc) where id > 0;
//! create index two on posts (lower(id::text), at desc) where id > 0;
//! ```
//! ```sql,passes
//! create table posts (id int primary key, author int, slug text);
//! create index on posts (author);
//! create index on posts (author desc, id);
//! create index on posts (author) where id > 0;
//! create index on posts using hash (author);
//! create index on posts (slug);
//! create index on posts (slug text_pattern_ops);
//! create index on posts (slug collate "C");
//! ```
//! ```sql,passes
//! create table posts (id int primary key, slug text, title text);
//! create index on posts (slug) include (title);
//! create unique index on posts (slug);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    schema::{ConstraintKind, Index, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/duplicate",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("duplicate.rs"),
    check,
    proof: None,
};

/// What an index keeps, but for its name and whether it forbids.
fn shape(index: &Index) -> String {
    let same = Index { name: String::new(), comment: None, unique: false, nulls_not_distinct: false, ..index.clone() };
    format!("{same:?}")
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let owned = t.table.constraints.iter().filter_map(|c| {
            let (columns, include) = match &c.kind {
                ConstraintKind::Primary { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
                    (columns, include)
                }
                _ => return None,
            };
            let parts = columns.iter().map(|c| IndexPart { column: c.clone(), ..IndexPart::default() });
            let include = include.clone();
            let index = Index { method: "btree".into(), parts: parts.collect(), include, ..Index::default() };
            Some((c.name.as_str(), shape(&index)))
        });
        // Constraints first, then unique indexes: what forbids is kept.
        let mut kept: Vec<(&str, String)> = owned.collect();
        let mut indexes: Vec<&Index> = t.table.indexes.iter().collect();
        indexes.sort_by_key(|i| (!i.unique, i.name.clone()));
        for index in indexes {
            let shape = shape(index);
            match kept.iter().find(|(_, s)| *s == shape) {
                Some((same, _)) => {
                    let message = format!("the index {} of {} is the same as {same}", index.name, t.name().name);
                    let change = Change::DropIndex { table: t.name().clone(), name: index.name.clone() };
                    out.push(Spot::index(t.name(), &index.name, message).fact(*same).fixed(Safety::Safe, vec![change]));
                }
                None => kept.push((&index.name, shape)),
            }
        }
    }
    out
}
