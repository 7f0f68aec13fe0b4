//! Most of each page is left empty.
//!
//! ## What
//! A table or index has a fillfactor below 50.
//!
//! ## Why it matters
//! It takes more than twice the room on disk and in memory, and every scan reads twice the pages. Room for updated
//! rows is won with 70 to 90.
//!
//! ## What to do
//! `ALTER TABLE t SET (fillfactor = 90)`, or reset it; what is there is repacked by the next rewrite.
//!
//! ## When to accept it
//! Small tables of which every row is updated all the time.
//!
//! ## Sources
//! PostgreSQL manual, CREATE TABLE (fillfactor).
//!
//! ```sql,finds
//! create table counters (id int primary key, n int) with (fillfactor = 20);
//! ```
//! ```sql,finds
//! create table counters (id int primary key, n int);
//! alter table counters set (fillfactor = 45);
//! ```
//! ```sql,finds
//! create table counters (id int, at date) partition by range (at);
//! create table counters_1 partition of counters for values from ('2024-01-01') to ('2025-01-01') with (fillfactor = 10);
//! ```
//! ```sql,finds
//! create table counters (id int primary key, n int);
//! create index on counters (n) with (fillfactor = 30);
//! ```
//! ```sql,passes
//! create table counters (id int primary key, n int) with (fillfactor = 70);
//! create index on counters (n) with (fillfactor = 80);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/low-fill",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("low_fill.rs"),
    check,
    proof: None,
};

/// Per cent under which a fill is low.
const LEAST: u32 = 50;

fn low(options: &[(String, String)]) -> Option<u32> {
    let fill = options.iter().find(|(name, _)| name == "fillfactor")?.1.parse().ok()?;
    (fill < LEAST).then_some(fill)
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in &scene.tables {
        if let Some(fill) = low(&t.table.options) {
            let from = t.table.options.clone();
            let to = from.iter().filter(|(name, _)| name != "fillfactor").cloned().collect();
            let change = Change::SetTableOptions { table: t.name().clone(), from, to };
            let message = format!("the pages of {} are filled to {fill} per cent", t.name().name);
            out.push(Spot::table(t.table, message).fixed(Safety::Safe, vec![change]));
        }
        for index in &t.table.indexes {
            if let Some(fill) = low(&index.options) {
                let message = format!("the pages of {} are filled to {fill} per cent", index.name);
                out.push(Spot::index(t.name(), &index.name, message));
            }
        }
    }
    out
}
