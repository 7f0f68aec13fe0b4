//! A table is never vacuumed by itself.
//!
//! ## What
//! Autovacuum is switched off for a table.
//!
//! ## Why it matters
//! Dead rows stay and the table grows without end; statistics grow old and plans go wrong; and in the end the server
//! must stop writes to save the transaction numbers, which it vacuums for in spite of the setting, at the worst time.
//!
//! ## What to do
//! Reset it; where it ran too often, give the table a threshold of its own.
//!
//! ## When to accept it
//! Tables that are filled once, and vacuumed by the program that fills them.
//!
//! ## Sources
//! PostgreSQL manual, 25.1 Routine Vacuuming.
//!
//! ```sql,finds
//! create table visits (id int primary key) with (autovacuum_enabled = false);
//! ```
//! ```sql,finds
//! create table visits (id int primary key);
//! alter table visits set (autovacuum_enabled = off, fillfactor = 90);
//! ```
//! ```sql,finds
//! create table visits (id int, at date) partition by range (at);
//! create table visits_1 partition of visits for values from ('2024-01-01') to ('2025-01-01') with (autovacuum_enabled = false);
//! ```
//! ```sql,passes
//! create table visits (id int primary key) with (autovacuum_enabled = true, autovacuum_vacuum_scale_factor = 0.01);
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
    id: "physical/no-autovacuum",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("no_autovacuum.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let off =
        |o: &(String, String)| o.0 == "autovacuum_enabled" && matches!(o.1.as_str(), "false" | "off" | "no" | "0");
    let mut out = vec![];
    for t in scene.tables.iter().filter(|t| t.table.options.iter().any(off)) {
        let from = t.table.options.clone();
        let to = from.iter().filter(|o| !off(o)).cloned().collect();
        let change = Change::SetTableOptions { table: t.name().clone(), from, to };
        let message = format!("{} is never vacuumed by itself", t.name().name);
        out.push(Spot::table(t.table, message).fixed(Safety::Safe, vec![change]));
    }
    out
}
