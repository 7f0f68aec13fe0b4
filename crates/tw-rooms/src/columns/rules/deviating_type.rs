//! A column has another type than its namesakes.
//!
//! ## What
//! Columns of one name are of one type in three tables or more, and of another kind of type in this one.
//!
//! ## Why it matters
//! Joins and unions over the name must cast, which keeps indexes from being used, and values are compared by other
//! rules.
//!
//! ## What to do
//! Give it the type of the others, or a name of its own.
//!
//! ## When to accept it
//! When it is another thing that happens to be called the same.
//!
//! ## Sources
//! SchemaCrawler, linter ColumnTypes; pg-index-health, inconsistent types.
//!
//! ```sql,finds
//! create table a (id int primary key, country_code text);
//! create table b (id int primary key, country_code text);
//! create table c (id int primary key, country_code text);
//! create table d (id int primary key, country_code int);
//! ```
//! ```sql,finds
//! create table a (id int primary key, sku text);
//! create table b (id int primary key, sku text);
//! create table c (id int primary key, sku text);
//! create table d (id int primary key);
//! alter table d add column sku uuid;
//! ```
//! ```sql,finds
//! create domain code as int;
//! create table a (id int primary key, sku text);
//! create table b (id int primary key, sku varchar(9));
//! create table c (id int primary key, sku text);
//! create table d (id int primary key, sku code);
//! ```
//! ```sql,passes
//! create table a (id int primary key, state text);
//! create table b (id int primary key, state varchar(10));
//! create table c (id bigint primary key, state text);
//! create table d (id uuid primary key, state text);
//! ```
//! ```sql,passes
//! create table a (id int primary key, value text);
//! create table b (id int primary key, value text);
//! create table c (id int primary key, value text);
//! create table d (id int primary key, value int);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, types},
};
use std::collections::BTreeMap;
use tw_model::{finding::Severity, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/deviating-type",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("deviating_type.rs"),
    check,
    proof: None,
};

/// Names that say nothing of what is in them.
const GENERIC: &[&str] = &[
    "code", "content", "count", "data", "default", "id", "key", "kind", "level", "name", "number", "order", "position",
    "result", "size", "source", "state", "status", "target", "text", "type", "value", "version",
];
/// Tables that agree, before one that does not is told.
const AGREED: usize = 3;

/// Kinds of type that cannot be compared with each other.
fn kind(scene: &Scene, ty: &str) -> String {
    let base = scene.base(ty);
    if types::is_text(base) {
        return "text".into();
    }
    if types::is_number(base) {
        return "a number".into();
    }
    if types::is_time(base) {
        return "a time".into();
    }
    types::plain(base)
}

/// Columns of one name and one kind of type.
type Places<'s> = Vec<(&'s TableScene<'s>, &'s Column)>;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut by_name: BTreeMap<&str, BTreeMap<String, Places>> = BTreeMap::new();
    for (t, c) in scene.columns().filter(|(_, c)| !GENERIC.contains(&c.name.as_str())) {
        by_name.entry(&c.name).or_default().entry(kind(scene, &c.ty)).or_default().push((t, c));
    }
    let mut out = vec![];
    for (name, kinds) in by_name {
        let Some((most, list)) = kinds.iter().max_by_key(|(_, list)| list.len()) else { continue };
        let others: usize = kinds.values().map(Vec::len).sum::<usize>() - list.len();
        if list.len() < AGREED || others * AGREED > list.len() {
            continue;
        }
        for (t, c) in kinds.iter().filter(|(kind, _)| *kind != most).flat_map(|(_, list)| list) {
            let message = format!("{name} of {} is {}, and {most} in {} other tables", t.name().name, c.ty, list.len());
            out.push(Spot::column(t.table, &c.name, message));
        }
    }
    out
}
