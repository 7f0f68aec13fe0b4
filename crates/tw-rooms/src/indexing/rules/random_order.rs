//! Rows are put in an order by chance.
//!
//! ## What
//! A query sorts by random() or gen_random_uuid(), or by what is made of them.
//!
//! ## Why it matters
//! The server makes a number for every row, sorts all of them, and throws all but a few away.
//!
//! ## What to do
//! Take a random key and the next row from it (WHERE id >= ... ORDER BY id LIMIT 1), or TABLESAMPLE.
//!
//! ## When to accept it
//! A few hundred rows.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Random Selection.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers order by random() limit 1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where id > 5 order by name, RANDOM();
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select * from (select id from orders order by pg_catalog.random() limit 10) o;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers order by md5(random()::text) limit 3;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select random() from customers order by id;
//! select id from customers where random() < 0.01 order by name;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/random-order",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("random_order.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        let random = |n: &String| ["random()", "gen_random_uuid()"].iter().any(|call| n.to_lowercase().contains(call));
        let sorts = asked.nodes(K::SORT_BY).filter_map(|n| n.first_child()).map(|n| asked.text(&n));
        out.extend(
            sorts
                .filter(random)
                .take(1)
                .map(|_| asked.spot(format!("all rows are sorted by chance: {}", asked.shown()))),
        );
    }
    out
}
