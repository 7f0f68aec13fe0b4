//! A value is compared with null by an equals sign.
//!
//! ## What
//! A query has `= NULL` or `<> NULL`.
//!
//! ## Why it matters
//! Neither is ever true: the query finds nothing, or the condition is as good as FALSE, and no error says so.
//!
//! ## What to do
//! Write IS NULL or IS NOT NULL; for parameters IS NOT DISTINCT FROM.
//!
//! ## When to accept it
//! Never; with transform_null_equals the server reads it otherwise.
//!
//! ## Sources
//! PostgreSQL manual, 9.2 Comparison Functions and Operators; Karwin, SQL Antipatterns, Fear of the Unknown.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders where customer = null;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! delete from orders o where (o.customer <> NULL) and o.id > 5;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select case when name != null then 1 end from customers;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select name from customers where email = null::text;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! update orders set customer = null where customer is null;
//! select id from customers where name = 'null';
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, queries},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/equals-null",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("equals_null.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        let comparisons = asked.nodes(K::BIN_EXPR).filter_map(|n| queries::sides(&n));
        let wrong = comparisons.filter(|(left, op, right)| {
            let null = |n| asked.text(&queries::uncast(n)).eq_ignore_ascii_case("null");
            ["=", "<>", "!="].contains(&op.as_str()) && (null(left) || null(right))
        });
        out.extend(wrong.map(|(left, op, right)| {
            let condition = format!("{} {op} {}", asked.text(&left), asked.text(&right));
            asked.spot(format!("{condition} is never true: {}", asked.shown())).fact(condition)
        }));
    }
    out
}
