//! Several policies of a table are alternatives for the same role and command.
//!
//! ## What
//! Two or more permissive policies of a table speak of the same role and the same command.
//!
//! ## Why it matters
//! A row passes if any of them lets it through, which a reader who adds a *restriction* does not expect; and each is
//! computed for every row.
//!
//! ## What to do
//! Make one policy of them, or say AS RESTRICTIVE where both must hold.
//!
//! ## When to accept it
//! When each is a reason of its own to see the row, and the names say so.
//!
//! ## Sources
//! PostgreSQL manual, CREATE POLICY (PERMISSIVE, RESTRICTIVE).
//!
//! ```sql,finds
//! create table notes (id int primary key, hidden boolean, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for select using (owner = current_user);
//! create policy shown on notes for select using (not hidden);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, hidden boolean, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create policy shown on notes for update using (not hidden);
//! ```
//! ```sql,finds
//! create table notes (id int, at date, hidden boolean) partition by range (at);
//! alter table notes enable row level security;
//! create policy one on notes for delete using (hidden);
//! create policy two on notes for delete using (id > 1);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, hidden boolean, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for select using (owner = current_user);
//! create policy shown on notes for select to reader_of_notes using (not hidden);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, hidden boolean, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for select using (owner = current_user);
//! create policy change on notes for update using (owner = current_user);
//! create policy shown on notes as restrictive for select using (not hidden);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{finding::Severity, schema::Policy};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/alternative-policies",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("alternative_policies.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.tables.iter().filter(|t| t.table.row_security) {
        for command in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
            let of = t.table.policies.iter().filter(|p| p.permissive && (p.command == command || p.command == "ALL"));
            let own = of.clone().filter(|p| p.command == command).count();
            let mut roles: Vec<&String> = of.clone().flat_map(|p| &p.roles).collect();
            roles.sort();
            // What is for everybody is for each role.
            let public = "public".to_string();
            let open = roles.len() > 1 && roles.contains(&&public);
            let same = roles.windows(2).find(|two| two[0] == two[1]).map(|two| two[0]);
            let shared = same.or_else(|| roles.iter().copied().find(|r| open && **r != public));
            // What speaks of ALL alone is reported once, under SELECT.
            if let Some(role) = shared.filter(|_| own > 0 || command == "SELECT") {
                let for_it = |p: &&Policy| p.roles.contains(role) || p.roles.contains(&public);
                let names: Vec<&str> = of.filter(for_it).map(|p| p.name.as_str()).collect();
                let (names, table) = (names.join(", "), &t.name().name);
                let message = format!("for {command} by {role} on {table} any of {names} is enough");
                out.push(Spot::table(t.table, message).fact(format!("{command} {role}")));
            }
        }
    }
    out
}
