//! Pages are turned by counting rows.
//!
//! ## What
//! A query skips rows with OFFSET and a parameter, or a thousand rows and more.
//!
//! ## Why it matters
//! The server makes every row that it skips: page 500 costs 500 times page 1. Rows that come meanwhile move the
//! rest, so that some are shown twice and some never.
//!
//! ## What to do
//! Remember the last row shown: WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT 20, with an index in that
//! order.
//!
//! ## When to accept it
//! Where nobody turns far, and the list does not change.
//!
//! ## Sources
//! Winand, SQL Performance Explained, Partial Results.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders order by id limit 20 offset $1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders order by id offset 5000 rows fetch first 20 rows only;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select * from (select id from orders order by id limit $2 offset $1::int) x;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders order by id limit $1 offset ($2 - 1) * $1;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders order by id limit 20 offset 20;
//! select id from orders where id > $1 order by id limit 20;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/deep-offset",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("deep_offset.rs"),
    check,
    proof: None,
};

/// Rows that are many to skip.
const MANY: u64 = 1_000;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        let skipped = asked.nodes(K::OFFSET_CLAUSE).filter_map(|n| n.first_child()).map(|n| asked.text(&n));
        let deep =
            skipped.filter(|n| n.starts_with(':') || n.contains('$') || n.parse::<u64>().is_ok_and(|n| n >= MANY));
        out.extend(deep.take(1).map(|n| asked.spot(format!("{n} rows are made and thrown away: {}", asked.shown()))));
    }
    out
}
