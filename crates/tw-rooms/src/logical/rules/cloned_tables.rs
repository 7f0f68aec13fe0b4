//! One table is kept as many.
//!
//! ## What
//! Two tables or more have the same columns and names that differ only in a number, a year or a month:
//! `sales_2023`, `sales_2024`.
//!
//! ## Why it matters
//! A query over all of them must name each, a new year needs new statements everywhere, and no key or reference
//! spans them.
//!
//! ## What to do
//! Make one table, partitioned by the date: `PARTITION BY RANGE (placed_on)`.
//!
//! ## When to accept it
//! Copies that a migration leaves for a while.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Metadata Tribbles; PostgreSQL manual, 5.11 Table Partitioning.
//!
//! ```sql,finds
//! create table sales_2023 (id int primary key, total int);
//! create table sales_2024 (id int primary key, total int);
//! ```
//! ```sql,finds
//! create table sales1 (id int primary key, total int);
//! create table sales2 (id int primary key);
//! alter table sales2 add column total int;
//! ```
//! ```sql,finds
//! create domain sum as int;
//! create table sales_2024_01 (id int primary key, total sum);
//! create table sales_2024_02 (id int primary key, total sum);
//! ```
//! ```sql,passes
//! create table sales (id int, at date, primary key (id, at)) partition by range (at);
//! create table sales_2023 partition of sales for values from ('2023-01-01') to ('2024-01-01');
//! create table sales_2024 partition of sales for values from ('2024-01-01') to ('2025-01-01');
//! ```
//! ```sql,passes
//! create table form_1040 (id int primary key, wages int);
//! create table form_1041 (id int primary key, trust text);
//! ```
//! ```sql,passes
//! create table base (id int primary key);
//! create table part_1 () inherits (base);
//! create table part_2 () inherits (base);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, words::words},
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/cloned-tables",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("cloned_tables.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut groups: BTreeMap<(&str, String, String), Vec<&TableScene>> = BTreeMap::new();
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        let parts = words(&t.name().name);
        let stem: Vec<&str> = parts.iter().map(|w| if w.parse::<u32>().is_ok() { "#" } else { w.as_str() }).collect();
        if stem.len() > 1 && stem.contains(&"#") {
            let shape: Vec<String> = t.table.columns.iter().map(|c| format!("{} {}", c.name, c.ty)).collect();
            groups.entry((&t.name().schema, stem.join("_"), shape.join(", "))).or_default().push(t);
        }
    }
    let mut out = vec![];
    for tables in groups.into_values().filter(|tables| tables.len() > 1) {
        let names: Vec<&str> = tables.iter().map(|t| t.name().name.as_str()).collect();
        let message = format!("{} are one table, kept as {}", names.join(", "), names.len());
        out.push(Spot::table(tables[0].table, message));
    }
    out
}
