//! A table has policies that are not in force.
//!
//! ## What
//! Policies are created on a table whose row level security is not enabled.
//!
//! ## Why it matters
//! They do nothing: whoever may read the table reads every row, while the schema looks as if each saw only his own.
//!
//! ## What to do
//! `ALTER TABLE t ENABLE ROW LEVEL SECURITY`, and FORCE it where programs connect as the owner.
//!
//! ## When to accept it
//! Never: drop policies that are not meant.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies.
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name not null);
//! create index on notes (owner);
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name not null);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for select using (owner = current_user);
//! alter table notes disable row level security;
//! ```
//! ```sql,finds
//! create table notes (id int, owner name, at date) partition by range (at);
//! create table notes_1 partition of notes for values from ('2024-01-01') to ('2025-01-01');
//! create policy first on notes for select using (id > 0);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name not null);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name not null);
//! ```
use crate::{
    kit::steps::{prepares, returns_one},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/idle-policy",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("idle_policy.rs"),
    check,
    proof: Some(proof),
};

fn check(scene: &Scene) -> Vec<Spot> {
    let idle = scene.tables.iter().filter(|t| !t.table.policies.is_empty() && !t.table.row_security);
    idle.map(|t| {
        // Policies that do not bind the owner would be in force for half of the programs.
        let change = Change::SetRowSecurity { table: t.name().clone(), enabled: true, forced: true };
        let message = format!("{} policies of {} are not in force", t.table.policies.len(), t.name().name);
        Spot::table(t.table, message).fixed(Safety::Visible, vec![change])
    })
    .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    // An owner is exempt unless FORCE is said, which enables nothing.
    read_past_policies(scene, spot, "NO FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY")
}

/// The owner reads a row although a policy hides every row, until the fix is made. The two edits of the table make room
/// for the row and take that back: what `ALTER TABLE t` does.
pub(super) fn read_past_policies(
    scene: &Scene,
    spot: &Spot,
    room: &str,
    back: &str,
) -> Result<Demonstration, Undecided> {
    let table = scene.tables.iter().find(|t| crate::rule::path(t.name()) == spot.subject.path);
    let table = table.ok_or_else(|| Undecided::NoTrial("the table is not found again".into()))?;
    let name = ident::name(table.name());
    let mut steps = rows::bare(table, &[]);
    steps.extend([
        prepares(format!("ALTER TABLE {name} {room}")),
        prepares(rows::insert(scene, table, 1, &[])?),
        prepares(format!("ALTER TABLE {name} {back}")),
        prepares(format!("CREATE POLICY tablewright_none ON {name} AS RESTRICTIVE USING (false)")),
        returns_one(format!("SELECT count(*) FROM {name}"), "1"),
    ]);
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
