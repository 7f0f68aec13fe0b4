//! A row can be handed to somebody else.
//!
//! ## What
//! A policy says in USING whose rows may be changed, and in WITH CHECK that the changed row may be anybody's.
//!
//! ## Why it matters
//! Whoever may change his rows can give them to another tenant, or write rows there: the boundary holds in one
//! direction only.
//!
//! ## What to do
//! Leave WITH CHECK out, so that USING serves for both, or say the same in it.
//!
//! ## When to accept it
//! When handing over is what the policy is for.
//!
//! ## Sources
//! PostgreSQL manual, CREATE POLICY (WITH CHECK).
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user) with check (true);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for update using (owner = current_user);
//! alter policy own on notes with check (true);
//! ```
//! ```sql,finds
//! create table notes (id int, owner name, at date) partition by range (at);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for update using (owner = current_user) with check ((true));
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create policy shown on notes for select using (true);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity, SubjectKind},
    schema::Policy,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/escaping-row",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("escaping_row.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let bare = |e: &str| e.trim_matches(['(', ')', ' ']) == "true";
    let mut out = vec![];
    for t in scene.tables.iter().filter(|t| t.table.row_security) {
        for policy in t.table.policies.iter().filter(|p| matches!(p.command.as_str(), "ALL" | "UPDATE")) {
            let restricted = policy.using.as_deref().is_some_and(|u| !bare(u));
            if !restricted || !policy.check.as_deref().is_some_and(bare) {
                continue;
            }
            let message = format!("the policy {} of {} lets a row be handed to anybody", policy.name, t.name().name);
            let table = t.name().clone();
            let same = Policy { check: None, comment: None, ..policy.clone() };
            let changes = vec![
                Change::DropPolicy { table: table.clone(), name: policy.name.clone() },
                Change::CreatePolicy { table, policy: same },
            ];
            let path = crate::rule::member(t.name(), &policy.name);
            out.push(Spot::at(SubjectKind::Policy, path, message).fixed(Safety::Visible, changes));
        }
    }
    out
}
