//! A policy believes what the asker says of himself.
//!
//! ## What
//! A policy reads `user_metadata` or `raw_user_meta_data` of a token or user row.
//!
//! ## Why it matters
//! These fields are written by the user himself: whoever sets his own role or tenant there sees the rows of others.
//!
//! ## What to do
//! Read `app_metadata`, which only the server writes, or a table of members.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! Supabase security advisor, rls_references_user_metadata.
//!
//! ```sql,finds
//! create table notes (id int primary key, team text);
//! create index on notes (team);
//! alter table notes enable row level security, force row level security;
//! create policy mates on notes using (team = (select current_setting('request.jwt.claims')::jsonb -> 'user_metadata' ->> 'team'));
//! ```
//! ```sql,finds
//! create table notes (id int primary key, team text);
//! create index on notes (team);
//! alter table notes enable row level security;
//! create policy mates on notes for select using (false);
//! alter policy mates on notes using (team = (select current_setting('request.jwt.claims')::jsonb #>> '{user_metadata,team}'));
//! ```
//! ```sql,finds
//! create table notes (id int, team text, at date) partition by range (at);
//! create index on notes (team);
//! alter table notes enable row level security;
//! create policy mates on notes for select using (team = (select current_setting('request.jwt.claims')::jsonb -> 'raw_user_meta_data' ->> 'team'));
//! ```
//! ```sql,passes
//! create table notes (id int primary key, team text);
//! create index on notes (team);
//! alter table notes enable row level security, force row level security;
//! create policy mates on notes using (team = (select current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'team'));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/forgeable-claim",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("forgeable_claim.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.tables.iter().filter(|t| t.table.row_security) {
        for policy in &t.table.policies {
            let expressions = [policy.using.as_deref(), policy.check.as_deref()];
            let claims = ["user_metadata", "raw_user_meta_data"];
            if let Some(claim) = claims.into_iter().find(|c| expressions.iter().flatten().any(|e| e.contains(c))) {
                let message = format!("the policy {} of {} believes {claim}", policy.name, t.name().name);
                out.push(Spot::at(SubjectKind::Policy, crate::rule::member(t.name(), &policy.name), message));
            }
        }
    }
    out
}
