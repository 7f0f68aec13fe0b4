//! Documents have the same keys in every row.
//!
//! ## What
//! Every value of a json or jsonb column that was looked at is an object of the same keys, two or more.
//!
//! ## Why it matters
//! They are columns in all but name: without types, checks, references, statistics and NOT NULL; each row keeps the
//! names again, and a misspelt key is no error.
//!
//! ## What to do
//! Make columns of them; keep a document for what differs from row to row.
//!
//! ## When to accept it
//! What comes from elsewhere and is handed on as it is.
//!
//! ## Sources
//! PostgreSQL manual, 8.14 JSON Types.
//!
//! ```sql,finds
//! create table people (id int primary key, data jsonb);
//! insert into people (id, data) select n, jsonb_build_object('street', n, 'town', 'x') from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add address json;
//! insert into people (id, address) select n, json_build_object('street', n, 'town', 'x', 'zip', 1) from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain document as jsonb;
//! create table people (id int primary key, data document);
//! insert into people (id, data) select n, jsonb_build_object('a', n, 'b', 'x') from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, data jsonb, tags jsonb, one jsonb);
//! insert into people (id, data, tags, one) select n, case when n = 9 then '{"a": 1}' else jsonb_build_object('a', n, 'b', 'x') end, '[1, 2]', '{"a": 1}' from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/fixed-document",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("fixed_document.rs"),
    check,
    proof: None,
};

/// Keys that are named.
const MOST_NAMED: usize = 6;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, _, values) in scene.looked().filter(|(_, c, ..)| matches!(scene.base(&c.ty), "json" | "jsonb")) {
        let Some(keys) = values.keys.as_ref().filter(|keys| keys.len() > 1) else { continue };
        let mut named: Vec<&str> = keys.iter().take(MOST_NAMED).map(String::as_str).collect();
        if keys.len() > MOST_NAMED {
            named.push("...");
        }
        let named = named.join(", ");
        let message =
            format!("all {} documents of {} of {} have the keys {named}", values.values, column.name, t.name().name);
        out.push(Spot::column(t.table, &column.name, message));
    }
    out
}
