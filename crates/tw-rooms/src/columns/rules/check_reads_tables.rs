//! A CHECK calls a function that reads tables.
//!
//! ## What
//! A CHECK calls a function whose body selects from a table.
//!
//! ## Why it matters
//! It is evaluated only when its own row is written: a change of the other table breaks the rule unseen, two
//! transactions at once pass each other by, and a dump may not restore, since the other table is still empty then.
//!
//! ## What to do
//! Use a foreign key, a trigger that locks, or an exclusion constraint.
//!
//! ## When to accept it
//! Tables that are filled once and never change.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.1 Check Constraints (note).
//!
//! ```sql,finds
//! create table a (id int primary key);
//! create function known(x int) returns boolean language sql as 'select exists (select 1 from a where id = x)';
//! create table b (id int primary key, a int check (known(a)));
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! create function room_left() returns boolean language plpgsql as 'begin return (select count(*) < 10 from a); end';
//! create table b (id int primary key);
//! alter table b add check (room_left());
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! create function known(x int) returns boolean language sql as 'select exists (select 1 from a where id = x)';
//! create domain a_id as int check (known(value));
//! create table b (id int primary key, a a_id);
//! ```
//! ```sql,passes
//! create function sound(x int) returns boolean language sql as 'select x > 0 and x is distinct from 7';
//! create table b (id int primary key, a int check (sound(a)), d int check (extract(year from now()) > d));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::outside_literals},
};
use tw_model::{
    finding::{Severity, SubjectKind},
    ident,
    schema::TypeKind,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/check-reads-tables",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("check_reads_tables.rs"),
    check,
    proof: None,
};

/// Functions of the schema that read a table, by name.
fn readers(scene: &Scene) -> Vec<String> {
    let reads = |definition: &str| {
        let body = definition.split_once("\nAS ").map_or(definition, |(_, body)| body);
        let words = words_of(body);
        words.windows(2).any(|w| {
            let table =
                scene.schema.tables.iter().any(|t| t.name.name == w[1] || w[1].ends_with(&format!(".{}", t.name.name)));
            matches!(w[0].as_str(), "from" | "join") && table
        })
    };
    let found = scene.schema.functions.iter().filter(|f| !f.aggregate && reads(&f.definition));
    found.map(|f| ident::quote(&f.name.name)).collect()
}

fn words_of(text: &str) -> Vec<String> {
    let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
    text.to_lowercase().split(word).filter(|w| !w.is_empty()).map(String::from).collect()
}

fn check(scene: &Scene) -> Vec<Spot> {
    let readers = readers(scene);
    let calls = |e: &str| readers.iter().find(|f| outside_literals(e).any(|p| p.contains(&format!("{f}(")))).cloned();
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        for (name, expression) in t.checks() {
            if let Some(function) = calls(expression) {
                let message = format!("the check {name} of {} reads other rows through {function}", t.name().name);
                out.push(Spot::constraint(t.table, name, message));
            }
        }
    }
    for ty in &scene.schema.types {
        let TypeKind::Domain { checks, .. } = &ty.kind else { continue };
        for (name, expression) in checks {
            if let Some(function) = calls(expression) {
                let message = format!("the check {name} of the domain {} reads rows through {function}", ty.name.name);
                out.push(Spot::at(SubjectKind::Type, crate::rule::path(&ty.name), message).fact(name));
            }
        }
    }
    out
}
