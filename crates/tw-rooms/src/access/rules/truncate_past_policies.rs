//! A role that policies bind may empty the table.
//!
//! ## What
//! TRUNCATE on a table with row level security is granted to a role.
//!
//! ## Why it matters
//! Policies do not speak of TRUNCATE: a role that may see only its own rows can erase everybody's.
//!
//! ## What to do
//! Revoke TRUNCATE; grant SELECT, INSERT, UPDATE and DELETE by name instead of ALL.
//!
//! ## When to accept it
//! For a role that is meant to empty it.
//!
//! ## Sources
//! PostgreSQL manual, 5.8 Row Security Policies (operations on the whole table).
//!
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! grant all on notes to writer_of_notes;
//! ```
//! ```sql,finds
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! grant select, truncate on notes to writer_of_notes;
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! ```
//! ```sql,finds
//! create table notes (id int, owner name, at date) partition by range (at);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! grant truncate on notes to writer_of_notes;
//! ```
//! ```sql,passes
//! create table notes (id int primary key, owner name);
//! create index on notes (owner);
//! alter table notes enable row level security;
//! create policy own on notes using (owner = current_user);
//! grant select, insert, update, delete on notes to writer_of_notes;
//! create table seen (id int primary key);
//! grant truncate on seen to writer_of_notes;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    schema::GrantOn,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/truncate-past-policies",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("truncate_past_policies.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for grant in scene.schema.grants.iter().filter(|g| g.privilege == "TRUNCATE") {
        let GrantOn::Table { name } = &grant.on else { continue };
        let Some(t) = scene.table(name).filter(|t| t.table.row_security) else { continue };
        if t.table.owner.as_ref() == Some(&grant.role) {
            continue;
        }
        let message = format!("{} may empty {}, whose policies do not speak of TRUNCATE", grant.role, name.name);
        let change = Change::Revoke { grant: grant.clone() };
        out.push(Spot::table(t.table, message).fact(&grant.role).fixed(Safety::Visible, vec![change]));
    }
    out
}
