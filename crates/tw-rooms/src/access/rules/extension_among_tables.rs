//! An extension keeps its functions among the tables.
//!
//! ## What
//! An extension is installed in a schema that also holds tables.
//!
//! ## Why it matters
//! Its functions and types mix with what the application owns: names collide, rights on the schema open them too, and
//! a dump of the schema is full of them.
//!
//! ## What to do
//! `CREATE SCHEMA extensions`, `ALTER EXTENSION e SET SCHEMA extensions`, and put it on the search path.
//!
//! ## When to accept it
//! Small databases; extensions that cannot be moved.
//!
//! ## Sources
//! PostgreSQL manual, 38.17.2 Extension Relocatability; Supabase security advisor, extension_in_public.
//!
//! ```sql,finds
//! create extension isn;
//! create table users (id int primary key);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create extension dict_int;
//! ```
//! ```sql,finds
//! create extension tcn;
//! create table users (id int, at date) partition by range (at);
//! ```
//! ```sql,passes
//! create extension seg;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/extension-among-tables",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("extension_among_tables.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let among = scene.schema.extensions.iter().filter(|e| scene.tables.iter().any(|t| t.name().schema == e.schema));
    among
        .map(|e| {
            let message = format!("the extension {} is installed among the tables of {}", e.name, e.schema);
            Spot::at(SubjectKind::Extension, e.name.clone(), message)
        })
        .collect()
}
