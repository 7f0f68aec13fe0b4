//! A view that hides rows can be asked about them.
//!
//! ## What
//! A view chooses rows by WHERE, a role may read it and not the table behind it, and it is not `security_barrier`.
//!
//! ## Why it matters
//! The planner may run the reader's own cheap function before the view's condition: rows that the view hides pass
//! through the function first.
//!
//! ## What to do
//! `ALTER VIEW v SET (security_barrier = true)`.
//!
//! ## When to accept it
//! When the condition hides nothing secret.
//!
//! ## Sources
//! PostgreSQL manual, 41.5 Rules and Privileges.
//!
//! ```sql,finds
//! create table notes (id int primary key, owner text);
//! create view shown as select * from notes where owner = 'all';
//! grant select on shown to reader_of_notes;
//! ```
//! ```sql,finds
//! create table notes (id int primary key, hidden boolean);
//! create view shown with (security_barrier) as select id from notes where not hidden;
//! alter view shown reset (security_barrier);
//! grant select on shown to reader_of_notes;
//! ```
//! ```sql,finds
//! create table notes (id int, at date, hidden boolean) partition by range (at);
//! create view shown as select id from notes where not hidden;
//! grant all on shown to reader_of_notes;
//! ```
//! ```sql,passes
//! create table notes (id int primary key, hidden boolean);
//! create view shown with (security_barrier = true) as select id from notes where not hidden;
//! create view open as select id from notes;
//! create view hidden_ones as select id from notes where hidden;
//! grant select on shown, open to reader_of_notes;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    finding::{Severity, SubjectKind},
    schema::{Grant, GrantOn, Name},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/leaky-view",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("leaky_view.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let reads =
        |g: &&Grant, on: &Name| g.privilege == "SELECT" && matches!(&g.on, GrantOn::Table { name } if name == on);
    let mut out = vec![];
    for view in scene.schema.views.iter().filter(|v| !v.materialized && v.query.contains("WHERE")) {
        let safe = |o: &String| {
            matches!(
                o.as_str(),
                "security_barrier=true" | "security_barrier=on" | "security_invoker=true" | "security_invoker=on"
            )
        };
        if view.options.iter().any(safe) {
            continue;
        }
        let grants = &scene.schema.grants;
        let reader = grants.iter().filter(|g| reads(g, &view.name) && view.owner.as_ref() != Some(&g.role)).find(|g| {
            let mut behind = scene
                .tables
                .iter()
                .filter(|t| crate::scene::words::names_word(&view.query, &tw_model::ident::name(t.name())));
            behind.any(|t| !grants.iter().any(|o| o.role == g.role && reads(&o, t.name())))
        });
        if let Some(grant) = reader {
            let message = format!("{} may ask for rows that the view {} hides", grant.role, view.name.name);
            out.push(Spot::at(SubjectKind::View, crate::rule::path(&view.name), message));
        }
    }
    out
}
