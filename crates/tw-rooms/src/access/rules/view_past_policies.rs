//! A view shows rows that policies hide.
//!
//! ## What
//! A view without `security_invoker` reads a table with row level security.
//!
//! ## Why it matters
//! A view reads with its owner's rights: policies are applied to him, not to who asks, and an owner of the table is
//! bound by none. Whoever may read the view reads all rows.
//!
//! ## What to do
//! `ALTER VIEW v SET (security_invoker = true)` (from major 15).
//!
//! ## When to accept it
//! When the view shows to everybody what it shows on purpose.
//!
//! ## Sources
//! PostgreSQL manual, CREATE VIEW (security_invoker).
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create view all_notes as select id, owner from notes;
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create view all_notes with (security_barrier) as select n.id from notes n join notes m using (id);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,finds
//! create table notes (id int, owner name, at date) partition by range (at);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create view counted as select count(*) from notes;
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create view my_notes with (security_invoker = true) as select id from notes;
//! create table notes_seen (id int primary key);
//! create view seen as select id from notes_seen;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene},
};
use tw_model::{
    finding::{Severity, SubjectKind},
    ident,
    schema::View,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/view-past-policies",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("view_past_policies.rs"),
    check,
    proof: None,
};

fn past<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s View, &'s TableScene<'s>)> {
    let guarded: Vec<(&TableScene, String)> = scene
        .tables
        .iter()
        .filter(|t| t.table.row_security && !t.table.policies.is_empty())
        .map(|t| (t, ident::name(t.name())))
        .collect();
    let views = scene.schema.views.iter().filter(|v| {
        let invoker = |o: &String| matches!(o.as_str(), "security_invoker=true" | "security_invoker=on");
        !v.materialized && !v.options.iter().any(invoker)
    });
    views.filter_map(move |v| {
        let read = guarded.iter().find(|(_, name)| crate::scene::words::names_word(&v.query, name));
        read.map(|(t, _)| (v, *t))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    past(scene)
        .map(|(v, t)| {
            let message = format!("the view {} shows rows of {} past its policies", v.name.name, t.name().name);
            Spot::at(SubjectKind::View, crate::rule::path(&v.name), message).fact(crate::rule::path(t.name()))
        })
        .collect()
}
