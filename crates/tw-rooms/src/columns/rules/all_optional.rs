//! Every column besides the key may be null.
//!
//! ## What
//! A table of three columns or more besides its key has none that is required.
//!
//! ## Why it matters
//! A row that says nothing is accepted, and every program must be ready for any of them to be missing.
//!
//! ## What to do
//! Make NOT NULL what a row cannot be without.
//!
//! ## When to accept it
//! Rows that are filled in step by step, such as forms.
//!
//! ## Sources
//! SchemaCrawler; TalTech catalogue of design smells.
//!
//! ```sql,finds
//! create table people (id int primary key, name text, born date, town text);
//! ```
//! ```sql,finds
//! create table people (id int primary key, name text);
//! alter table people add column born date;
//! alter table people add column town text;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, name word, town word, street word);
//! ```
//! ```sql,passes
//! create table people (id int primary key, name text not null, born date, town text);
//! ```
//! ```sql,passes
//! create table ties (a int, b int, primary key (a, b));
//! ```
//! ```sql,passes
//! create domain word as text not null;
//! create table people (id int primary key, name word, town text, street text);
//! ```
//! ```sql,passes
//! create table people (id int primary key, name text, born date, town text, check (name is not null));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene},
};
use tw_model::{finding::Severity, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/all-optional",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("all_optional.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in
        scene.designed().filter(|t| t.primary().is_some() && t.table.inherits.is_empty() && t.kind != Kind::Junction)
    {
        let rest: Vec<&Column> = t.own_columns().filter(|c| !t.in_primary(&c.name) && c.generated.is_none()).collect();
        let required = |c: &&Column| c.not_null || scene.domain_not_null(&c.ty);
        let demanded = t.checks().any(|(_, e)| e.contains("IS NOT NULL") || e.contains("num_nonnulls"));
        if rest.len() >= 3 && !rest.iter().any(required) && !demanded {
            let message = format!("a row of {} may say nothing besides its key", t.name().name);
            out.push(Spot::table(t.table, message));
        }
    }
    out
}
