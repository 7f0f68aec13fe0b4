//! Yes or no is kept as a letter or number.
//!
//! ## What
//! A column that may only be `Y` or `N`, `T` or `F`, `0` or `1`, is of a text or integer type; or it is called
//! `is_...` or `has_...` and is one.
//!
//! ## Why it matters
//! Each program must know which of the letters mean yes; a value that is neither is neither refused nor understood,
//! and a condition has to compare instead of ask.
//!
//! ## What to do
//! Use `boolean`: `ALTER TABLE t ALTER COLUMN c TYPE boolean USING c = 'Y'`.
//!
//! ## When to accept it
//! When a third value is to come: then name it for what it says (`status`), not for yes.
//!
//! ## Sources
//! PostgreSQL manual, 8.6 Boolean Type.
//!
//! ```sql,finds
//! create table people (id int primary key, is_member char(1) not null);
//! ```
//! ```sql,finds
//! create table people (id int primary key, member varchar(3));
//! alter table people add check (member in ('yes', 'no'));
//! ```
//! ```sql,finds
//! create domain yn as char check (value in ('Y', 'N'));
//! create table people (id int primary key, member yn);
//! ```
//! ```sql,finds
//! create table people (id int primary key, has_car smallint not null default 0);
//! ```
//! ```sql,passes
//! create table people (id int primary key, is_member boolean, sex char check (sex in ('f', 'm', 'x')), island text, has text);
//! ```
//! ```sql,passes
//! create table people (id int primary key, grade char check (grade in ('a', 'b')), issue int, is_about text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::values},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/flag-in-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("flag_in_text.rs"),
    check,
    proof: None,
};

/// Pairs of values that say yes and no.
const PAIRS: &[[&str; 2]] = &[
    ["N", "Y"],
    ["n", "y"],
    ["F", "T"],
    ["f", "t"],
    ["no", "yes"],
    ["NO", "YES"],
    ["No", "Yes"],
    ["false", "true"],
    ["FALSE", "TRUE"],
    ["0", "1"],
];

fn check(scene: &Scene) -> Vec<Spot> {
    let flags = scene.columns().filter(|(t, c)| {
        let ty = scene.base(&c.ty);
        let small = types::is_text(ty) || types::is_integer(ty);
        let asked = c.name.starts_with("is_") || c.name.starts_with("has_");
        // A text of any length is a description: `is_about`.
        let short = types::is_integer(ty) || types::modifiers(ty).first().is_some_and(|n| *n <= 5);
        let either = |e: &&str| values(e).is_some_and(|v| PAIRS.iter().any(|p| v == *p));
        let checked = t.checks_of(&c.name).iter().any(either) || scene.domain_checks(&c.ty).iter().any(either);
        small && !t.in_key(&c.name) && !t.refers(&c.name) && (asked && short || checked)
    });
    flags
        .map(|(t, c)| {
            Spot::column(t.table, &c.name, format!("{} of {} says yes or no as {}", c.name, t.name().name, c.ty))
        })
        .collect()
}
