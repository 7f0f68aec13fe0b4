//! A materialised view keeps a copy of rows that policies hide.
//!
//! ## What
//! A materialised view reads a table with row level security.
//!
//! ## Why it matters
//! It holds the rows that its owner saw, and it has no policies of its own: whoever may read it reads them all.
//!
//! ## What to do
//! Grant it to nobody but the role that may see everything, and give others a view over it that says whose rows they
//! get.
//!
//! ## When to accept it
//! When it holds sums that are meant for everybody.
//!
//! ## Sources
//! PostgreSQL manual, 41.5 Rules and Privileges; CREATE MATERIALIZED VIEW.
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create materialized view all_notes as select id, owner from notes;
//! create unique index on all_notes (id);
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create materialized view all_notes as select n.id, n.owner from notes n where id > 0;
//! create unique index on all_notes (id);
//! create index on notes (owner);
//! create policy own on notes using (owner = current_user);
//! alter table notes enable row level security;
//! ```
//! ```sql,finds
//! create table notes (id int, owner name, at date) partition by range (at);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create materialized view by_owner as select n.owner, max(id) from notes n group by 1;
//! create unique index on by_owner (owner);
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! create materialized view how_many as select count(*) from notes;
//! create table notes_seen (id int primary key);
//! create materialized view seen as select id from notes_seen;
//! create unique index on seen (id);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    finding::{Severity, SubjectKind},
    ident,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/copied-past-policies",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("copied_past_policies.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let guarded = scene.tables.iter().filter(|t| t.table.row_security && !t.table.policies.is_empty());
    let guarded: Vec<(String, &str)> = guarded.map(|t| (ident::name(t.name()), t.name().name.as_str())).collect();
    let mut out = vec![];
    for view in scene.schema.views.iter().filter(|v| v.materialized) {
        let read = guarded.iter().find(|(name, _)| crate::scene::words::names_word(&view.query, name));
        // One sum over everybody says nothing of anybody.
        let sum = !view.query.contains("GROUP BY") && view.query.contains("count(*)");
        if let Some((_, table)) = read.filter(|_| !sum) {
            let message = format!("{} keeps rows of {table} past its policies", view.name.name);
            out.push(Spot::at(SubjectKind::View, crate::rule::path(&view.name), message).fact(*table));
        }
    }
    out
}
