//! A policy lets everybody write every row.
//!
//! ## What
//! A permissive policy for INSERT, UPDATE, DELETE or ALL says `true`.
//!
//! ## Why it matters
//! Permissive policies are alternatives: one that is always true makes all others of its command void.
//!
//! ## What to do
//! Say whose rows may be written, or drop the policy and use GRANT alone.
//!
//! ## When to accept it
//! For a role that is meant to write every row, named in the policy.
//!
//! ## Sources
//! PostgreSQL manual, CREATE POLICY (permissive policies are combined with OR).
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! alter table notes enable row level security;
//! create policy anyone on notes using (true);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! alter table notes enable row level security, force row level security;
//! create policy anyone on notes for insert with check (true);
//! ```
//! ```sql,finds
//! create table notes (id int, at date) partition by range (at);
//! alter table notes enable row level security;
//! create policy anyone on notes for delete to public using (true);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy shown on notes for select using (true);
//! create policy own on notes for update using (owner = current_user);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! alter table notes enable row level security;
//! create policy clerk on notes to clerk_of_notes using (true);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/open-policy",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("open_policy.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.tables.iter().filter(|t| t.table.row_security) {
        for policy in t.table.policies.iter().filter(|p| p.permissive && p.command != "SELECT") {
            let everybody = policy.roles.iter().any(|r| r == "public");
            let expressions = [policy.using.as_deref(), policy.check.as_deref()];
            let open = expressions.iter().flatten().any(|e| e.trim_matches(['(', ')', ' ']) == "true");
            // USING that restricts with a WITH CHECK that does not is a flaw of its own.
            let restricted = policy.using.as_deref().is_some_and(|u| u.trim_matches(['(', ')', ' ']) != "true");
            if everybody && open && !restricted {
                let message = format!("the policy {} of {} lets everybody write every row", policy.name, t.name().name);
                out.push(Spot::at(SubjectKind::Policy, crate::rule::member(t.name(), &policy.name), message));
            }
        }
    }
    out
}
