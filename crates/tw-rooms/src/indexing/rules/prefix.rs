//! An index is the beginning of another one.
//!
//! ## What
//! A B-tree index has the columns with which another B-tree index of the table begins, in the same order and
//! direction, and holds the same rows.
//!
//! ## Why it matters
//! The longer one answers whatever the shorter one does; the shorter one costs room and a write at every insert.
//!
//! ## What to do
//! Drop the shorter one, concurrently. Keep it if the longer one is several times as wide and the table is read by
//! the first column alone very often.
//!
//! ## When to accept it
//! When the longer one has wide columns and the shorter one is read most of the time.
//!
//! ## Sources
//! PostgreSQL manual, 11.3 Multicolumn Indexes.
//!
//! ```sql,finds
//! create table posts (id int primary key, author int, at date);
//! create index one on posts (author);
//! create index two on posts (author, at);
//! ```
//! ```sql,finds
//! create table posts (author int, at date, primary key (author, at));
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table posts (author int, at date, n int) partition by range (at);
//! create index one on posts (author, at desc);
//! create index two on posts (author, at desc, n);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, author int, title text);
//! create index one on posts (lower(title)) where author > 0;
//! create index two on posts (lower(title), author) where author > 0;
//! ```
//! ```sql,passes
//! create table posts (id int primary key, author int, at date, n int);
//! create unique index one on posts (author);
//! create index two on posts (author, at);
//! create index three on posts (at desc);
//! create index four on posts (at, n);
//! create index five on posts (n) where at is null;
//! create index six on posts (n, at);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, author int, at date, n int);
//! create index one on posts (author) include (n);
//! create index two on posts (author, at);
//! create index three on posts using hash (n);
//! create index four on posts (n, at);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, edits},
};
use tw_model::{
    finding::{Safety, Severity},
    schema::{ConstraintKind, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/prefix",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("prefix.rs"),
    check,
    proof: None,
};

/// What of an index matters here: its name, its parts, the rows it holds.
struct Held<'s> {
    name: &'s str,
    parts: Vec<IndexPart>,
    filter: Option<&'s str>,
    /// Columns it carries besides.
    include: &'s [String],
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let owned = t.table.constraints.iter().filter_map(|c| match &c.kind {
            ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                let part = |c: &String| IndexPart { column: c.clone(), ..IndexPart::default() };
                Some(Held { name: &c.name, parts: columns.iter().map(part).collect(), filter: None, include: &[] })
            }
            _ => None,
        });
        let trees = t.table.indexes.iter().filter(|i| i.method == "btree");
        let held: Vec<Held> = owned
            .chain(trees.clone().map(|i| Held {
                name: &i.name,
                parts: i.parts.clone(),
                filter: i.filter.as_deref(),
                include: &i.include,
            }))
            .collect();
        for short in trees.filter(|i| !i.unique) {
            let longer = held.iter().find(|long| {
                long.parts.len() > short.parts.len()
                    && long.parts.starts_with(&short.parts)
                    && long.filter == short.filter.as_deref()
                    && short.include.iter().all(|c| {
                        long.include.contains(c) || long.parts.iter().any(|p| !p.is_expression && p.column == *c)
                    })
            });
            if let Some(long) = longer {
                let message = format!("{} begins with all of the index {} of {}", long.name, short.name, t.name().name);
                let spot = Spot::index(t.name(), &short.name, message).fact(long.name);
                out.push(spot.fixed(Safety::Safe, edits::dropped_index(t, &short.name)));
            }
        }
    }
    out
}
