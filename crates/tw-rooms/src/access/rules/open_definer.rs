//! A function with its owner's rights looks names up where its caller says.
//!
//! ## What
//! A SECURITY DEFINER function does not set `search_path`.
//!
//! ## Why it matters
//! It runs with its owner's rights and the caller's search path: whoever may create an object in a schema of that path
//! (`pg_temp` is always one) can put a table or function of the same name before the one that is meant, and have it run
//! or read with the owner's rights.
//!
//! ## What to do
//! `ALTER FUNCTION f(...) SET search_path = pg_catalog, public, pg_temp`, or better an empty path and qualified names.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! PostgreSQL manual, CREATE FUNCTION (Writing SECURITY DEFINER Functions Safely); CVE-2018-1058.
//!
//! ```sql,finds
//! create function f() returns int language sql security definer as 'select 1';
//! ```
//! ```sql,finds
//! create function f() returns int language sql as 'select 1';
//! alter function f() security definer;
//! ```
//! ```sql,finds
//! create procedure p() language plpgsql security definer as 'begin end';
//! ```
//! ```sql,passes
//! create function f() returns int language sql security definer set search_path = pg_catalog, pg_temp as 'select 1';
//! create function g() returns text language sql as 'select ''security definer''';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, programs},
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/open-definer",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("open_definer.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let open = scene.schema.functions.iter().filter(|f| {
        let head = programs::head(f);
        !f.aggregate && head.contains("SECURITY DEFINER") && !head.contains("SET SEARCH_PATH")
    });
    open.map(|f| {
        let path = format!("{}({})", crate::rule::path(&f.name), f.arguments);
        let message = format!("{} runs with its owner's rights and its caller's search path", f.name.name);
        Spot::at(SubjectKind::Function, path, message)
    })
    .collect()
}
