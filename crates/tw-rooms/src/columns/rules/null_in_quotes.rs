//! A default is the word NULL, as text.
//!
//! ## What
//! The default of a text column is the literal `'NULL'`, `'null'` or `'undefined'`.
//!
//! ## Why it matters
//! Rows that leave the column out hold four letters: `IS NULL` does not find them, and a person may really be
//! called so.
//!
//! ## What to do
//! Drop the default: an absent value is null by itself.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! SchemaCrawler, linter NullIntendedColumns.
//!
//! ```sql,finds
//! create table people (id int primary key, nick text default 'NULL');
//! ```
//! ```sql,finds
//! create table people (id int primary key, nick varchar(20));
//! alter table people alter nick set default 'null';
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, nick word default 'undefined');
//! ```
//! ```sql,passes
//! create table people (id int primary key, nick text default null, state text not null default 'nullable');
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/null-in-quotes",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("null_in_quotes.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let words = scene.columns().filter(|(_, c)| {
        let text = c.default.as_deref().and_then(|d| d.strip_prefix('\'')).and_then(|d| d.split('\'').next());
        text.is_some_and(|t| matches!(t.to_lowercase().as_str(), "null" | "undefined" | "none" | "nil"))
            && types::is_text(scene.base(&c.ty))
    });
    words
        .map(|(t, c)| {
            let change = Change::SetDefault { table: t.name().clone(), column: c.name.clone(), default: None };
            let default = c.default.as_deref().unwrap_or("");
            let message = format!("the default of {} of {} is the text {default}", c.name, t.name().name);
            Spot::column(t.table, &c.name, message).fixed(Safety::Visible, vec![change])
        })
        .collect()
}
