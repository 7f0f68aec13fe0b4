//! No index finds the rows that a policy lets through.
//!
//! ## What
//! A row-level policy compares a column with who is asking, and no index begins with that column.
//!
//! ## Why it matters
//! The comparison is part of every query of that role: each of them reads the whole table, rows of all others
//! included.
//!
//! ## What to do
//! Index the column.
//!
//! ## When to accept it
//! Small tables.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies.
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name not null);
//! alter table notes enable row level security;
//! alter table notes force row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, body text);
//! alter table notes add column tenant int;
//! alter table notes enable row level security, force row level security;
//! create policy own on notes for select using (tenant = (select current_setting('app.tenant')::int));
//! ```
//! ```sql,finds
//! create domain tenant as uuid;
//! create table notes (id int, at date, tenant_id tenant not null) partition by range (at);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes as restrictive using ((select current_setting('app.tenant'))::uuid = tenant_id);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name not null, hidden boolean);
//! create index on notes (owner);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes using (owner = current_user);
//! create policy shown on notes as restrictive for select using (not hidden);
//! ```
use crate::{
    kit::fitting,
    rule::{Needs, Rule, Spot},
    scene::{Scene, words},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    ident::quote,
    schema::{Index, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/unindexed-policy",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("unindexed_policy.rs"),
    check,
    proof: None,
};

/// What tells who is asking.
const ASKING: &[&str] = &["current_setting(", "CURRENT_USER", "SESSION_USER", "USER", "auth.uid()", "current_role"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.row_security) {
        let mut seen = std::collections::BTreeSet::new();
        for policy in t.table.policies.iter().filter(|p| p.command != "INSERT") {
            let Some(using) = policy.using.as_deref().filter(|u| ASKING.iter().any(|a| u.contains(a))) else {
                continue;
            };
            let compared = t.table.columns.iter().find(|c| words::equates(using, &quote(&c.name)));
            let Some(column) = compared.filter(|c| !t.ways.iter().any(|w| w.columns.first() == Some(&c.name.as_str())))
            else {
                continue;
            };
            if !seen.insert(&column.name) {
                continue;
            }
            let (table, name) = (&t.name().name, &column.name);
            let message = format!("the policy {} of {table} compares {name}, which no index finds", policy.name);
            let index = Index {
                name: fitting(&format!("idx_{table}_{name}")),
                method: "btree".into(),
                parts: vec![IndexPart { column: name.clone(), ..IndexPart::default() }],
                ..Index::default()
            };
            let change = Change::CreateIndex { table: t.name().clone(), index };
            out.push(Spot::column(t.table, name, message).fixed(Safety::Safe, vec![change]));
        }
    }
    out
}
