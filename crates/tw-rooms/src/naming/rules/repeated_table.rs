//! Columns repeat the name of their table.
//!
//! ## What
//! Half or more of the columns of a table, keys apart, begin with the name of the table: `order_date`,
//! `order_state` of `orders`.
//!
//! ## Why it matters
//! Every query says it twice, and none of the columns is found by the name of what it is.
//!
//! ## What to do
//! Leave it out: `orders.placed_on`, `orders.state`.
//!
//! ## When to accept it
//! When columns of several tables are shown side by side without their tables.
//!
//! ## Sources
//! TalTech catalogue of design smells, gratuitous context.
//!
//! ```sql,finds
//! create table orders (id int primary key, order_date date, order_state text, order_note text, total int);
//! ```
//! ```sql,finds
//! create table product (product_id int primary key, product_name text);
//! alter table product add column product_code text;
//! alter table product add column product_size int;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table products (id int primary key, product_name word, product_code word, product_size word);
//! ```
//! ```sql,passes
//! create table orders (order_id int primary key, order_date date, state text, note text, orders_before int);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table order_users (order_id int, order_user_id int references users, primary key (order_id, order_user_id));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::words},
};
use tw_model::{finding::Severity, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/repeated-table",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("repeated_table.rs"),
    check,
    proof: None,
};

/// Columns that repeat the name before it is told.
const FEWEST: usize = 3;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let table = words(&t.name().name);
        let single: Vec<String> = table.iter().map(|w| pluralizer::pluralize(w, 1, false)).collect();
        let rest: Vec<&Column> = t.own_columns().filter(|c| !t.in_primary(&c.name) && !t.refers(&c.name)).collect();
        let repeats = |c: &&&Column| {
            let words = words(&c.name);
            words.len() > table.len() && (words.starts_with(&table) || words.starts_with(&single))
        };
        let repeated: Vec<&str> = rest.iter().filter(repeats).map(|c| c.name.as_str()).collect();
        if repeated.len() >= FEWEST && repeated.len() * 2 >= rest.len() {
            out.push(Spot::table(
                t.table,
                format!("{} columns repeat the name of {}: {}", repeated.len(), t.name().name, repeated.join(", ")),
            ));
        }
    }
    out
}
