//! Names are written in two manners.
//!
//! ## What
//! Most names of a schema are words joined by underscores, and this table or these columns run the words together
//! in capitals, or the other way round.
//!
//! ## Why it matters
//! Each name must be looked up before it can be written.
//!
//! ## What to do
//! Rename to the manner of the rest.
//!
//! ## When to accept it
//! Names that another system prescribes.
//!
//! ## Sources
//! DBLint, inconsistent naming convention.
//!
//! ```sql,finds
//! create table a (id int primary key, first_name text, last_name text, birth_date date, home_town text);
//! create table b (id int primary key, "shipTo" text);
//! ```
//! ```sql,finds
//! create table a (id int primary key, first_name text, last_name text, birth_date date, home_town text);
//! alter table a add column "zipCode" text;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table a (id int primary key, "firstName" word, "lastName" word, "birthDate" date, "homeTown" word);
//! create table b (id int primary key, ship_to word);
//! ```
//! ```sql,passes
//! create table a (id int primary key, first_name text, last_name text, birth_date date, home_town text, zip text, "Mixed" text);
//! ```
//! ```sql,passes
//! create table a (id int primary key, "firstName" text, last_name text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/mixed-manner",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("mixed_manner.rs"),
    check,
    proof: None,
};

/// Names that must have a manner before the schema has one, and the share of them that makes it.
const FEWEST: usize = 4;
const HABIT: f64 = 0.8;

/// Words joined by underscores, or run together with capitals; none for one word.
fn manner(name: &str) -> Option<&'static str> {
    let inner = name.trim_matches('_');
    let joined = inner.contains('_');
    let capital = inner.chars().skip(1).any(char::is_uppercase) && inner.chars().any(char::is_lowercase);
    match (joined, capital) {
        (true, false) => Some("underscores"),
        (false, true) => Some("capitals"),
        _ => None,
    }
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, c) in scene.columns() {
        *count.entry(manner(&c.name).unwrap_or("")).or_default() += 1;
    }
    let of = |m: &str| count.get(m).copied().unwrap_or(0);
    let all = of("underscores") + of("capitals");
    let habit = if of("underscores") >= of("capitals") { "underscores" } else { "capitals" };
    if all < FEWEST || (of(habit) as f64) < HABIT * all as f64 {
        return vec![];
    }
    let mut out = vec![];
    for t in scene.designed() {
        let other = |name: &str| manner(name).is_some_and(|m| m != habit);
        let columns: Vec<&str> = t.own_columns().map(|c| c.name.as_str()).filter(|c| other(c)).collect();
        if !columns.is_empty() {
            let message =
                format!("{} of {} is not joined by {habit} as other names are", columns.join(", "), t.name().name);
            out.push(Spot::table(t.table, message));
        }
    }
    out
}
