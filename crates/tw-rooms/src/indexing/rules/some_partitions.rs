//! Some partitions of a table have an index that others do not.
//!
//! ## What
//! An index is made on one partition, and neither on the partitioned table nor on all its partitions.
//!
//! ## Why it matters
//! The same query is fast for one month and slow for the next, and a new partition is without it.
//!
//! ## What to do
//! Make the index on the partitioned table; each partition has it then, future ones too.
//!
//! ## When to accept it
//! When old partitions are read in other ways than the current one.
//!
//! ## Sources
//! PostgreSQL manual, 5.11.2.2 Partition Maintenance.
//!
//! ```sql,finds
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 partition of posts for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts for values from ('2025-01-01') to ('2026-01-01');
//! create index on posts_1 (author);
//! ```
//! ```sql,finds
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 (id int, at date, author int);
//! create unique index on posts_1 (author, at);
//! alter table posts attach partition posts_1 for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts for values from ('2025-01-01') to ('2026-01-01');
//! ```
//! ```sql,finds
//! create domain person as int;
//! create table posts (id int, kind text, author person) partition by list (kind);
//! create table posts_1 partition of posts for values in ('a');
//! create table posts_2 partition of posts for values in ('b');
//! create table posts_3 partition of posts default;
//! create index on posts_1 (lower(kind));
//! create index on posts_2 (lower(kind));
//! ```
//! ```sql,passes
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 partition of posts for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts for values from ('2025-01-01') to ('2026-01-01');
//! create index on posts (author);
//! create index on posts_1 (id);
//! create index on posts_2 (id);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{finding::Severity, schema::Index};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/some-partitions",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("some_partitions.rs"),
    check,
    proof: None,
};

/// What an index is, but for its name.
fn shape(index: &Index) -> String {
    format!("{:?}", Index { name: String::new(), comment: None, options: vec![], ..index.clone() })
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for parent in scene.tables.iter().filter(|t| t.table.partition_by.is_some()) {
        let partitions: Vec<_> = scene.children_of(parent.name()).filter(|p| p.table.partition_by.is_none()).collect();
        let mut shapes = std::collections::BTreeMap::new();
        for (p, index) in partitions.iter().flat_map(|p| p.table.indexes.iter().map(move |i| (p, i))) {
            shapes.entry(shape(index)).or_insert_with(Vec::new).push((p, index));
        }
        for having in shapes.values().filter(|having| having.len() < partitions.len()) {
            let (partition, index) = having[0];
            let (some, all, name) = (having.len(), partitions.len(), &parent.name().name);
            let message = format!("{some} of {all} partitions of {name} have an index like {}", index.name);
            out.push(Spot::index(partition.name(), &index.name, message));
        }
    }
    out
}
