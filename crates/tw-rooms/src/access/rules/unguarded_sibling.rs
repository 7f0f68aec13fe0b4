//! One of many guarded tables is not guarded.
//!
//! ## What
//! Tables with a certain column, such as `tenant_id`, have policies that compare it; this table has the column and no
//! row level security.
//!
//! ## Why it matters
//! The rows of all tenants are open to each in this one table; it is most likely the one that was added last.
//!
//! ## What to do
//! Enable row level security and create the policy its siblings have.
//!
//! ## When to accept it
//! When the table is not reachable for the roles that the policies bind.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies.
//!
//! ```sql,finds
//! create table notes (id int primary key, tenant_id int);
//! create index on notes (tenant_id);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes using (tenant_id = (select current_setting('app.t')::int));
//! create table files (id int primary key, tenant_id int);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, tenant_id int);
//! create index on notes (tenant_id);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes using (tenant_id = (select current_setting('app.t')::int));
//! create table files (id int primary key);
//! alter table files add column tenant_id int;
//! ```
//! ```sql,finds
//! create domain tenant as int;
//! create table notes (id int primary key, tenant_id tenant);
//! create index on notes (tenant_id);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes using (tenant_id = (select current_setting('app.t')::int));
//! create table files (id int, at date, tenant_id tenant) partition by range (at);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, tenant_id int);
//! create index on notes (tenant_id);
//! alter table notes enable row level security, force row level security;
//! create policy own on notes using (tenant_id = (select current_setting('app.t')::int));
//! create table files (id int primary key, owner int);
//! create table pages (id int primary key, tenant_id int);
//! alter table pages enable row level security;
//! comment on table pages is 'only for the owner';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, words},
};
use tw_model::{finding::Severity, ident::quote};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/unguarded-sibling",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("unguarded_sibling.rs"),
    check,
    proof: None,
};

use std::collections::BTreeMap;

fn check(scene: &Scene) -> Vec<Spot> {
    // Columns that policies compare with who is asking, and an example of a table each.
    let mut guarded: BTreeMap<&str, &str> = BTreeMap::new();
    for t in scene.tables.iter().filter(|t| t.table.row_security) {
        for using in t.table.policies.iter().filter_map(|p| p.using.as_deref()) {
            let asks = using.contains("current_setting(") || using.contains("uid()") || using.contains("CURRENT_USER");
            let compared = |name: &str| words::equates(using, &quote(name));
            for column in t.table.columns.iter().filter(|c| asks && c.name != "id" && compared(&c.name)) {
                guarded.entry(&column.name).or_insert(&t.name().name);
            }
        }
    }
    let mut out = vec![];
    for t in scene.designed().filter(|t| !t.table.row_security && t.table.policies.is_empty() && t.kind != Kind::Audit)
    {
        if let Some((column, sibling)) = t.table.columns.iter().find_map(|c| guarded.get_key_value(c.name.as_str())) {
            let message = format!("{sibling} is guarded by {column} and {} is not", t.name().name);
            out.push(Spot::table(t.table, message).fact(*column));
        }
    }
    out
}
