//! An index is another one read backwards.
//!
//! ## What
//! Two B-tree indexes of a table have the same columns, all of them in the opposite direction.
//!
//! ## Why it matters
//! A B-tree is read in both directions; the second answers nothing that the first does not.
//!
//! ## What to do
//! Drop one of them, concurrently.
//!
//! ## When to accept it
//! Never, unless their order of nulls differs.
//!
//! ## Sources
//! PostgreSQL manual, 11.4 Indexes and ORDER BY.
//!
//! ```sql,finds
//! create table posts (id int primary key, at date);
//! create index one on posts (at);
//! create index two on posts (at desc);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, author int);
//! alter table posts add column at date;
//! create index one on posts (author, at desc);
//! create index two on posts (author desc, at);
//! ```
//! ```sql,finds
//! create table posts (id int, at date) partition by range (at);
//! create index one on posts (at) where id > 0;
//! create index two on posts (at desc) where id > 0;
//! ```
//! ```sql,passes
//! create table posts (id int primary key, author int, at date);
//! create index one on posts (author, at);
//! create index two on posts (author, at desc);
//! create index three on posts (at);
//! create index four on posts (at desc nulls last);
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
    id: "indexing/backward-copy",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("backward_copy.rs"),
    check,
    proof: None,
};

/// The index as it is when read backwards.
fn backward(index: &Index) -> Vec<IndexPart> {
    let turned = |p: &IndexPart| IndexPart { desc: !p.desc, nulls_first: p.nulls_first.map(|n| !n), ..p.clone() };
    index.parts.iter().map(turned).collect()
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let trees: Vec<&Index> = t.table.indexes.iter().filter(|i| i.method == "btree" && !i.unique).collect();
        for (n, index) in trees.iter().enumerate() {
            let turned = backward(index);
            let same = |o: &&&Index| o.parts == turned && o.filter == index.filter && o.include == index.include;
            if let Some(first) = trees[..n].iter().find(same) {
                let message = format!("the index {} of {} is {} read backwards", index.name, t.name().name, first.name);
                let spot = Spot::index(t.name(), &index.name, message).fact(&first.name);
                out.push(spot.fixed(Safety::Safe, edits::dropped_index(t, &index.name)));
            }
        }
    }
    out
}
