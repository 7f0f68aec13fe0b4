//! Rows refer to rows that are not there.
//!
//! ## What
//! A column that refers to another table has values that no row there has: it is called after the table and is no
//! reference, or its reference is NOT VALID.
//!
//! ## Why it matters
//! A join leaves those rows out and a sum is too small; a program that follows the reference fails. The reference
//! cannot be declared, or validated, before they are gone.
//!
//! ## What to do
//! Find them (SELECT ... WHERE NOT EXISTS), mend or move them, then declare the reference or VALIDATE it.
//!
//! ## When to accept it
//! When rows outlive what they name, as in a log.
//!
//! ## Sources
//! PostgreSQL manual, 5.5.5 Foreign Keys; ALTER TABLE, VALIDATE CONSTRAINT.
//!
//! ```sql,finds
//! create table customers (id int primary key);
//! create table orders (id int primary key, customer_id int);
//! insert into customers (id) select n from generate_series(1, 50) n;
//! insert into orders (id, customer_id) select n, n from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table customers (id int primary key);
//! create table orders (id int primary key, buyer int);
//! insert into customers (id) select n from generate_series(1, 50) n;
//! insert into orders (id, buyer) select n, n from generate_series(1, 60) n;
//! alter table orders add foreign key (buyer) references customers not valid;
//! ```
//! ```sql,finds
//! create domain key as int;
//! create table customer (id key primary key);
//! create table orders (id int, customer_id key, at date) partition by range (at);
//! create table orders_24 partition of orders for values from ('2024-01-01') to ('2025-01-01');
//! insert into customer (id) select n from generate_series(1, 59) n;
//! insert into orders (id, customer_id, at) select n, n, '2024-03-01' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table customers (id int primary key);
//! create table orders (id int primary key, customer_id int);
//! insert into customers (id) select n from generate_series(1, 80) n;
//! insert into orders (id, customer_id) select n, n from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table customers (id int primary key);
//! create table orders (id int primary key, customer_id int);
//! insert into customers (id) select n from generate_series(1, 10) n;
//! insert into orders (id, customer_id) select n, n + 1000 from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table customers (id int primary key);
//! create table order_events (id int primary key, customer_id int);
//! insert into customers (id) select n from generate_series(1, 50) n;
//! insert into order_events (id, customer_id) select n, n from generate_series(1, 60) n;
//! ```
use super::undeclared::undeclared;
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene},
};
use std::collections::HashMap;
use tw_model::{
    finding::Severity,
    schema::{Column, Name},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/lost-rows",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("lost_rows.rs"),
    check,
    proof: None,
};

/// Share of the values that must be there: of another thing's ids fewer are.
const MOST: f64 = 0.5;

fn check(scene: &Scene) -> Vec<Spot> {
    let named = called_after(scene);
    let mut out = vec![];
    for (t, column, _, values) in scene.looked() {
        let Some((target, key)) = refers_to(scene, &named, t, column) else { continue };
        let Some(rows) = scene.look(target).filter(|rows| rows.whole) else { continue };
        let Some(there) = rows.columns.get(key) else { continue };
        let missing = values.digests.iter().filter(|d| there.digests.binary_search(d).is_err()).count();
        if missing == 0 || (values.distinct - missing.min(values.distinct)) as f64 <= MOST * values.distinct as f64 {
            continue;
        }
        let (of, name, to) = (values.distinct, &t.name().name, &target.name().name);
        let message =
            format!("of {of} values of {} of {name} that were looked at, {missing} are in no row of {to}", column.name);
        out.push(Spot::column(t.table, &column.name, message));
    }
    out
}

/// What columns are called after, by table and column.
type Named<'s> = HashMap<(&'s Name, &'s str), (&'s Name, &'s str)>;

fn called_after<'s>(scene: &'s Scene) -> Named<'s> {
    let all = undeclared(scene).into_iter();
    all.map(|(t, column, target, key)| ((t.name(), column.name.as_str()), (target, key))).collect()
}

/// What the column refers to by its name alone, or by a reference that was never validated: the table and its key.
fn refers_to<'s>(
    scene: &'s Scene,
    named: &Named<'s>,
    table: &'s TableScene<'s>,
    column: &'s Column,
) -> Option<(&'s TableScene<'s>, &'s str)> {
    let unvalidated = table.references.iter().find(|r| r.constraint.not_valid && r.columns == [column.name.clone()]);
    if let Some(reference) = unvalidated {
        return Some((scene.table(reference.target)?, reference.target_columns.first()?));
    }
    let (target, key) = named.get(&(table.name(), column.name.as_str()))?;
    Some((scene.table(target)?, key))
}
