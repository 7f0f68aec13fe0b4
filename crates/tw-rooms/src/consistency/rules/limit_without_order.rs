//! Some rows are taken, whichever come first.
//!
//! ## What
//! A query has LIMIT and no ORDER BY, and gives rows as they are in the tables.
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
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders order by id limit 20;
//! select 1 from orders limit 1;
//! select count(*) from orders limit 10;
//! select id from orders where customer = $1 limit 1;
//! select id from orders where total = 0 limit 10 for update skip locked;
//! select * from (select id from orders order by at) o limit 5;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use squawk_syntax::SyntaxKind as K;
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
        let Some(statement) = asked.statement().filter(|n| n.kind() == K::SELECT) else { continue };
        let has = |kind: K| statement.children().find(|n| n.kind() == kind);
        let Some(limit) = has(K::LIMIT_CLAUSE).and_then(|n| n.first_child()) else { continue };
        let ordered = has(K::ORDER_BY_CLAUSE).or(has(K::GROUP_BY_CLAUSE)).or(has(K::LOCKING_CLAUSE)).is_some();
        let relations = asked.relations(scene, &statement);
        let plain = !relations.is_empty() && relations.iter().all(|r| r.table.is_some());
        // A sum is one row.
        let head = asked.text(&statement).to_lowercase();
        let sums = ["count(", "sum(", "min(", "max(", "avg(", "exists("].iter().any(|f| head.contains(f));
        if asked.text(&limit) != "1" && !ordered && plain && !sums {
            out.push(asked.spot(format!("some rows are taken, whichever come first: {}", asked.shown())));
        }
    }
    out
}
