//! A table hides all its rows from everybody but its owner.
//!
//! ## What
//! Row level security is enabled and no permissive policy exists.
//!
//! ## Why it matters
//! Every query of another role finds nothing and no error says why; what is written is refused.
//!
//! ## What to do
//! Create a policy for each role that has rights on the table, or revoke the rights.
//!
//! ## When to accept it
//! When only the owner, or functions with his rights, read the table: then say so in a comment.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies (default deny).
//!
//! ```sql,finds
//! create table notes (id int primary key);
//! alter table notes enable row level security;
//! ```
//! ```sql,finds
//! create table notes (id int primary key);
//! alter table notes enable row level security, force row level security;
//! create policy few on notes as restrictive using (id < 10);
//! ```
//! ```sql,finds
//! create table notes (id int, at date) partition by range (at);
//! alter table notes enable row level security;
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,passes
//! create table notes (id int primary key);
//! alter table notes enable row level security;
//! comment on table notes is 'for the functions of the owner alone';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/no-policy",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("no_policy.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let closed = scene.tables.iter().filter(|t| {
        t.table.row_security && t.table.comment.is_none() && !t.table.policies.iter().any(|p| p.permissive)
    });
    closed
        .map(|t| Spot::table(t.table, format!("{} hides every row: no policy lets one through", t.name().name)))
        .collect()
}
