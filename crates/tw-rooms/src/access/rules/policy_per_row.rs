//! A policy asks who is asking for each row anew.
//!
//! ## What
//! A policy calls `current_setting()` or a function that tells the user, not inside a subquery.
//!
//! ## Why it matters
//! These functions are STABLE, not constant: where no index answers, the server calls them once for every row it
//! reads, and a query over a large table becomes many times slower.
//!
//! ## What to do
//! Put the call into a subquery, which is computed once: `tenant = (SELECT current_setting('app.tenant')::int)`.
//!
//! ## When to accept it
//! Where an index over the column is always used.
//!
//! ## Sources
//! PostgreSQL manual, 38.7 Function Volatility Categories; Supabase performance advisor, auth_rls_initplan.
//!
//! ```sql,finds
//! create table notes (id int primary key, tenant int);
//! create index on notes (tenant);
//! alter table notes enable row level security;
//! create policy own on notes using (tenant = current_setting('app.tenant')::int);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, tenant int);
//! create index on notes (tenant);
//! alter table notes enable row level security;
//! create policy own on notes for insert with check (tenant = 1);
//! alter policy own on notes with check (tenant = current_setting('app.tenant', true)::int);
//! ```
//! ```sql,finds
//! create function who() returns int language sql stable as $$ select 1 $$;
//! create table notes (id int, tenant int, at date) partition by range (at);
//! create index on notes (tenant);
//! alter table notes enable row level security;
//! create policy own on notes for select using (tenant = who());
//! ```
//! ```sql,passes
//! create table notes (id int primary key, tenant int, owner name);
//! create index on notes (tenant);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes for select using (tenant = (select current_setting('app.tenant')::int));
//! create policy mine on notes for update using (owner = current_user);
//! ```
//! ```sql,passes
//! create function who() returns int language sql immutable as $$ select 1 $$;
//! create function fits(n int) returns boolean language sql stable as $$ select n > 1 $$;
//! create table notes (id int primary key, tenant int);
//! create index on notes (tenant);
//! alter table notes enable row level security;
//! create policy own on notes for select using (tenant = who());
//! create policy fit on notes for update using (fits(id));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/policy-per-row",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("policy_per_row.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    // Functions without arguments that are not immutable.
    let asks: Vec<String> = scene
        .schema
        .functions
        .iter()
        .filter(|f| !f.aggregate && f.arguments.is_empty() && !programs::is_immutable(f))
        .map(|f| format!("{}()", tw_model::ident::name(&f.name)))
        .chain(["current_setting(".to_string()])
        .collect();
    let mut out = vec![];
    for t in scene.tables.iter().filter(|t| t.table.row_security) {
        for policy in &t.table.policies {
            let expressions = [policy.using.as_deref(), policy.check.as_deref()];
            let call = expressions.iter().flatten().find_map(|e| asks.iter().find(|call| outside(e, call)));
            if let Some(call) = call {
                let (call, name) = (call.trim_matches(['(', ')']), &policy.name);
                let message = format!("the policy {name} of {} calls {call} for each row", t.name().name);
                out.push(Spot::at(SubjectKind::Policy, crate::rule::member(t.name(), name), message));
            }
        }
    }
    out
}

/// The call stands outside every subquery.
fn outside(expression: &str, call: &str) -> bool {
    expression.match_indices(call).any(|(at, found)| {
        let starts = !expression[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        // Count what is open where it stands: a subquery's parenthesis is followed by SELECT.
        let mut open: Vec<bool> = vec![];
        for (n, c) in expression[..at].char_indices() {
            match c {
                '(' => open.push(expression[n + 1..].trim_start().starts_with("SELECT")),
                ')' => drop(open.pop()),
                _ => {}
            }
        }
        starts && !found.is_empty() && !open.contains(&true)
    })
}
