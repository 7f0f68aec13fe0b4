//! Everybody who can connect has a right on a table.
//!
//! ## What
//! A privilege on a table, sequence or schema is granted to PUBLIC.
//!
//! ## Why it matters
//! Every role of the server has it, those that are made later and those of other programs too.
//!
//! ## What to do
//! Revoke it and grant it to a role that the programs are members of.
//!
//! ## When to accept it
//! Reading of lists that are public in every sense.
//!
//! ## Sources
//! PostgreSQL manual, 5.7 Privileges (PUBLIC).
//!
//! ```sql,finds
//! create table notes (id int primary key);
//! grant select on notes to public;
//! ```
//! ```sql,finds
//! create table notes (id int primary key, body text);
//! grant all on notes to public;
//! revoke delete, truncate on notes from public;
//! ```
//! ```sql,finds
//! create table notes (id int, at date) partition by range (at);
//! grant insert (id) on notes to public;
//! ```
//! ```sql,passes
//! create table notes (id int primary key);
//! grant select on notes to reader_of_notes;
//! grant all on notes to reader_of_notes;
//! revoke all on notes from public;
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
    id: "access/public-grant",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("public_grant.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut by_object: std::collections::BTreeMap<&GrantOn, Vec<&Grant>> = Default::default();
    for grant in scene.schema.grants.iter().filter(|g| g.role == "public") {
        by_object.entry(&grant.on).or_default().push(grant);
    }
    let mut out = vec![];
    for (on, grants) in by_object {
        let (kind, name) = match on {
            GrantOn::Table { name } => (SubjectKind::Table, crate::rule::path(name)),
            GrantOn::Sequence { name } => (SubjectKind::Sequence, crate::rule::path(name)),
            // USAGE of a schema only lets names in it be found.
            GrantOn::Namespace { name } if grants.iter().any(|g| g.privilege == "CREATE") => {
                (SubjectKind::Schema, name.clone())
            }
            _ => continue,
        };
        let revoked = grants.iter().filter(|g| kind != SubjectKind::Schema || g.privilege == "CREATE");
        let privileges: Vec<&str> = revoked.clone().map(|g| g.privilege.as_str()).collect();
        let message = format!("everybody has {} on {name}", privileges.join(", "));
        let changes = revoked.map(|g| Change::Revoke { grant: (*g).clone() }).collect();
        out.push(Spot::at(kind, name, message).fixed(Safety::Visible, changes));
    }
    out
}
