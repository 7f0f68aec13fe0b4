//! A query gives thousands of rows.
//!
//! ## What
//! A query without LIMIT, that gives rows as they are in the tables, gave five thousand rows a call on average.
//!
//! ## Why it matters
//! Nobody reads so many: the server reads, sends and the program keeps them all, more with every year.
//!
//! ## What to do
//! Ask for a page of them; or let the server add up what the program adds up.
//!
//! ## When to accept it
//! Exports, and jobs that go through all rows: those are better served by a cursor.
//!
//! ## Sources
//! PostgreSQL manual, 7.6 LIMIT and OFFSET.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 10
//! -- name: rows 900000
//! select * from orders;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 1
//! -- name: rows 5000
//! select o.id, c.name from orders o join customers c on c.id = o.customer where at > $1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 2
//! -- name: rows 90000
//! with x as (select id from orders) select id from x order by id;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- name: rows 90000
//! select email from customers union all select code from orders;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 10
//! -- name: rows 900000
//! select * from orders order by id limit $1;
//! -- weight: 10
//! -- name: rows 400
//! select id from orders where at > $1;
//! -- weight: 1
//! -- name: rows 900000
//! insert into orders (id, code, at) select id, '', now() from customers;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, observed::number},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/endless-answer",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("endless_answer.rs"),
    check,
    proof: None,
};

/// Rows a call that are many.
const MANY: f64 = 5_000.0;

/// It gives rows.
fn gives(kind: K) -> bool {
    matches!(kind, K::SELECT | K::COMPOUND_SELECT)
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        let each = asked.query.rows.map_or(0.0, |rows| rows / asked.query.calls.max(1.0));
        let Some(statement) = asked.statement().filter(|n| gives(n.kind()) && each >= MANY) else { continue };
        if !statement.children().any(|n| matches!(n.kind(), K::LIMIT_CLAUSE | K::FETCH_CLAUSE)) {
            out.push(asked.spot(format!("{} rows a call: {}", number(each), asked.shown())));
        }
    }
    out
}
