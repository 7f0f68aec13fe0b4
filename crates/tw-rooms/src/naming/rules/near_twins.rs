//! Two columns of a table have nearly the same name.
//!
//! ## What
//! Two columns of one table differ only in case, underscores or a plural.
//!
//! ## Why it matters
//! Half of the programs write the one and half read the other; neither is right.
//!
//! ## What to do
//! Move the values together and drop one.
//!
//! ## When to accept it
//! During a rename, while both are written.
//!
//! ## Sources
//! TalTech catalogue of design smells, similar names.
//!
//! ```sql,finds
//! create table people (id int primary key, "userId" int, user_id int);
//! ```
//! ```sql,finds
//! create table people (id int primary key, firstname text);
//! alter table people add column first_name text;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, tag word, tags word);
//! ```
//! ```sql,passes
//! create table people (id int primary key, user_id int, user_id2 int, users_count int, address text, add_ress_id int, tag text, tags text[], comment text, comments int);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/near-twins",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("near_twins.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let mut seen: BTreeMap<(String, &str), &str> = BTreeMap::new();
        for c in t.own_columns() {
            let joined = words(&c.name).concat();
            // A list beside its first element, or a count beside what is counted, has another type.
            let folded = joined.strip_suffix('s').unwrap_or(&joined).to_string();
            match seen.get(&(folded.clone(), scene.base(&c.ty))) {
                Some(other) => {
                    let message = format!("{other} and {} of {} have nearly the same name", c.name, t.name().name);
                    out.push(Spot::column(t.table, &c.name, message).fact(*other));
                }
                None => {
                    seen.insert((folded, scene.base(&c.ty)), &c.name);
                }
            }
        }
    }
    out
}
