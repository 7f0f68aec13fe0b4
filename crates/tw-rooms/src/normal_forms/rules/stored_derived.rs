//! A column is computed from others of its row and kept by nobody.
//!
//! ## What
//! A table has a total beside quantity and price, a full name beside its parts, or an age beside a date of birth; the
//! column is not generated and the table has no trigger.
//!
//! ## Why it matters
//! Whoever changes one column and forgets the other leaves a row that contradicts itself; an age is wrong after a
//! year by itself.
//!
//! ## What to do
//! Make it GENERATED ALWAYS AS (...) STORED, or compute it when reading.
//!
//! ## When to accept it
//! When the total was agreed and is not the product (discounts, rounding).
//!
//! ## Sources
//! PostgreSQL manual, 5.3 Generated Columns.
//!
//! ```sql,finds
//! create table lines (id int primary key, quantity int, unit_price numeric, total numeric);
//! ```
//! ```sql,finds
//! create table people (id int primary key, first_name text, last_name text);
//! alter table people add column "fullName" text;
//! ```
//! ```sql,finds
//! create domain day as date;
//! create table people (id int, at date, birth_date day, age int) partition by range (at);
//! ```
//! ```sql,passes
//! create table lines (id int primary key, quantity int, unit_price numeric, total numeric generated always as (quantity * unit_price) stored);
//! create table orders (id int primary key, total numeric, price_list int);
//! create table people (id int primary key, full_name text, last_name text, age int);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::snake},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "normal-forms/stored-derived",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("stored_derived.rs"),
    check,
    proof: None,
};

/// Names of what is computed, and of what it is computed from: one of each list.
const DERIVED: &[(&[&str], &[&[&str]])] = &[
    (
        &["total", "line_total", "total_price", "subtotal", "line_amount", "total_amount", "extended_price"],
        &[&["quantity", "qty"], &["unit_price", "price", "price_each"]],
    ),
    (
        &["full_name", "fullname", "display_full_name"],
        &[&["first_name", "firstname", "given_name"], &["last_name", "lastname", "surname", "family_name"]],
    ),
    (&["age"], &[&["birth_date", "date_of_birth", "birthday", "birthdate", "dob", "born", "born_on"]]),
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.triggers.is_empty()) {
        for (names, sources) in DERIVED {
            let find = |names: &[&str]| t.table.columns.iter().find(|c| names.contains(&snake(&c.name).as_str()));
            let Some(column) = find(names).filter(|c| c.generated.is_none() && t.checks_of(&c.name).is_empty()) else {
                continue;
            };
            let from: Option<Vec<&str>> = sources.iter().map(|s| find(s).map(|c| c.name.as_str())).collect();
            if let Some(from) = from {
                let message = format!("{} of {} follows from {}", column.name, t.name().name, from.join(", "));
                out.push(Spot::column(t.table, &column.name, message));
            }
        }
    }
    out
}
