//! A table is in the singular among plurals, or the other way round.
//!
//! ## What
//! Most table names of a schema are plural (or singular), and this one is not.
//!
//! ## Why it matters
//! Whoever writes a query has to look up each name; mappers that guess names guess wrong.
//!
//! ## What to do
//! Rename it as its neighbours are.
//!
//! ## When to accept it
//! Names that have no other form, or that a framework prescribes.
//!
//! ## Sources
//! schemalint, name-inflection; ISO/IEC 11179-5.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table orders (id int primary key);
//! create table invoices (id int primary key);
//! create table payments (id int primary key);
//! create table product (id int primary key);
//! ```
//! ```sql,finds
//! create table user_account (id int primary key);
//! create table order_line (id int primary key);
//! create table invoice (id int primary key);
//! create table payment (id int primary key);
//! create table thing (id int primary key);
//! alter table thing rename to products;
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table orders (id int, at date, primary key (id, at)) partition by range (at);
//! create table invoices (id int primary key);
//! create table payments (id int primary key);
//! create table bases (id int primary key);
//! create table gift () inherits (invoices);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table orders (id int primary key);
//! create table invoices (id int primary key);
//! create table payments (id int primary key);
//! create table news (id int primary key);
//! create table order_history (id int primary key);
//! create table equipment (id int primary key);
//! create table users_external (id int primary key);
//! ```
//! ```sql,finds
//! create table product (id int primary key);
//! create table parcel (id int primary key);
//! create table invoice (id int primary key);
//! create table payment (id int primary key);
//! create table bills_of_material (id int primary key);
//! ```
//! ```sql,passes
//! create table product (id int primary key);
//! create table salesorder (id int primary key);
//! create table invoice (id int primary key);
//! create table payment (id int primary key);
//! create table billofmaterials (id int primary key);
//! create table state_of_parcels (id int primary key);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table product (id int primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, words::words},
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/odd-number-out",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("odd_number_out.rs"),
    check,
    proof: None,
};

/// Tables that must have a form before the schema has a habit, and one of how many may have another.
const FEWEST: usize = 4;
const HABIT: usize = 5;

/// The place of the word that says how many: the last one that is no number, or the one before `of`. None where words
/// that are run together have an `of` among them: which of them it is cannot be told.
fn counted(words: &[String]) -> Option<usize> {
    let at = match words.iter().position(|w| w == "of") {
        Some(at) if at > 0 => at - 1,
        _ => words.iter().rposition(|w| !w.chars().all(|c| c.is_ascii_digit()))?,
    };
    let word = &words[at];
    let together = word.match_indices("of").any(|(at, of)| at > 2 && word.len() - at - of.len() > 2);
    (!together).then_some(at)
}

/// Plural, singular, or neither: a word whose two forms are one, or that names a mass.
fn plural(name: &str) -> Option<bool> {
    let words = words(name);
    let at = counted(&words)?;
    let last = &words[at];
    let (one, many) = (pluralizer::pluralize(last, 1, false), pluralizer::pluralize(last, 2, false));
    let mass = [
        "audit",
        "config",
        "data",
        "details",
        "equipment",
        "feedback",
        "history",
        "info",
        "log",
        "metadata",
        "status",
        "stats",
        "staff",
    ];
    // Where a word before it is plural, the last says of what kind.
    let many_of = |w: &String| pluralizer::pluralize(w, 1, false) != *w && w.len() > 3 && !w.ends_with("ss");
    let before = words[..at].iter().any(many_of);
    if before || one == many || mass.contains(&last.as_str()) || last.len() < 3 || last.ends_with("ed") {
        return None;
    }
    Some(*last == many)
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut by_schema: BTreeMap<&str, Vec<(&TableScene, bool)>> = BTreeMap::new();
    for t in scene.designed() {
        if let Some(form) = plural(&t.name().name) {
            by_schema.entry(&t.name().schema).or_default().push((t, form));
        }
    }
    let mut out = vec![];
    for tables in by_schema.into_values().filter(|t| t.len() >= FEWEST) {
        let plurals = tables.iter().filter(|(_, plural)| *plural).count();
        let (odd, habit) = match plurals * 2 > tables.len() {
            true => (tables.len() - plurals, "plural"),
            false => (plurals, "singular"),
        };
        if odd * HABIT > tables.len() {
            continue;
        }
        for (t, plural) in tables.iter().filter(|(_, plural)| *plural != (habit == "plural")) {
            let form = if *plural { "plural" } else { "singular" };
            out.push(Spot::table(t.table, format!("{} is {form} where other tables are {habit}", t.name().name)));
        }
    }
    out
}
