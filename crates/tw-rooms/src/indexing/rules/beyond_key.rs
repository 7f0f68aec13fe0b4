//! An index goes on after columns that already tell every row apart.
//!
//! ## What
//! An index that is not unique begins with all columns of a unique key of the same table and has more columns after
//! them.
//!
//! ## Why it matters
//! After the key at most one row is left: the columns behind it find and order nothing. The key's own index finds the
//! row.
//!
//! ## What to do
//! Drop it; where a query should be answered from the index alone, put the column into INCLUDE of the key.
//!
//! ## When to accept it
//! When reading it alone (index-only scans) is what it is for.
//!
//! ## Sources
//! PostgreSQL manual, 11.9 Index-Only Scans and Covering Indexes.
//!
//! ```sql,finds
//! create table posts (id int primary key, title text);
//! create index on posts (id, title);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, slug text not null, title text);
//! alter table posts add unique (slug);
//! create index on posts (slug, title);
//! ```
//! ```sql,finds
//! create table posts (id int, at date, title text, primary key (id, at)) partition by range (at);
//! create index on posts (id, at, title);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, author int, title text, slug text);
//! create index on posts (author, id);
//! create index on posts (title, id);
//! create unique index on posts (slug) where author is null;
//! create index on posts (slug, title);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/beyond-key",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("beyond_key.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for way in t.ways.iter().filter(|w| !w.unique && w.method == "btree" && w.index.is_some()) {
            let parts = way.index.map_or(0, |i| i.parts.len());
            let key = t.keys.iter().find(|k| {
                let n = k.columns.len();
                parts > n && way.columns.len() >= n && k.columns.iter().all(|c| way.columns[..n].contains(c))
            });
            if let Some(key) = key {
                let columns = key.columns.join(", ");
                let message =
                    format!("{} of {} goes on after {columns}, which tells every row apart", way.name, t.name().name);
                out.push(Spot::index(t.name(), way.name, message).fact(key.name));
            }
        }
    }
    out
}
