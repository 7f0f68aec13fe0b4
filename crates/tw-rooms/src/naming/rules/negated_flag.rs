//! A flag says what is not.
//!
//! ## What
//! A boolean column is called `not_...`, `no_...`, `is_not_...` or `non_...`.
//!
//! ## Why it matters
//! Its false is a double negation, which is read wrongly: `WHERE NOT not_found`.
//!
//! ## What to do
//! Turn it round: `found`.
//!
//! ## When to accept it
//! Words of the business, such as `no_show`.
//!
//! ## Sources
//! Martin, Clean Code, G29 Avoid negative conditionals.
//!
//! ```sql,finds
//! create table people (id int primary key, not_active boolean not null);
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add column is_not_billed boolean not null default false;
//! ```
//! ```sql,finds
//! create domain flag as boolean not null;
//! create table people (id int primary key, has_no_car flag);
//! ```
//! ```sql,passes
//! create table people (id int primary key, no_show boolean not null, notified boolean not null, not_before date, number_no text, non_profit boolean not null);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/negated-flag",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("negated_flag.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let negated = scene.columns().filter(|(_, c)| {
        let words = words(&c.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let not = match words.as_slice() {
            ["not", ..] | ["is" | "has" | "was" | "can", "not" | "no", ..] => true,
            ["no", rest @ ..] => !rest.is_empty() && rest != ["show"],
            _ => false,
        };
        not && scene.base(&c.ty) == "boolean"
    });
    negated
        .map(|(t, c)| Spot::column(t.table, &c.name, format!("{} of {} says what is not", c.name, t.name().name)))
        .collect()
}
