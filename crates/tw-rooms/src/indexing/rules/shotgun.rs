//! Nearly every column of a table has an index of its own.
//!
//! ## What
//! A table has six columns or more, and four of five of them have an index over that column alone; or it has more
//! than fifteen indexes.
//!
//! ## Why it matters
//! Each insert writes all of them and each update of one column usually too (no HOT update); few are ever read.
//!
//! ## What to do
//! Start from the questions that are asked, and from `pg_stat_user_indexes`: drop what is never read.
//!
//! ## When to accept it
//! Tables that are loaded once and then searched by any column.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Index Shotgun; PostgreSQL manual, 73.7 Heap-Only Tuples.
//!
//! ```sql,finds
//! create table posts (id int primary key, a int, b int, c int, d int, e int);
//! create index on posts (a);
//! create index on posts (b);
//! create index on posts (c);
//! create index on posts (d);
//! create index on posts (e);
//! ```
//! ```sql,finds
//! create table posts (id int primary key, a int unique, b int unique, c int unique);
//! alter table posts add column d int unique, add column e int unique;
//! ```
//! ```sql,finds
//! create table posts (id int, a int, b int, c int, d int, at date) partition by range (at);
//! create index on posts (a);
//! create index on posts (b);
//! create index on posts (c);
//! create index on posts (d);
//! create index on posts (at);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, a int, b int, c int, d int, e int);
//! create index on posts (a);
//! create index on posts (b, c);
//! create index on posts (c);
//! create index on posts (d, e);
//! create index on posts (e);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, a int, b int, c int);
//! create index on posts (a);
//! create index on posts (b);
//! create index on posts (c);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/shotgun",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("shotgun.rs"),
    check,
    proof: None,
};

/// Columns from which on a share says something.
const COLUMNS: usize = 6;
/// Indexes of one table that are many whatever its columns are.
const MANY: usize = 15;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let alone = |c: &str| t.ways.iter().any(|w| w.plain && w.columns == [c]);
        let all = t.table.columns.len();
        // References are indexed for the deletes of what they refer to.
        let single = t.table.columns.iter().filter(|c| alone(&c.name)).count();
        let refers = t.references.len();
        if (all >= COLUMNS && single * 5 >= all * 4 && refers * 2 < single) || t.ways.len() > MANY {
            let message = format!("{} has {} indexes over its {all} columns", t.name().name, t.ways.len());
            out.push(Spot::table(t.table, message));
        }
    }
    out
}
