//! Deleting a row erases records that must stay.
//!
//! ## What
//! A foreign key of a table of invoices, payments, orders, contracts or what happened says ON DELETE CASCADE to a
//! table that does not own it.
//!
//! ## Why it matters
//! One delete of a customer takes the books with it, silently and without a question.
//!
//! ## What to do
//! Use RESTRICT, and close or anonymise the row referred to.
//!
//! ## When to accept it
//! When the law or the business wants the records gone with the person.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys (choosing an action).
//!
//! ```sql,finds
//! create table customers (id int primary key);
//! create table invoices (id int primary key, customer int not null references customers on delete cascade);
//! create index on invoices (customer);
//! ```
//! ```sql,finds
//! create table accounts (id int primary key, owner text);
//! create table payments (id int primary key, account int);
//! alter table payments add foreign key (account) references accounts on delete cascade;
//! create index on payments (account);
//! ```
//! ```sql,finds
//! create table users (id int primary key, mail text, born date, city text, phone text, street text);
//! create table audit_log (id int, at date, who int references users on delete cascade) partition by range (at);
//! create index on audit_log (who);
//! ```
//! ```sql,passes
//! create table orders (id int primary key);
//! create table order_payments (id int primary key, "order" int references orders on delete cascade);
//! create table order_lines (id int primary key, "order" int references orders on delete cascade);
//! create index on order_payments ("order");
//! create index on order_lines ("order");
//! ```
//! ```sql,passes
//! create table customers (id int primary key);
//! create table invoices (id int primary key, customer int references customers on delete restrict);
//! create table addresses (id int primary key, customer int references customers on delete cascade);
//! create index on invoices (customer);
//! create index on addresses (customer);
//! create table event_tokens (id int primary key, customer int unique references customers on delete cascade);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene, TableScene, edits,
        words::{last_word, words},
    },
};
use tw_model::{
    finding::{Safety, Severity},
    model::Action,
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/cascade-erases-records",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("cascade_erases_records.rs"),
    check,
    proof: None,
};

/// Last words of names of tables whose rows prove something.
const RECORDS: &[&str] = &[
    "audit",
    "bill",
    "contract",
    "donation",
    "history",
    "journal",
    "log",
    "invoice",
    "ledger",
    "order",
    "payment",
    "payout",
    "purchase",
    "receipt",
    "refund",
    "sale",
    "shipment",
    "transaction",
];

fn is_record(table: &TableScene) -> bool {
    let word = last_word(&table.name().name);
    RECORDS.contains(&word.trim_end_matches('s'))
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| is_record(t)) {
        let own = words(&t.name().name);
        for r in t.references.iter().filter(|r| r.on_delete == Action::Cascade && r.target != t.name()) {
            // order_payments belong to orders; the parts of a record go with it.
            let target = words(&r.target.name);
            let stem = |w: &String| w.trim_end_matches('s').to_string();
            let part = target.last().is_some_and(|w| own.iter().any(|o| stem(o) == stem(w)));
            if part || r.target_place.is_some_and(|p| is_record(&scene.tables[p])) {
                continue;
            }
            let message = format!("deleting from {} erases rows of {}", r.target.name, t.name().name);
            let mut kind = r.constraint.kind.clone();
            if let ConstraintKind::Foreign { on_delete, .. } = &mut kind {
                *on_delete = Action::Restrict;
            }
            let changes = edits::replaced(t, Constraint { kind, ..r.constraint.clone() });
            out.push(Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Visible, changes));
        }
    }
    out
}
