//! A reference has no index that finds its rows.
//!
//! ## What
//! No index of the referring table begins with the columns of a foreign key.
//!
//! ## Why it matters
//! Whenever a row that is referred to is deleted, or its key changed, the server looks for rows that refer to it: without
//! an index it reads the whole table, once for each row deleted, while it holds locks. Joins along the reference do the
//! same.
//!
//! ## What to do
//! Create an index over the columns of the key: CREATE INDEX CONCURRENTLY does not block writes.
//!
//! ## When to accept it
//! When the referring table stays small, or rows referred to are never deleted and never joined from their side.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null references users);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int, at date);
//! create index on posts (at, author);
//! alter table posts add foreign key (author) references users;
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int, at date, author int references users, primary key (id, at)) partition by range (at);
//! create table posts_2024 partition of posts for values from ('2024-01-01') to ('2025-01-01');
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int references users, gone boolean);
//! create index on posts (author) where not gone;
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int primary key, author int references users, at date);
//! create index on posts (author, at);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table follows (follower int references users, followed int references users, primary key (follower, followed));
//! create index on follows (followed) where followed is not null;
//! ```
//! ```sql,passes
//! create table users (id int, org int, primary key (org, id));
//! create table posts (id int primary key, org int, author int, foreign key (org, author) references users (org, id));
//! create index on posts (author, org);
//! ```
use crate::{
    kit::steps::{prepares, step},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene},
};
use std::collections::BTreeSet;
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::{self, quote},
    schema::{Index, IndexPart, Name},
    trial::Expect,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/unindexed-reference",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("unindexed_reference.rs"),
    check,
    proof: Some(proof),
};

fn bare<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>)> {
    scene.designed().flat_map(|t| t.references.iter().filter(|r| !served(t, r)).map(move |r| (t, r)))
}

/// An index begins with the reference's columns in some order, and holds every row that has them.
fn served(table: &TableScene, reference: &Reference) -> bool {
    let n = reference.columns.len();
    table.ways.iter().any(|way| {
        let whole = way.filter.is_none_or(|f| is_not_null_of(f, reference.columns));
        let ordered = matches!(way.method, "btree" | "hash" | "gist" | "spgist");
        ordered
            && whole
            && way.columns.len() >= n
            && reference.columns.iter().all(|c| way.columns[..n].contains(&c.as_str()))
    })
}

/// The predicate says only that a column of the reference has a value.
fn is_not_null_of(filter: &str, columns: &[String]) -> bool {
    let filter = ident::bare(filter);
    columns.iter().any(|c| filter == format!("{} IS NOT NULL", quote(c)))
}

fn index(table: &TableScene, reference: &Reference) -> Index {
    let stem = format!("idx_{}_{}", table.name().name, reference.columns.join("_"));
    Index {
        name: crate::kit::fitting(&stem),
        method: "btree".into(),
        parts: reference.columns.iter().map(|c| IndexPart { column: c.clone(), ..IndexPart::default() }).collect(),
        ..Index::default()
    }
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut seen: BTreeSet<(&Name, &[String])> = BTreeSet::new();
    let mut out = vec![];
    for (t, r) in bare(scene) {
        // Two references over the same columns need one index.
        if !seen.insert((t.name(), r.columns)) {
            continue;
        }
        let columns = r.columns.join(", ");
        let message =
            format!("no index finds the rows of {} by {columns}, which refers to {}", t.name().name, r.target.name);
        let change = Change::CreateIndex { table: t.name().clone(), index: index(t, r) };
        out.push(Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Safe, vec![change]));
    }
    out
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = bare(scene).find(|(t, r)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let Some((table, reference)) = found else {
        return Err(Undecided::NoTrial("the reference is not found again".into()));
    };
    // Of a partitioned table one partition is asked; outcomes name its index as the parent does.
    let index = index(table, reference).name;
    let asked = match &table.table.partition_by {
        None => table,
        Some(_) => {
            let partition = scene.tables.iter().find(|t| {
                let of = t.table.partition_of.as_ref().is_some_and(|(parent, _)| parent == table.name());
                of && t.table.partition_by.is_none()
            });
            partition.ok_or_else(|| Undecided::NoTrial("there is no partition to ask".into()))?
        }
    };
    let name = ident::name(asked.name());
    let equal = reference.columns.iter().map(|c| format!("{0} = (SELECT {0} FROM {name} LIMIT 1)", quote(c)));
    // The question that the server asks itself at each delete, told to avoid reading whole tables where it can.
    let question = format!("SELECT 1 FROM {name} WHERE {} FOR KEY SHARE", equal.collect::<Vec<_>>().join(" AND "));
    let steps = vec![
        prepares("SET LOCAL enable_seqscan = off"),
        prepares("SET LOCAL enable_bitmapscan = off"),
        step(question, Expect::Avoids { index }),
    ];
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
