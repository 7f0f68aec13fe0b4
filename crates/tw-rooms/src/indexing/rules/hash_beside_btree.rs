//! A hash index is over what a B-tree already finds.
//!
//! ## What
//! A column has a hash index, and a B-tree over all rows begins with it.
//!
//! ## Why it matters
//! The B-tree answers equality as well; each of them is kept at every write.
//!
//! ## What to do
//! Drop the hash index, or the B-tree if it is over this column alone and nothing needs its order.
//!
//! ## When to accept it
//! For very long keys that are looked up all the time.
//!
//! ## Sources
//! PostgreSQL manual, 11.2.2 Hash.
//!
//! ```sql,finds
//! create table posts (id int primary key, slug text);
//! create index on posts using hash (slug);
//! create index on posts (slug);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! alter table posts add column slug text unique;
//! create index on posts using hash (slug);
//! ```
//! ```sql,finds
//! create table posts (id int, at date, slug text) partition by range (at);
//! create index on posts using hash (slug);
//! create index on posts (slug, at);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, slug text, title text);
//! create index on posts using hash (slug);
//! create index on posts (title, slug);
//! create index on posts (slug) where id > 0;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, edits},
};
use tw_model::finding::{Safety, Severity};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/hash-beside-btree",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("hash_beside_btree.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for hash in t.ways.iter().filter(|w| w.method == "hash" && w.plain && w.index.is_some()) {
            let tree = t
                .ways
                .iter()
                .find(|w| w.method == "btree" && w.filter.is_none() && w.columns.first() == hash.columns.first());
            if let Some(tree) = tree {
                let message =
                    format!("{} of {} finds what the hash index {} finds", tree.name, t.name().name, hash.name);
                let spot = Spot::index(t.name(), hash.name, message).fact(tree.name);
                out.push(spot.fixed(Safety::Safe, edits::dropped_index(t, hash.name)));
            }
        }
    }
    out
}
