//! A statement changes every row.
//!
//! ## What
//! An UPDATE or DELETE has no WHERE, or one that is always true.
//!
//! ## Why it matters
//! Every row is locked until the commit and written anew, and a DELETE leaves the room of all of them; often the
//! condition was forgotten.
//!
//! ## What to do
//! Say which rows are meant. To empty a table, TRUNCATE; to change all of a large one, go in pieces.
//!
//! ## When to accept it
//! Tables of a few rows: counters, settings, what is in work.
//!
//! ## Sources
//! PostgreSQL manual, UPDATE; DELETE; TRUNCATE.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! update orders set total = 0;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! delete from orders as o;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! with x as (select 1) update customers c set name = upper(name) returning id;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! update orders set total = 0 where (1 = 1);
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! update orders set total = 0 where id = $1;
//! update orders set total = 0 where true and id = $1;
//! delete from orders using customers c where c.id = customer;
//! select id from orders;
//! insert into customers (id) values (1) on conflict (id) do update set name = 'x';
//! update orders o set total = 1 from customers c where c.id = o.customer;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, queries},
};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/whole-table-write",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("whole_table_write.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        for node in asked.nodes(K::UPDATE).chain(asked.nodes(K::DELETE)) {
            let some = [K::WHERE_CLAUSE, K::WHERE_CURRENT_OF, K::FROM_CLAUSE, K::USING_CLAUSE];
            // What is written to please a driver that asks for WHERE.
            let always = |n: &SyntaxNode| {
                let condition = n.first_child().map(|c| asked.text(&queries::bare(&c)).to_lowercase());
                condition.is_some_and(|c| n.kind() == K::WHERE_CLAUSE && ["true", "1 = 1", "1=1"].contains(&c.as_str()))
            };
            if !node.children().any(|n| some.contains(&n.kind()) && !always(&n)) {
                let verb = if node.kind() == K::UPDATE { "changed" } else { "deleted" };
                out.push(asked.spot(format!("every row is {verb}: {}", asked.shown())));
            }
        }
    }
    out
}
