//! A repeating group is kept in numbered columns.
//!
//! ## What
//! A table has three columns or more that differ only in a number and are of one type: `phone1`, `phone2`,
//! `phone3`.
//!
//! ## Why it matters
//! The fourth has no place, a search must ask each of them, nothing keeps the same value from being there twice,
//! and an empty one in the middle means what each program thinks it means.
//!
//! ## What to do
//! Make a table of them, one row a value, with a reference to this one.
//!
//! ## When to accept it
//! Positions that are fixed by nature, such as the lines of a printed address or the points of a dive.
//!
//! ## Sources
//! Codd 1970 (first normal form); Karwin, SQL Antipatterns, Multicolumn Attributes.
//!
//! ```sql,finds
//! create table people (id int primary key, phone1 text, phone2 text, phone3 text);
//! ```
//! ```sql,finds
//! create table people (id int primary key, tag_1 int, tag_2 int);
//! alter table people add column tag_3 int;
//! ```
//! ```sql,finds
//! create domain number as text;
//! create table people (id int primary key, phone1 number, phone2 number, phone3 number, mail text);
//! ```
//! ```sql,finds
//! create table people (id int primary key, q1_score int, q2_score int, q3_score int);
//! ```
//! ```sql,passes
//! create table places (id int primary key, address1 text, address2 text, address3 text, line_1 text, line_2 text, line_3 text, md5 text, sha1 text, sha256 text, utf8 text);
//! ```
//! ```sql,passes
//! create table people (id int primary key, phone1 text, phone2 text, phone3_id int, name text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
use std::collections::BTreeMap;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/numbered-columns",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("numbered_columns.rs"),
    check,
    proof: None,
};

/// Columns of a group before it is told.
const FEWEST: usize = 3;
/// Words of groups that are fixed by nature.
const FIXED: &[&str] =
    &["address", "addressline", "addr", "dim", "half", "line", "md", "p", "quarter", "sha", "street", "utf", "x", "y"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let mut groups: BTreeMap<(String, &str), Vec<(&str, u32)>> = BTreeMap::new();
        for c in t.own_columns() {
            let parts = words(&c.name);
            let numbers: Vec<u32> = parts.iter().filter_map(|w| w.parse().ok()).collect();
            let [number] = numbers.as_slice() else { continue };
            let stem: Vec<&str> =
                parts.iter().map(|w| if w.parse::<u32>().is_ok() { "#" } else { w.as_str() }).collect();
            if stem.len() > 1 && !stem.iter().any(|w| FIXED.contains(w)) {
                groups.entry((stem.join("_"), scene.base(&c.ty))).or_default().push((&c.name, *number));
            }
        }
        for ((stem, _), mut columns) in groups {
            columns.sort_by_key(|(_, n)| *n);
            // One after the other: 1, 2, 3.
            let counted = columns.windows(2).all(|w| w[1].1 == w[0].1 + 1) && columns[0].1 <= 1;
            if columns.len() >= FEWEST && counted {
                let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
                let message = format!("{} of {} are one thing, {} times", names.join(", "), t.name().name, names.len());
                out.push(Spot::table(t.table, message).fact(stem));
            }
        }
    }
    out
}
