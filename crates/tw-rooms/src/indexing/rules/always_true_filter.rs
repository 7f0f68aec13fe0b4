//! The predicate of an index holds for every row.
//!
//! ## What
//! A partial index says `WHERE c IS NOT NULL`, and `c` is NOT NULL.
//!
//! ## Why it matters
//! It holds every row and costs as much as a whole index, yet the planner must first prove the predicate, and a
//! reader believes that it is small.
//!
//! ## What to do
//! Make the index again without the predicate.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! PostgreSQL manual, 11.8 Partial Indexes.
//!
//! ```sql,finds
//! create table posts (id int primary key, author int not null);
//! create index on posts (author) where author is not null;
//! ```
//! ```sql,finds
//! create table posts (id int primary key, author int);
//! create index on posts (author) where author is not null;
//! alter table posts alter column author set not null;
//! ```
//! ```sql,finds
//! create domain who as int not null;
//! create table posts (id int primary key, author who);
//! create index on posts (author) where author is not null;
//! ```
//! ```sql,passes
//! create table posts (id int primary key, author int, gone date);
//! create index on posts (author) where author is not null;
//! create index on posts (id) where gone is null;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, edits},
};
use tw_model::{
    finding::{Safety, Severity},
    ident::{self, quote},
    schema::Index,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/always-true-filter",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("always_true_filter.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for index in &t.table.indexes {
            let Some(filter) = &index.filter else { continue };
            let bare = ident::bare(filter);
            let required = t.table.columns.iter().find(|c| bare == format!("{} IS NOT NULL", quote(&c.name)));
            let Some(column) = required.filter(|c| !scene.may_be_null(t, &c.name)) else { continue };
            let message =
                format!("{} of {} leaves out rows without {}: there are none", index.name, t.name().name, column.name);
            let whole = Index { filter: None, comment: None, ..index.clone() };
            out.push(Spot::index(t.name(), &index.name, message).fixed(Safety::Safe, edits::replaced_index(t, whole)));
        }
    }
    out
}
