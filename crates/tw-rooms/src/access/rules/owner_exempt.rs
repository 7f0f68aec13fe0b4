//! The owner of a table sees every row whatever its policies say.
//!
//! ## What
//! Row level security is enabled with policies, and not forced.
//!
//! ## Why it matters
//! Policies do not bind the owner. An application that connects as the owner, as most do that have one role, is not
//! bound by any of them.
//!
//! ## What to do
//! `ALTER TABLE t FORCE ROW LEVEL SECURITY`, or let the application connect as another role.
//!
//! ## When to accept it
//! When nothing but migrations connects as the owner.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies; ALTER TABLE (FORCE ROW LEVEL SECURITY).
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! create policy own on notes for select using (owner = current_user);
//! alter table notes enable row level security, force row level security;
//! alter table notes no force row level security;
//! ```
//! ```sql,finds
//! create table notes (id int, owner name, at date) partition by range (at);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! ```
use super::idle_policy::read_past_policies;
use crate::{
    rule::{Demonstration, Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/owner-exempt",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("owner_exempt.rs"),
    check,
    proof: Some(proof),
};

fn check(scene: &Scene) -> Vec<Spot> {
    let free = scene
        .tables
        .iter()
        .filter(|t| t.table.row_security && !t.table.force_row_security && !t.table.policies.is_empty());
    free.map(|t| {
        let change = Change::SetRowSecurity { table: t.name().clone(), enabled: true, forced: true };
        let message = format!("the policies of {} do not bind its owner", t.name().name);
        Spot::table(t.table, message).fixed(Safety::Visible, vec![change])
    })
    .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    read_past_policies(scene, spot, "DISABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY")
}
