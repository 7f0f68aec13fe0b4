//! A role may hand its right on to anybody.
//!
//! ## What
//! A privilege is granted WITH GRANT OPTION.
//!
//! ## Why it matters
//! Who has which right is then decided by that role, and revoking its right takes it from everybody it was handed to,
//! or fails.
//!
//! ## What to do
//! Let the owner grant, to roles that people are made members of.
//!
//! ## When to accept it
//! For a role that manages rights by its office.
//!
//! ## Sources
//! PostgreSQL manual, GRANT (WITH GRANT OPTION).
//!
//! ```sql,finds
//! create table notes (id int primary key);
//! grant select on notes to keeper_of_notes with grant option;
//! ```
//! ```sql,finds
//! create table notes (id int primary key);
//! grant select on notes to keeper_of_notes;
//! grant update (id) on notes to keeper_of_notes with grant option;
//! ```
//! ```sql,finds
//! create table notes (id int, at date) partition by range (at);
//! grant all on notes to keeper_of_notes with grant option;
//! ```
//! ```sql,passes
//! create table notes (id int primary key);
//! grant select, update on notes to keeper_of_notes;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity, SubjectKind},
    schema::{Grant, GrantOn},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/passed-on-grant",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("passed_on_grant.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut held: std::collections::BTreeMap<(&GrantOn, &str), Vec<&Grant>> = Default::default();
    for grant in scene.schema.grants.iter().filter(|g| g.grantable) {
        held.entry((&grant.on, &grant.role)).or_default().push(grant);
    }
    let mut out = vec![];
    for ((on, role), grants) in held {
        let (kind, name) = match on {
            GrantOn::Table { name } => (SubjectKind::Table, crate::rule::path(name)),
            GrantOn::Sequence { name } => (SubjectKind::Sequence, crate::rule::path(name)),
            GrantOn::Type { name } => (SubjectKind::Type, crate::rule::path(name)),
            GrantOn::Function { name, arguments } => {
                (SubjectKind::Function, format!("{}({arguments})", crate::rule::path(name)))
            }
            GrantOn::Namespace { name } => (SubjectKind::Schema, name.clone()),
            GrantOn::Database => (SubjectKind::Database, "database".into()),
        };
        let privileges: Vec<&str> = grants.iter().map(|g| g.privilege.as_str()).collect();
        let message = format!("{role} may hand {} on {name} to anybody", privileges.join(", "));
        let once = grants.iter().flat_map(|g| {
            let plain = Grant { grantable: false, ..(*g).clone() };
            [Change::Revoke { grant: (*g).clone() }, Change::Grant { grant: plain }]
        });
        out.push(Spot::at(kind, name, message).fact(role).fixed(Safety::Visible, once.collect()));
    }
    out
}
