//! Rows show a reference that is not declared.
//!
//! ## What
//! Twenty different values or more of a column are all keys of one other table, whose name or whose key's name the
//! column has in its own name; nothing declares it.
//!
//! ## Why it matters
//! Nothing keeps it so: the first row that refers to nothing comes unseen, and who reads the schema does not see
//! how the tables belong together.
//!
//! ## What to do
//! Declare the reference: ADD FOREIGN KEY ... NOT VALID, then VALIDATE CONSTRAINT, and an index over the column.
//!
//! ## When to accept it
//! When rows come here before what they name, or stay after it.
//!
//! ## Sources
//! PostgreSQL manual, 5.5.5 Foreign Keys.
//!
//! ```sql,finds
//! create table countries (code text primary key);
//! create table people (id int primary key, country text);
//! insert into countries (code) select 'c' || n from generate_series(1, 60) n;
//! insert into people (id, country) select n, 'c' || n from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table products (sku text primary key);
//! create table lines (id int primary key);
//! alter table lines add product_sku text;
//! insert into products (sku) select 's' || n from generate_series(1, 60) n;
//! insert into lines (id, product_sku) select n, 's' || n from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain code as text;
//! create table warehouses (id uuid primary key);
//! create table stock (id int primary key, warehouse uuid);
//! insert into warehouses (id) select md5(n::text)::uuid from generate_series(1, 60) n;
//! insert into stock (id, warehouse) select n, md5(n::text)::uuid from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table countries (code text primary key);
//! create table people (id int primary key, country text references countries, zone text, town text);
//! insert into countries (code) select 'c' || n from generate_series(1, 60) n;
//! insert into people (id, country, zone, town) select n, 'c' || n, 'c' || n, 'c' || n || 'x' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table countries (code text primary key);
//! create table people (id int primary key, country text);
//! insert into countries (code) select 'c' || n from generate_series(1, 30) n;
//! insert into people (id, country) select n, 'c' || n from generate_series(1, 60) n;
//! ```
use super::undeclared::{singular, undeclared};
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, TableScene, words::words},
};
use std::collections::{BTreeMap, HashSet};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/shown-by-rows",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("shown_by_rows.rs"),
    check,
    proof: None,
};

/// Different values from which on it is no chance.
const MANY: usize = 20;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut keys: BTreeMap<String, Vec<(&TableScene, &str)>> = BTreeMap::new();
    for t in scene.designed().filter(|t| scene.look(t).is_some_and(|rows| rows.whole)) {
        let Some([key]) = t.primary().map(|k| k.columns.as_slice()) else { continue };
        for word in words(&t.name().name).iter().map(|w| singular(w)).chain([key.to_lowercase()]) {
            keys.entry(word).or_default().push((t, key));
        }
    }
    let named: HashSet<_> =
        undeclared(scene).into_iter().map(|(t, column, ..)| (t.name(), column.name.as_str())).collect();
    let mut out = vec![];
    for (t, column, _, values) in scene.looked().filter(|(.., v)| v.digests.len() >= MANY) {
        if t.refers(&column.name) || t.in_primary(&column.name) || t.kind == Kind::Audit || column.generated.is_some() {
            continue;
        }
        if named.contains(&(t.name(), column.name.as_str())) {
            continue;
        }
        let words: Vec<String> = words(&column.name).iter().map(|w| singular(w)).filter(|w| w != "id").collect();
        let candidates = words.iter().filter_map(|w| keys.get(w)).flatten();
        let found = candidates.filter(|(target, _)| !std::ptr::eq(*target, t)).find(|(target, key)| {
            let there = scene.look(target).and_then(|rows| rows.columns.get(*key));
            let same = target.table.column(key).is_some_and(|k| scene.base(&k.ty) == scene.base(&column.ty));
            same && there.is_some_and(|k| values.digests.iter().all(|d| k.digests.binary_search(d).is_ok()))
        });
        if let Some((target, key)) = found {
            let (name, to) = (&t.name().name, &target.name().name);
            let message = format!(
                "all {} values of {} of {name} that were looked at are in {key} of {to}",
                values.distinct, column.name
            );
            out.push(Spot::column(t.table, &column.name, message));
        }
    }
    out
}
