//! Columns are kept as rows.
//!
//! ## What
//! A table has a reference to what it speaks of, a column for the name of an attribute and one for its value.
//!
//! ## Why it matters
//! No value has a type, none is required, none refers to anything; and to show one thing with ten attributes the
//! table is joined ten times.
//!
//! ## What to do
//! Give what is known its own columns; put what is truly open into one `jsonb` column.
//!
//! ## When to accept it
//! Attributes that users define themselves, and labels that nothing is computed from.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Entity-Attribute-Value.
//!
//! ```sql,finds
//! create table things (id int primary key);
//! create table thing_attributes (thing_id int references things, attribute text, value text, primary key (thing_id, attribute));
//! ```
//! ```sql,finds
//! create table things (id int primary key);
//! create table meta (id int primary key, thing_id int not null references things, "metaKey" varchar(50));
//! alter table meta add column "metaValue" text;
//! create index on meta (thing_id);
//! ```
//! ```sql,finds
//! create domain words as text;
//! create table things (id int primary key);
//! create table extras (thing_id int references things, at date, property_name words, property_value words) partition by range (at);
//! create index on extras (thing_id);
//! ```
//! ```sql,passes
//! create table settings (key text primary key, value text);
//! create table things (id int primary key);
//! create table thing_names (thing_id int references things, language text, name text, primary key (thing_id, language));
//! create table prices (thing_id int references things, at date, value numeric, primary key (thing_id, at));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/attributes-as-rows",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("attributes_as_rows.rs"),
    check,
    proof: None,
};

/// Words for an attribute, with or without `name` or `key` behind them.
const NAMES: &[&str] =
    &["attribute", "attr", "property", "prop", "field", "meta", "metadata", "setting", "option", "key"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| !t.references.is_empty()) {
        let text = |ty: &str| types::is_text(scene.base(ty)) || matches!(scene.base(ty), "jsonb" | "json");
        let texts: Vec<(&str, Vec<String>)> = t
            .own_columns()
            .filter(|c| text(&c.ty) && !t.refers(&c.name))
            .map(|c| (c.name.as_str(), words(&c.name)))
            .collect();
        let named = |w: &[String]| match w {
            [one] => NAMES.contains(&one.as_str()),
            [.., first, last] => NAMES.contains(&first.as_str()) && matches!(last.as_str(), "name" | "key" | "code"),
            [] => false,
        };
        let name = texts.iter().find(|(_, w)| named(w));
        let value = texts.iter().find(|(_, w)| w.last().is_some_and(|l| l == "value" || l == "val"));
        if let (Some((name, _)), Some((value, _))) = (name, value)
            && t.table.columns.len() <= 8
        {
            let message = format!("{} keeps columns as rows of {name} and {value}", t.name().name);
            out.push(Spot::table(t.table, message));
        }
    }
    out
}
