//! Kinds of things with columns of their own share a table.
//!
//! ## What
//! A table has a column for the kind, and columns that may be null and are called after one kind each, for two kinds
//! or more; no CHECK says which kind has which.
//!
//! ## Why it matters
//! Nothing keeps a car from having a number of sails: the columns of the other kinds are null only as long as every
//! program is right.
//!
//! ## What to do
//! A CHECK for each kind, or a table for each kind with the same key.
//!
//! ## When to accept it
//! Few columns, and a CHECK in the program that writes them.
//!
//! ## Sources
//! Eessaar, catalogue of database design problems; Elmasri and Navathe, mapping of specialisation.
//!
//! ```sql,finds
//! create type kind as enum ('car', 'boat');
//! create table vehicles (id int primary key, kind kind not null, car_doors int, boat_sails int);
//! ```
//! ```sql,finds
//! create table vehicles (id int primary key, type text not null check (type in ('car', 'boat')));
//! alter table vehicles add column "carDoors" int, add column "boatSails" int;
//! ```
//! ```sql,finds
//! create domain kind as text check (value in ('car', 'boat', 'train'));
//! create table vehicles (id int, at date, kind kind, car_doors int, train_length int) partition by range (at);
//! ```
//! ```sql,passes
//! create table vehicles (id int primary key, kind text not null check (kind in ('car', 'boat')), car_doors int, boat_sails int,
//!     check (kind = 'car' or car_doors is null), check (kind = 'boat' or boat_sails is null));
//! create table parts (id int primary key, kind text check (kind in ('car', 'boat')), car_doors int, colour text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        words::{names_word, words},
    },
};
use tw_model::{finding::Severity, ident::quote};

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/mixed-subtypes",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("mixed_subtypes.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for kind in t.own_columns().filter(|c| {
            matches!(words(&c.name).last().map(String::as_str), Some("type" | "kind" | "category" | "class"))
        }) {
            let labels: Vec<String> = match scene.enum_labels(&kind.ty) {
                Some(labels) => labels.to_vec(),
                None => {
                    let checks = t.checks_of(&kind.name).into_iter().chain(scene.domain_checks(&kind.ty));
                    checks.flat_map(|e| e.split('\'').skip(1).step_by(2)).map(str::to_string).collect()
                }
            };
            let mut own: Vec<(&str, &str)> = vec![];
            for column in t.table.columns.iter().filter(|c| c.name != kind.name && scene.may_be_null(t, &c.name)) {
                let name = words(&column.name);
                let label = labels.iter().find(|l| {
                    let label = words(l);
                    !label.is_empty() && name.len() > label.len() && name.starts_with(&label)
                });
                own.extend(label.map(|l| (l.as_str(), column.name.as_str())));
            }
            let kinds: std::collections::BTreeSet<&str> = own.iter().map(|(l, _)| *l).collect();
            let said = t
                .checks()
                .any(|(_, e)| names_word(e, &quote(&kind.name)) && own.iter().any(|(_, c)| names_word(e, &quote(c))));
            if kinds.len() > 1 && !said {
                let columns: Vec<&str> = own.iter().map(|(_, c)| *c).collect();
                let (columns, table) = (columns.join(", "), &t.name().name);
                let message = format!("{columns} of {table} are each of one {} and of no other", kind.name);
                out.push(Spot::table(t.table, message));
            }
        }
    }
    out
}
