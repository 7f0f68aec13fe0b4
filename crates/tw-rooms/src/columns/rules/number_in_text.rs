//! A number is kept as text.
//!
//! ## What
//! A column named after a sum or a count (`amount`, `price`, `quantity`, `..._count`) is of a text type.
//!
//! ## Why it matters
//! It sorts `10` before `9`, takes `n/a` as a value, and every sum must cast, which fails at the first value that
//! is none.
//!
//! ## What to do
//! Use `numeric` or an integer type: `ALTER TABLE t ALTER COLUMN c TYPE numeric USING c::numeric`.
//!
//! ## When to accept it
//! Values that come as text and are checked later, in a table of what came in.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, 31 Flavors.
//!
//! ```sql,finds
//! create table items (id int primary key, quantity text not null);
//! ```
//! ```sql,finds
//! create table items (id int primary key);
//! alter table items add column unit_price varchar(20);
//! ```
//! ```sql,finds
//! create domain sum as text;
//! create table items (id int primary key, amount sum, view_count text);
//! ```
//! ```sql,passes
//! create table items (id int primary key, quantity int, price numeric(10,2), discount_code text, price_label text, count_unit text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/number-in-text",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("number_in_text.rs"),
    check,
    proof: None,
};

/// Last words of names of numbers.
const NUMBERS: &[&str] = &[
    "amount", "balance", "cost", "count", "discount", "price", "qty", "quantity", "salary", "subtotal", "total",
    "weight",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let numbers = scene.columns().filter(|(_, c)| {
        types::is_text(scene.base(&c.ty)) && words(&c.name).last().is_some_and(|w| NUMBERS.contains(&w.as_str()))
    });
    numbers
        .map(|(t, c)| {
            Spot::column(t.table, &c.name, format!("{} of {} is a number kept as {}", c.name, t.name().name, c.ty))
        })
        .collect()
}
