//! Some rows are taken, whichever come first.
//!
//! ## What
//! A query has LIMIT or FETCH and no ORDER BY, itself or in its WITH, and gives rows as they are in the tables.
//!
//! ## Why it matters
//! Which rows come first depends on the plan and on where they lie: after the next VACUUM, or on a replica, they
//! are others.
//!
//! ## What to do
//! Say the order, down to a key.
//!
//! ## When to accept it
//! To see whether there is one at all: LIMIT 1; and jobs that take any rows.
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
//! select id from orders limit 20;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select c.name from customers c where c.id > $1 limit $2;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders where at > now() offset 20 limit 20;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders where total > 5 fetch first 20 rows only;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! with few as (select id from orders limit 5) select id from few order by id;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders order by id limit 20;
//! select 1 from orders limit 1;
//! select 1 from orders fetch first row only;
//! delete from orders where id in (select id from orders where total = 0 limit 1000);
//! with gone as (delete from orders where id in (select id from orders where total = 0 limit 1000) returning id) select id from gone;
//! select count(*) from orders limit 10;
//! select id from orders where customer = $1 limit 1;
//! select id from orders where total = 0 limit 10 for update skip locked;
//! select * from (select id from orders order by at) o limit 5;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Asked, Scene},
};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/limit-without-order",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("limit_without_order.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        if asked.nodes(K::SELECT).filter(gives).any(|select| is_open(scene, asked, &select)) {
            out.push(asked.spot(format!("some rows are taken, whichever come first: {}", asked.shown())));
        }
    }
    out
}

/// The statement itself, or one whose rows WITH hands on to it. A DELETE that takes a thousand at a time takes any.
fn gives(select: &SyntaxNode) -> bool {
    let around = select.parent();
    around.is_some_and(|p| matches!(p.kind(), K::SOURCE_FILE | K::WITH_TABLE))
        && !select.ancestors().any(|n| matches!(n.kind(), K::UPDATE | K::DELETE))
}

/// It takes some rows of tables in no order.
fn is_open(scene: &Scene, asked: &Asked, select: &SyntaxNode) -> bool {
    let has = |kind: K| select.children().find(|n| n.kind() == kind);
    let Some(clause) = has(K::LIMIT_CLAUSE).or(has(K::FETCH_CLAUSE)) else { return false };
    let ordered = has(K::ORDER_BY_CLAUSE).or(has(K::GROUP_BY_CLAUSE)).or(has(K::LOCKING_CLAUSE)).is_some();
    let relations = asked.relations(scene, select);
    let plain = !relations.is_empty() && relations.iter().all(|r| r.table.is_some());
    // A sum is one row.
    let head = asked.text(select).to_lowercase();
    let sums = ["count(", "sum(", "min(", "max(", "avg(", "exists("].iter().any(|f| head.contains(f));
    // FETCH FIRST ROW ONLY has no number.
    let number = clause.first_child().filter(|n| n.kind() != K::FETCH_ONLY);
    let one = number.is_none_or(|n| asked.text(&n) == "1");
    !one && !ordered && plain && !sums
}
