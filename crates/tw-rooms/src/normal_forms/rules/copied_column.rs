//! A column repeats what the row referred to says.
//!
//! ## What
//! A table refers to another and keeps a column of it, such as `customer_email` beside `customer_id`.
//!
//! ## Why it matters
//! The same fact stands in many rows: changing it in one place leaves the others as they were (third normal form).
//!
//! ## What to do
//! Drop the column and join; where the value of that day is meant, say so in a comment; where speed is, keep it right
//! by a trigger.
//!
//! ## When to accept it
//! Snapshots, and copies that something keeps right.
//!
//! ## Sources
//! Kent, A Simple Guide to Five Normal Forms in Relational Database Theory.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text);
//! create table orders (id int primary key, customer_id int references customers, customer_email text);
//! create index on orders (customer_id);
//! ```
//! ```sql,finds
//! create table customers (id int primary key, "phoneNumber" text);
//! create table orders (id int primary key, customer_id int);
//! alter table orders add foreign key (customer_id) references customers;
//! alter table orders add column "customerPhoneNumber" text;
//! create index on orders (customer_id);
//! ```
//! ```sql,finds
//! create domain mail as text;
//! create table customers (id int primary key, email mail);
//! create table orders (id int, at date, buyer int references customers, buyer_email mail) partition by range (at);
//! create index on orders (buyer);
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, status text);
//! create table orders (id int primary key, customer_id int references customers, contact_email text, status text, customer_email text);
//! create index on orders (customer_id);
//! comment on column orders.customer_email is 'as it was when the order was placed';
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text);
//! create table orders (id int primary key, customer_id int references customers, customer_email text);
//! create index on orders (customer_id);
//! create function fill() returns trigger language plpgsql as $$ begin new.customer_email = 'x'; return new; end $$;
//! create trigger fill before insert or update on orders for each row execute function fill();
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, copies},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "normal-forms/copied-column",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("copied_column.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let key = t.primary().map(|k| k.columns.as_slice()).unwrap_or_default();
        for r in t.references.iter().filter(|r| !r.columns.iter().all(|c| key.contains(&c.as_str()))) {
            for (column, of) in copies::copies(scene, t, r) {
                let message = format!("{column} of {} repeats {of} of {}", t.name().name, r.target.name);
                out.push(Spot::column(t.table, column, message));
            }
        }
    }
    out
}
