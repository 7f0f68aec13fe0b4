//! An index has more columns than a search narrows down by.
//!
//! ## What
//! A B-tree index that is not unique has more than five key columns.
//!
//! ## Why it matters
//! After two or three columns a search has found its rows; what follows makes the tree larger, and an update of any
//! of the columns writes to it.
//!
//! ## What to do
//! Keep the columns that are compared, in the order equality, then range; put what is only shown into INCLUDE.
//!
//! ## When to accept it
//! Reports that are answered from this index alone.
//!
//! ## Sources
//! PostgreSQL manual, 11.3 Multicolumn Indexes (more than three columns are unlikely to be helpful).
//!
//! ```sql,finds
//! create table posts (id int primary key, a int, b int, c int, d int, e int, f int, g int);
//! create index on posts (a, b, c, d, e, f);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, a int, b int, c int, d int, e int, g int);
//! alter table posts add column f int;
//! create index on posts (a, b desc, (c + 1), d, e, f) where a > 0;
//! ```
//! ```sql,finds
//! create table posts (id int, a int, b int, c int, d int, e int, f int, g date) partition by range (g);
//! create index on posts (a, b, c, d, e, f, g);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, a int, b int, c int, d int, e int, f int, g int, unique (a, b, c, d, e, f));
//! create index on posts (b, c, d) include (e, f, g);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/wide",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("wide.rs"),
    check,
    proof: None,
};

/// Key columns that a search may have use for.
const MOST: usize = 5;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for index in t.table.indexes.iter().filter(|i| i.method == "btree" && !i.unique && i.parts.len() > MOST) {
            let message = format!("the index {} of {} has {} columns", index.name, t.name().name, index.parts.len());
            out.push(Spot::index(t.name(), &index.name, message));
        }
    }
    out
}
