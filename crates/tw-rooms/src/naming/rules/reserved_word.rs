//! A name is a word that SQL reserves.
//!
//! ## What
//! A table or column is called `user`, `order`, `group` or another word that SQL keeps for itself.
//!
//! ## Why it matters
//! It must be quoted in every query, and where it is not, the message is a syntax error, or worse: `SELECT user FROM
//! members` gives the name of who is connected, not the column.
//!
//! ## What to do
//! Rename it to a word of the business: `customers`, `orders`, `groups`, `valid_from`.
//!
//! ## When to accept it
//! When every program quotes names anyway and nobody writes queries by hand.
//!
//! ## Sources
//! PostgreSQL manual, appendix C SQL Key Words.
//!
//! ```sql,finds
//! create table "order" (id int primary key);
//! ```
//! ```sql,finds
//! create table members (id int primary key, "user" text not null);
//! ```
//! ```sql,finds
//! create table members (id int primary key);
//! alter table members add column "limit" int;
//! ```
//! ```sql,passes
//! create table orders (id int primary key, value int, name text, type text, users text, key text);
//! ```
//! ```sql,passes
//! create table "Order" (id int primary key);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{finding::Severity, ident::is_reserved};

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/reserved-word",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("reserved_word.rs"),
    check,
    proof: None,
};

/// A word of other case must be quoted for its case already.
fn reserved(name: &str) -> bool {
    is_reserved(name) && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let name = &t.name().name;
        if reserved(name) {
            out.push(Spot::table(t.table, format!("the table is called {name}, a word that SQL reserves")));
        }
        for column in t.own_columns().filter(|c| reserved(&c.name)) {
            let message = format!("the column {} of {name} is a word that SQL reserves", column.name);
            out.push(Spot::column(t.table, &column.name, message));
        }
    }
    out
}
