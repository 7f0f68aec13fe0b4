//! A text is padded with blanks.
//!
//! ## What
//! A column is `char(n)` with n above 1, and no CHECK says that all n are used.
//!
//! ## Why it matters
//! Shorter values are filled up with blanks, which count in some comparisons and not in others: `LIKE`, `length`
//! and a join with a `text` column each treat them in their own way. It saves no room.
//!
//! ## What to do
//! Use `text`, with a CHECK on its length where that matters.
//!
//! ## When to accept it
//! Codes of a fixed length, such as of countries and currencies.
//!
//! ## Sources
//! PostgreSQL wiki, Don't Do This (char(n)); PostgreSQL manual, 8.3 Character Types.
//!
//! ```sql,finds
//! create table people (id int primary key, name char(40));
//! ```
//! ```sql,finds
//! create table people (id int primary key, name varchar(40));
//! alter table people alter name type char(40);
//! ```
//! ```sql,finds
//! create domain short as char(12);
//! create table people (id int primary key, nick short);
//! ```
//! ```sql,passes
//! create table people (id int primary key, country char(2), currency_code char(3), sex char, lang char(5), sha char(64), postcode char(6) check (length(postcode) = 6));
//! ```
//! ```sql,passes
//! create table people (id int primary key, name text, nick varchar(20));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/padded-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("padded_text.rs"),
    check,
    proof: None,
};

/// A text this short, or one of these words last, is a code of fixed length.
const CODE: i64 = 3;
const CODES: &[&str] = &[
    "checksum", "code", "currency", "country", "digest", "guid", "hash", "lang", "language", "locale", "md5", "sha",
    "uuid",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let padded = scene.columns().filter(|(t, c)| {
        let ty = scene.base(&c.ty);
        let length = types::modifiers(ty).first().copied().unwrap_or(1);
        let coded = words(&c.name).iter().any(|w| CODES.contains(&w.as_str()));
        let sized = |e: &&str| e.contains("length(") || e.contains('~');
        let checked = t.checks_of(&c.name).iter().any(sized) || scene.domain_checks(&c.ty).iter().any(sized);
        types::plain(ty) == "character" && !types::is_array(ty) && length > CODE && !coded && !checked
    });
    padded
        .map(|(t, c)| {
            let spot =
                Spot::column(t.table, &c.name, format!("{} of {} is filled up with blanks", c.name, t.name().name));
            if !c.ty.starts_with("character(") || !t.is_free(c) {
                return spot;
            }
            let change = Change::SetColumnType {
                table: t.name().clone(),
                column: c.name.clone(),
                ty: "text".into(),
                collation: None,
            };
            spot.fixed(Safety::Visible, vec![change])
        })
        .collect()
}
