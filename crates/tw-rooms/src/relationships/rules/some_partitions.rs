//! Some partitions of a table have a reference that others do not.
//!
//! ## What
//! A foreign key is declared on one partition, and neither on the partitioned table nor on all its partitions.
//!
//! ## Why it matters
//! Whether a row is checked depends on which partition it falls into, and a new partition is not checked at all.
//!
//! ## What to do
//! Declare the key on the partitioned table; each partition has it then.
//!
//! ## When to accept it
//! While the keys are added partition by partition, before the one of the parent.
//!
//! ## Sources
//! PostgreSQL manual, 5.11.2 Declarative Partitioning.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 partition of posts (foreign key (author) references users) for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts for values from ('2025-01-01') to ('2026-01-01');
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 partition of posts for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts for values from ('2025-01-01') to ('2026-01-01');
//! alter table posts_2 add foreign key (author) references users;
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 partition of posts for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 (id int, at date, author int references users);
//! alter table posts attach partition posts_2 for values from ('2025-01-01') to ('2026-01-01');
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int, at date, author int references users) partition by range (at);
//! create table posts_1 partition of posts for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts for values from ('2025-01-01') to ('2026-01-01');
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int, at date, author int) partition by range (at);
//! create table posts_1 partition of posts (foreign key (author) references users) for values from ('2024-01-01') to ('2025-01-01');
//! create table posts_2 partition of posts (foreign key (author) references users) for values from ('2025-01-01') to ('2026-01-01');
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/some-partitions",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("some_partitions.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for parent in scene.tables.iter().filter(|t| t.table.partition_by.is_some()) {
        let partitions: Vec<_> = scene.children_of(parent.name()).collect();
        let mut seen = std::collections::BTreeSet::new();
        for (p, r) in partitions.iter().flat_map(|p| p.references.iter().map(move |r| (p, r))) {
            if !seen.insert((r.columns, r.target)) {
                continue;
            }
            let same = |o: &crate::scene::Reference| (o.columns, o.target) == (r.columns, r.target);
            let having = partitions.iter().filter(|o| o.references.iter().any(same)).count();
            if having < partitions.len() {
                let (all, target, columns) = (partitions.len(), &r.target.name, r.columns.join(", "));
                let message =
                    format!("{having} of {all} partitions of {} refer to {target} by {columns}", parent.name().name);
                out.push(Spot::constraint(p.table, &r.constraint.name, message));
            }
        }
    }
    out
}
