//! One list is spread over numbered columns.
//!
//! ## What
//! Two or more columns of a table have the same name and type but for a number, such as `phone1`, `phone2`, `phone3`.
//!
//! ## Why it matters
//! A search must name every column, the same value may stand in two of them, and the day somebody has a fourth the
//! table changes.
//!
//! ## What to do
//! Make a table of its own with one row for each, or an array where order and number do not matter.
//!
//! ## When to accept it
//! Where the number is fixed by nature: the two lines of an address, the quarters of a year.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Multicolumn Attributes; Codd, first normal form.
//!
//! ```sql,finds
//! create table people (id int primary key, phone1 text, phone2 text, phone3 text);
//! ```
//! ```sql,finds
//! create table people (id int primary key, email text);
//! alter table people add column "tagOne" text, add column tag_1 text, add column tag_2 text;
//! ```
//! ```sql,finds
//! create domain words as text;
//! create table people (id int, at date, hobby_1 words, hobby_2 words) partition by range (at);
//! ```
//! ```sql,passes
//! create table people (id int primary key, address1 text, address2 text, md5 text, line_1 text, line_2 text, addressline1 text, addressline2 text);
//! create table sides (id int primary key, x1 int, y1 int, x2 int, y2 int, sha1 text, sha256 text, quarter1 int, quarter2 int);
//! ```
//! ```sql,passes
//! create table players (id int primary key);
//! create table games (id int primary key, player1 int references players, player2 int references players, phone1 text, fax2 text);
//! create index on games (player1);
//! create index on games (player2);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
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

use std::collections::BTreeMap;

/// Stems whose numbers are fixed by nature or by custom.
const FIXED: &[&str] = &[
    "address",
    "addr",
    "street",
    "line",
    "quarter",
    "q",
    "half",
    "month",
    "week",
    "day",
    "hour",
    "level",
    "md",
    "sha",
    "utf",
    "ipv",
    "param",
    "arg",
    "iso",
    "base",
    "percentile",
    "p",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let mut groups: BTreeMap<(String, &str), Vec<(u64, &str)>> = BTreeMap::new();
        for column in t.own_columns() {
            let words = words(&column.name);
            let Some((last, stem)) = words.split_last() else { continue };
            let (Ok(n), Some(word)) = (last.parse::<u64>(), stem.last()) else { continue };
            // Letters of geometry and algebra, and numbers that are no count.
            let fixed =
                FIXED.contains(&word.as_str()) || ["address", "line", "street"].iter().any(|end| word.ends_with(end));
            if word.len() > 2 && n < 100 && !fixed {
                groups.entry((stem.join("_"), &column.ty)).or_default().push((n, &column.name));
            }
        }
        for ((stem, _), mut columns) in groups {
            columns.sort_unstable();
            let in_a_row = columns.windows(2).all(|two| two[1].0 == two[0].0 + 1) && columns[0].0 < 2;
            // Two references are the two sides of something.
            let sides = columns.len() == 2 && columns.iter().all(|(_, name)| t.refers(name));
            if columns.len() > 1 && in_a_row && !sides {
                let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
                let message = format!("{} of {} are one list in numbered columns", names.join(", "), t.name().name);
                out.push(Spot::table(t.table, message).fact(stem));
            }
        }
    }
    out
}
