//! Rows are fetched one at a time.
//!
//! ## What
//! A query that looks up rows of one table by its key or by a reference ran ten thousand times or more, gave about
//! a row each time, and is half of all calls that were counted.
//!
//! ## Why it matters
//! Mostly it stands in a loop over the rows of another query: each call costs a trip over the network and a plan, a
//! thousand of them a second or more.
//!
//! ## What to do
//! Fetch them together: a join, or WHERE id = ANY($1); frameworks call it preloading.
//!
//! ## When to accept it
//! A page that shows one thing, asked by many people.
//!
//! ## Sources
//! The problem is known as N+1 selects: Fowler, Patterns of Enterprise Application Architecture, Lazy Load.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 500000
//! select name from customers where id = $1;
//! -- weight: 1000
//! select id from orders where at > $1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 20000
//! -- name: rows 24000
//! select * from orders o where o.customer = $1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 90000
//! select email from customers where ($1::int = id);
//! -- weight: 80000
//! update orders set total = 0 where id = $1;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 500
//! select name from customers where id = $1;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 20000
//! -- name: rows 900000
//! select * from orders o where o.customer = $1;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! -- weight: 20000
//! select name from customers where id = $1;
//! -- weight: 60000
//! select id from orders where at > $1;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, observed::number, queries},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/one-at-a-time",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("one_at_a_time.rs"),
    check,
    proof: None,
};

/// Calls that are many.
const MANY: f64 = 10_000.0;
/// Share of all calls.
const HALF: f64 = 0.5;
/// Rows a call gives, about.
const ONE: f64 = 1.5;

fn check(scene: &Scene) -> Vec<Spot> {
    let all: f64 = scene.queries.iter().map(|asked| asked.query.calls).sum();
    let mut out = vec![];
    for asked in &scene.queries {
        let (calls, rows) = (asked.query.calls, asked.query.rows);
        if calls < MANY || calls < HALF * all || rows.is_some_and(|rows| rows > ONE * calls) {
            continue;
        }
        let Some(statement) = asked.statement().filter(|n| n.kind() == K::SELECT) else { continue };
        let conditions = queries::conditions(&statement);
        let [condition] = conditions.as_slice() else { continue };
        let Some((left, _, right)) = queries::sides(condition).filter(|(_, op, _)| op == "=") else { continue };
        let looked_up = |one, other| asked.column(scene, one).filter(|_| queries::uncast(other).kind() == K::LITERAL);
        let Some((t, column)) = looked_up(&left, &right).or_else(|| looked_up(&right, &left)) else { continue };
        if t.in_key(&column.name) || t.refers(&column.name) {
            let (times, name) = (number(calls), &t.name().name);
            let message = format!("{times} times a row of {name} was looked up by {}: {}", column.name, asked.shown());
            out.push(asked.spot(message));
        }
    }
    out
}
