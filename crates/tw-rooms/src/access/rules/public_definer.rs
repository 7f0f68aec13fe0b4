//! Everybody may run a function that has its owner's rights.
//!
//! ## What
//! A SECURITY DEFINER function or procedure may be executed by PUBLIC, which is so unless it was revoked.
//!
//! ## Why it matters
//! Whoever can connect does with the owner's rights what the function does, with arguments of his choice.
//!
//! ## What to do
//! `REVOKE EXECUTE ON FUNCTION f FROM PUBLIC`, then grant it to the roles that need it.
//!
//! ## When to accept it
//! When it is meant for everybody and checks its arguments and its caller.
//!
//! ## Sources
//! PostgreSQL manual, CREATE FUNCTION (Writing SECURITY DEFINER Functions Safely).
//!
//! ```sql,finds
//! create function erase(n int) returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1';
//! ```
//! ```sql,finds
//! create function erase(n int) returns int language sql set search_path = pg_catalog, pg_temp as 'select 1';
//! alter function erase(int) security definer;
//! ```
//! ```sql,finds
//! create procedure erase(n int) language plpgsql security definer set search_path = pg_catalog, pg_temp as 'begin end';
//! ```
//! ```sql,passes
//! create function erase(n int) returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1';
//! revoke execute on function erase(int) from public;
//! grant execute on function erase(int) to eraser;
//! create function stamp() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as 'begin return new; end';
//! create function plain(n int) returns int language sql as 'select 1';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity, SubjectKind},
    schema::{Grant, GrantOn},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/public-definer",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("public_definer.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for f in scene.schema.functions.iter().filter(|f| !f.aggregate) {
        let head = programs::head(f);
        // Nobody calls a trigger's function by himself.
        if !head.contains("SECURITY DEFINER")
            || head.contains("RETURNS TRIGGER")
            || head.contains("RETURNS EVENT_TRIGGER")
        {
            continue;
        }
        let on = GrantOn::Function { name: f.name.clone(), arguments: f.arguments.clone() };
        let grant = Grant { on, role: "public".into(), privilege: "EXECUTE".into(), columns: vec![], grantable: false };
        let revoked = scene.schema.revokes.iter().any(|r| (&r.on, &r.role) == (&grant.on, &grant.role));
        if !revoked {
            let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
            let message = format!("everybody may run {} with its owner's rights", f.name.name);
            let change = Change::Revoke { grant };
            out.push(Spot::at(SubjectKind::Function, path, message).fixed(Safety::Visible, vec![change]));
        }
    }
    out
}
