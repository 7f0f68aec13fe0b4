//! One table refers to everything.
//!
//! ## What
//! A table refers to more than fifteen others.
//!
//! ## Why it matters
//! Every insert checks and locks a row in each of them, a row is only readable after fifteen joins, and each change
//! elsewhere touches this table.
//!
//! ## What to do
//! Move the references that belong together, and are set together, into tables with the same key.
//!
//! ## When to accept it
//! Fact tables of a warehouse.
//!
//! ## Sources
//! Sharma et al., Smelly Relations (ICSE 2018), God Table.
//!
//! ```sql,finds
//! create table a (id int primary key);
//! create table hub (id int primary key);
//! do $$ begin for n in 1..16 loop execute format('alter table hub add column r%sx int unique references a', n); end loop; end $$;
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! create table hub (id int primary key, b int unique references a);
//! do $$ begin for n in 1..15 loop execute format('alter table hub add column r%sx int unique', n); execute format('alter table hub add foreign key (r%sx) references a', n); end loop; end $$;
//! ```
//! ```sql,finds
//! create domain ref as int;
//! create table a (id int primary key);
//! create table hub (id int, at date) partition by range (at);
//! do $$ begin for n in 1..16 loop execute format('alter table hub add column r%sx ref references a', n); execute format('create index on hub (r%sx)', n); end loop; end $$;
//! ```
//! ```sql,passes
//! create table a (id int primary key);
//! create table hub (id int primary key);
//! do $$ begin for n in 1..15 loop execute format('alter table hub add column r%sx int unique references a', n); end loop; end $$;
//! create table spoke (id int primary key);
//! do $$ begin for n in 1..20 loop execute format('alter table spoke add column r%sx int', n); end loop; end $$;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/hub",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("hub.rs"),
    check,
    proof: None,
};

/// References that one table can hold and still be about one thing.
const REFERENCES: usize = 15;

fn check(scene: &Scene) -> Vec<Spot> {
    let hubs = scene.designed().filter(|t| t.references.len() > REFERENCES);
    hubs.map(|t| Spot::table(t.table, format!("{} refers {} times", t.name().name, t.references.len()))).collect()
}
