//! NOT IN meets a null.
//!
//! ## What
//! A query has NOT IN, or `<> ALL`, with a subquery whose column may be null.
//!
//! ## Why it matters
//! One null among what the subquery gives, and the condition is true for no row at all: the query finds nothing,
//! and no error says so.
//!
//! ## What to do
//! Write NOT EXISTS (SELECT ... WHERE ...), or leave the nulls out with WHERE column IS NOT NULL.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! PostgreSQL wiki, Don't Do This, Don't use NOT IN; PostgreSQL manual, 9.23.3 NOT IN.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where id not in (select customer from orders);
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! delete from customers c where c.id not in (select o.customer from orders as o where o.total > 5);
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select name from customers where name is not null and not id in (select customer from orders);
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select name from customers where not (id in (select customer from orders));
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select name from customers where id <> all (select customer from orders);
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where id not in (select customer from orders where customer is not null);
//! select id from orders where id not in (select id from customers);
//! select id from orders where customer not in (1, 2);
//! select id from customers where id in (select customer from orders);
//! select id from customers where id <> (select customer from orders where id = 1) and id = any (select customer from orders);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, queries},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/not-in-null",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("not_in_null.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        for node in asked.nodes(K::BIN_EXPR) {
            let Some((_, op, right)) = queries::sides(&node) else { continue };
            let around = node.ancestors().skip(1).find(|n| n.kind() != K::PAREN_EXPR);
            let negated =
                around.is_some_and(|p| p.kind() == K::PREFIX_EXPR && asked.text(&p).to_lowercase().starts_with("not"));
            let all = (right.first_child()).filter(|f| f.kind() == K::ALL_FN).and_then(|f| f.first_child());
            let select = match op.as_str() {
                "not in" => queries::bare(&right),
                "in" if negated => queries::bare(&right),
                "<>" | "!=" => match all {
                    Some(inner) => queries::bare(&inner),
                    None => continue,
                },
                _ => continue,
            };
            if select.kind() != K::SELECT {
                continue;
            }
            let target = select.descendants().find(|n| n.kind() == K::TARGET).and_then(|n| n.first_child());
            let Some((t, column)) = target.and_then(|n| asked.column(scene, &n)) else { continue };
            let left_out = queries::conditions(&select).iter().any(|c| {
                let text = asked.text(c).to_lowercase();
                text.ends_with("is not null") && text.contains(&column.name)
            });
            if scene.may_be_null(t, &column.name) && !left_out {
                let (name, of) = (&column.name, &t.name().name);
                let message = format!("no row is found once {name} of {of} is null: {}", asked.shown());
                out.push(asked.spot(message).fact(name.clone()));
            }
        }
    }
    out
}
