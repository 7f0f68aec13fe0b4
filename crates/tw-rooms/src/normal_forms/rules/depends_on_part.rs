//! A column depends on a part of the key.
//!
//! ## What
//! A table whose key has several columns refers to another by some of them, and keeps a column of the table referred
//! to, such as `product_name` beside `(order_id, product_id)`.
//!
//! ## Why it matters
//! The name is written once for every order; when it changes, some rows have the old one and some the new one, and
//! nobody can say which is right (second normal form).
//!
//! ## What to do
//! Drop the column and join, or say in a comment that it is the value of that day.
//!
//! ## When to accept it
//! Where the value of that day is meant.
//!
//! ## Sources
//! Codd, Further Normalization of the Data Base Relational Model; Kent, A Simple Guide to Five Normal Forms.
//!
//! ```sql,finds
//! create table products (id int primary key, name text);
//! create table order_lines (order_id int, product_id int references products, product_name text, quantity int, primary key (order_id, product_id));
//! create index on order_lines (product_id);
//! ```
//! ```sql,finds
//! create table products (product_id int primary key, name text, "weightGrams" int);
//! create table order_lines (order_id int, product_id int, quantity int);
//! alter table order_lines add primary key (order_id, product_id);
//! alter table order_lines add foreign key (product_id) references products;
//! alter table order_lines add column "productWeightGrams" int;
//! create index on order_lines (product_id);
//! ```
//! ```sql,finds
//! create domain label as text;
//! create table products (shop int, id int, name label, primary key (shop, id));
//! create table order_lines (order_id int, shop int, product int, product_name label, primary key (shop, order_id, product), foreign key (shop, product) references products) partition by range (shop);
//! create index on order_lines (shop, product);
//! ```
//! ```sql,passes
//! create table products (id int primary key, name text, price int);
//! create table order_lines (order_id int, product_id int references products, product_price int, quantity int, product_colour text, primary key (order_id, product_id));
//! create index on order_lines (product_id);
//! comment on column order_lines.product_colour is 'as ordered';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, copies},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "normal-forms/depends-on-part",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("depends_on_part.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let Some(key) = t.primary().filter(|k| k.columns.len() > 1) else { continue };
        for r in t.references.iter().filter(|r| {
            r.columns.len() < key.columns.len() && r.columns.iter().all(|c| key.columns.contains(&c.as_str()))
        }) {
            for (column, of) in copies::copies(scene, t, r) {
                let part = r.columns.join(", ");
                let (table, target) = (&t.name().name, &r.target.name);
                let message = format!("{column} of {table} depends on {part} alone: it is {of} of {target}");
                out.push(Spot::column(t.table, column, message));
            }
        }
    }
    out
}
