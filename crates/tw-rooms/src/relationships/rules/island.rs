//! A table has nothing to do with any other.
//!
//! ## What
//! A table refers to no other and no other refers to it, while most tables of the database are linked.
//!
//! ## Why it matters
//! Either a reference was forgotten, and its rows can name things that are gone, or the table belongs to another
//! program.
//!
//! ## What to do
//! Declare what its columns refer to; move what is of another program to a schema of its own.
//!
//! ## When to accept it
//! Settings, logs, queues and caches.
//!
//! ## Sources
//! tbls lint unrelatedTable; pg-index-health, tables not linked to others.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null unique references users);
//! create table remarks (id int primary key, post int not null unique references posts);
//! create table weather (place int primary key, degrees int);
//! ```
//! ```sql,finds
//! create table weather (place int primary key);
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null unique);
//! create table remarks (id int primary key, post int not null unique references posts);
//! alter table posts add foreign key (author) references users;
//! alter table weather add column degrees int;
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null unique references users);
//! create table remarks (id int primary key, post int not null unique references posts);
//! create table weather (place int, at date) partition by range (at);
//! create table weather_1 partition of weather for values from ('2024-01-01') to ('2025-01-01');
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null unique references users);
//! create table remarks (id int primary key, post int not null unique references posts);
//! create table settings (name text primary key, value text);
//! create table sent_log (at timestamptz primary key);
//! ```
//! ```sql,passes
//! create table a (id int primary key);
//! create table b (id int primary key);
//! create table c (id int primary key references a);
//! create table d (id int primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, TableScene, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/island",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("island.rs"),
    check,
    proof: None,
};

/// Words in names of tables that stand alone by right.
const ALONE: &[&str] = &[
    "blocklist",
    "secret",
    "cache",
    "config",
    "configuration",
    "counter",
    "counters",
    "feature",
    "flag",
    "flags",
    "job",
    "jobs",
    "key",
    "keys",
    "lock",
    "locks",
    "meta",
    "metadata",
    "option",
    "options",
    "parameter",
    "parameters",
    "queue",
    "session",
    "sessions",
    "setting",
    "settings",
    "staging",
    "stat",
    "statistics",
    "stats",
    "temp",
    "tmp",
    "version",
];

/// Of four tables so many are linked where a lone one stands out.
const LINKED: usize = 3;

fn check(scene: &Scene) -> Vec<Spot> {
    let linked = |t: &TableScene| {
        let heirs = scene.children_of(t.name()).any(|c| c.table.partition_of.is_none());
        let parts = scene.children_of(t.name()).any(|c| !c.references.is_empty());
        parts
            || !t.references.is_empty()
            || scene.referring(t.name()).next().is_some()
            || heirs
            || !t.table.inherits.is_empty()
    };
    let counted: Vec<&TableScene> = scene.designed().filter(|t| t.kind != Kind::Audit).collect();
    let alone: Vec<&TableScene> = counted.iter().copied().filter(|t| !linked(t)).collect();
    if counted.len() < 4 || (counted.len() - alone.len()) * 4 < counted.len() * LINKED {
        return vec![];
    }
    let meant =
        |t: &&TableScene| words(&t.name().name).iter().any(|w| ALONE.contains(&w.as_str()) || w.ends_with("archive"));
    let lone = alone.into_iter().filter(|t| !meant(t));
    lone.map(|t| Spot::table(t.table, format!("no table refers to {}, and it refers to none", t.name().name))).collect()
}
