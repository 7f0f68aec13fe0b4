//! An index over lists, documents or ranges cannot look into them.
//!
//! ## What
//! A B-tree index that is not unique is over an array, jsonb, tsvector, hstore or range column.
//!
//! ## Why it matters
//! A B-tree only finds whole values: `@>`, `?`, `@@` and `&&` do not use it, and a long value makes the insert fail.
//!
//! ## What to do
//! Use GIN for arrays, jsonb, tsvector and hstore, GiST for ranges.
//!
//! ## When to accept it
//! When whole values are compared.
//!
//! ## Sources
//! PostgreSQL manual, 11.2 Index Types; 70.1 GIN built-in operator classes.
//!
//! ```sql,finds
//! create table posts (id int primary key, tags text[] not null);
//! create index on posts (tags);
//! ```
//! ```sql,finds
//! create table posts (id int primary key);
//! alter table posts add column data jsonb;
//! create index on posts (data);
//! ```
//! ```sql,finds
//! create domain words as tsvector;
//! create table posts (id int, at date, body words) partition by range (at);
//! create index on posts (body);
//! ```
//! ```sql,finds
//! create table stays (id int primary key, during tstzrange);
//! create index on stays (during);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, tags text[], data jsonb, during tstzrange);
//! create index on posts using gin (tags);
//! create index on posts using gin (data jsonb_path_ops);
//! create index on posts ((data->>'name'));
//! create unique index on posts (tags);
//! create index on posts using gist (during);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, edits, types},
};
use tw_model::{
    finding::{Safety, Severity},
    schema::Index,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/btree-on-container",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("btree_on_container.rs"),
    check,
    proof: None,
};

/// The method that looks into values of the type.
fn method(ty: &str) -> Option<&'static str> {
    let plain = types::plain(ty);
    let name = plain.rsplit('.').next().unwrap_or("");
    match name {
        _ if types::is_array(ty) => Some("gin"),
        "jsonb" | "tsvector" => Some("gin"),
        "int4range" | "int8range" | "numrange" | "tsrange" | "tstzrange" | "daterange" => Some("gist"),
        _ if name.ends_with("multirange") => Some("gist"),
        _ => None,
    }
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let trees = t.table.indexes.iter().filter(|i| i.method == "btree" && !i.unique && i.parts.len() == 1);
        for index in trees.filter(|i| !i.parts[0].is_expression) {
            let Some(column) = t.table.column(&index.parts[0].column) else { continue };
            let Some(method) = method(scene.base(&column.ty)) else { continue };
            let message = format!(
                "the index {} of {} cannot look into {}, {}",
                index.name,
                t.name().name,
                column.name,
                column.ty
            );
            let mut other = Index { method: method.into(), include: vec![], ..index.clone() };
            other.options.clear();
            (other.parts[0].desc, other.parts[0].nulls_first, other.parts[0].opclass) = (false, None, None);
            other.comment = None;
            out.push(Spot::index(t.name(), &index.name, message).fixed(Safety::Safe, edits::replaced_index(t, other)));
        }
    }
    out
}
