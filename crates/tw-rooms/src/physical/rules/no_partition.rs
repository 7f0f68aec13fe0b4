//! A partitioned table takes no row.
//!
//! ## What
//! A partitioned table has no partition.
//!
//! ## Why it matters
//! Every INSERT is refused: *no partition of relation found for row*.
//!
//! ## What to do
//! Create the partitions, and a job that makes the next ones in time.
//!
//! ## When to accept it
//! In a script that another one completes with partitions.
//!
//! ## Sources
//! PostgreSQL manual, 5.11.2 Declarative Partitioning.
//!
//! ```sql,finds
//! create table visits (id int, at date) partition by range (at);
//! ```
//! ```sql,finds
//! create table visits (id int, at date) partition by list (id);
//! alter table visits add column place text;
//! ```
//! ```sql,finds
//! create domain number as int;
//! create table visits (id int, n number) partition by list (id);
//! create table visits_1 partition of visits for values in (1) partition by hash (n);
//! ```
//! ```sql,passes
//! create table visits (id int, at date) partition by range (at);
//! create table visits_1 partition of visits for values from ('2024-01-01') to ('2025-01-01');
//! create table other (id int primary key);
//! ```
use crate::{
    kit::steps::refused,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::Severity,
    schema::{Name, Table},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/no-partition",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("no_partition.rs"),
    check,
    proof: Some(proof),
};

fn empty<'s>(scene: &'s Scene) -> impl Iterator<Item = &'s TableScene<'s>> {
    let parted = scene.tables.iter().filter(|t| t.table.partition_by.is_some());
    parted.filter(|t| scene.children_of(t.name()).next().is_none())
}

fn check(scene: &Scene) -> Vec<Spot> {
    empty(scene).map(|t| Spot::table(t.table, format!("{} has no partition and takes no row", t.name().name))).collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let table = empty(scene).find(|t| crate::rule::path(t.name()) == spot.subject.path);
    let table = table.ok_or_else(|| Undecided::NoTrial("the table is not found again".into()))?;
    let by = table.table.partition_by.clone().unwrap_or_default();
    let mut given = vec![];
    for column in table.table.columns.iter().filter(|c| c.generated.is_none()) {
        if let Some(value) = rows::value(scene, &column.ty, 1) {
            given.push((column.name.as_str(), value));
        }
    }
    let mut steps = rows::as_parted(table, &[]);
    steps.push(refused(rows::insert(scene, table, 1, &given)?, "23514", None));
    let bound =
        if by.to_uppercase().starts_with("HASH") { "FOR VALUES WITH (modulus 1, remainder 0)" } else { "DEFAULT" };
    let partition = Table {
        name: Name::new(table.name().schema.clone(), crate::kit::fitting(&format!("{}_rest", table.name().name))),
        columns: table.table.columns.clone(),
        partition_of: Some((table.name().clone(), bound.into())),
        ..Table::default()
    };
    Ok(Demonstration { steps, twin: vec![Change::CreateTable { table: partition }] })
}
