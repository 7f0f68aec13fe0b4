//! Lists that have nothing to do with each other share one table.
//!
//! ## What
//! A table such as `lookups` or `codes` holds a kind, a code and a label.
//!
//! ## Why it matters
//! A column that refers to it may take a code of any list: a country where a colour belongs. No list can have columns
//! of its own.
//!
//! ## What to do
//! One small table for each list, or a CHECK for those that never change.
//!
//! ## When to accept it
//! Texts for screens that no row refers to.
//!
//! ## Sources
//! Celko, SQL Programming Style (one true lookup table); Eessaar, catalogue of database design problems.
//!
//! ```sql,finds
//! create table lookups (id int primary key, type text not null, code text not null, label text);
//! ```
//! ```sql,finds
//! create table "RefCodes" (id int primary key, category varchar(20), name text);
//! alter table "RefCodes" add column code text;
//! ```
//! ```sql,finds
//! create domain words as text;
//! create table code_values (list words, code words, description words, at date) partition by range (at);
//! ```
//! ```sql,passes
//! create table countries (id int primary key, code text, name text);
//! create table discount_codes (id int primary key, code text, kind text, amount int);
//! create table lookups (id int primary key, code text, label text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/one-list-for-all",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("one_list_for_all.rs"),
    check,
    proof: None,
};

/// Words in names of tables that hold lists.
const LISTS: &[&str] = &[
    "code",
    "codes",
    "dictionary",
    "enum",
    "enumeration",
    "enumerations",
    "enums",
    "lookup",
    "lookups",
    "parameter",
    "parameters",
    "picklist",
    "reference",
    "refcodes",
    "ref",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let listed = words(&t.name().name).iter().any(|w| LISTS.contains(&w.as_str()));
        let has = |names: &[&str], text: bool| {
            t.table.columns.iter().any(|c| {
                let last = words(&c.name).pop().unwrap_or_default();
                names.contains(&last.as_str()) && (!text || types::is_text(scene.base(&c.ty)))
            })
        };
        let kinds = has(&["type", "kind", "category", "domain", "list", "group", "class"], false);
        let labels = has(&["label", "description", "name", "text", "title", "meaning"], true);
        if listed && kinds && has(&["code", "key", "value"], false) && labels {
            out.push(Spot::table(t.table, format!("{} holds lists of every kind", t.name().name)));
        }
    }
    out
}
