//! One table is split into several by a number in its name.
//!
//! ## What
//! Two or more tables have the same columns and the same name but for a number, such as `sales_2023` and
//! `sales_2024`, and are no partitions of one.
//!
//! ## Why it matters
//! A question over two years is a UNION that changes every year; keys and references hold within one of them only.
//!
//! ## What to do
//! Partition one table by the date; the tables can be attached as they are.
//!
//! ## When to accept it
//! Copies that are kept from before a migration, until they are dropped.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Metadata Tribbles; PostgreSQL manual, 5.11 Table Partitioning.
//!
//! ```sql,finds
//! create table sales_2023 (id int primary key, total int);
//! create table sales_2024 (id int primary key, total int);
//! ```
//! ```sql,finds
//! create table sales1 (id int primary key);
//! create table sales2 (id int primary key);
//! alter table sales1 add column total int;
//! alter table sales2 add column total int;
//! ```
//! ```sql,finds
//! create domain euros as int;
//! create table sales_2024_01 (id int, at date, total euros) partition by range (at);
//! create table sales_2024_02 (id int, at date, total euros) partition by range (at);
//! ```
//! ```sql,passes
//! create table sales (id int, at date) partition by range (at);
//! create table sales_2023 partition of sales for values from ('2023-01-01') to ('2024-01-01');
//! create table sales_2024 partition of sales for values from ('2024-01-01') to ('2025-01-01');
//! create table form_1 (id int primary key, title text);
//! create table form_2 (id int primary key, born date);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/dated-tables",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("dated_tables.rs"),
    check,
    proof: None,
};

use std::collections::BTreeMap;

fn check(scene: &Scene) -> Vec<Spot> {
    // By schema, name without numbers, and columns with their types.
    let mut groups: BTreeMap<[String; 3], Vec<&TableScene>> = BTreeMap::new();
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        let words = words(&t.name().name);
        let stem: Vec<String> = words.iter().filter(|w| w.parse::<u64>().is_err()).cloned().collect();
        if stem.len() < words.len() && !stem.is_empty() {
            let columns: Vec<String> = t.table.columns.iter().map(|c| format!("{} {}", c.name, c.ty)).collect();
            let shape = [t.name().schema.clone(), stem.join("_"), columns.join(", ")];
            groups.entry(shape).or_default().push(t);
        }
    }
    let mut out = vec![];
    for ([_, stem, _], tables) in groups.into_iter().filter(|(_, tables)| tables.len() > 1) {
        let names: Vec<&str> = tables.iter().map(|t| t.name().name.as_str()).collect();
        let message = format!("{} are one table, split by name", names.join(", "));
        out.push(Spot::table(tables[0].table, message).fact(stem));
    }
    out
}
