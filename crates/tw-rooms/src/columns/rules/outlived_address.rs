//! A column holds numbers of the catalogue.
//!
//! ## What
//! A column is of a type such as `regclass` or `regproc`, which keeps the number that an object has in this server.
//!
//! ## Why it matters
//! pg_upgrade refuses a database that has such a column (`regclass`, `regrole` and `regtype` apart), and a dump
//! restored elsewhere names another object or none.
//!
//! ## What to do
//! Keep the name as text.
//!
//! ## When to accept it
//! Tables that are filled anew after each restore.
//!
//! ## Sources
//! PostgreSQL manual, pg_upgrade (notes); 8.19 Object Identifier Types.
//!
//! ```sql,finds
//! create table jobs (id int primary key, what regproc not null);
//! ```
//! ```sql,finds
//! create table jobs (id int primary key);
//! alter table jobs add column what regprocedure;
//! ```
//! ```sql,finds
//! create domain rule as regoper;
//! create table jobs (id int primary key, what rule);
//! ```
//! ```sql,passes
//! create table jobs (id int primary key, what text, of regclass, who regrole, kind regtype);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/outlived-address",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("outlived_address.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let kept = scene.columns().filter(|(_, c)| {
        let ty = scene.base(&c.ty).trim_end_matches("[]");
        matches!(
            ty,
            "regcollation"
                | "regconfig"
                | "regdictionary"
                | "regnamespace"
                | "regoper"
                | "regoperator"
                | "regproc"
                | "regprocedure"
        )
    });
    kept.map(|(t, c)| {
        Spot::column(
            t.table,
            &c.name,
            format!("{} of {} keeps a number of the catalogue ({})", c.name, t.name().name, c.ty),
        )
    })
    .collect()
}
