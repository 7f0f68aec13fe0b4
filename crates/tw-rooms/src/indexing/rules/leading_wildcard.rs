//! A pattern begins with anything.
//!
//! ## What
//! A query compares a column with LIKE or ILIKE and a pattern that begins with `%` or `_`.
//!
//! ## Why it matters
//! No B-tree can find what ends so: the server reads every row, and every value.
//!
//! ## What to do
//! Create an index with gin_trgm_ops (pg_trgm); or search words with tsvector; or keep the value reversed, where
//! its end is what is known.
//!
//! ## When to accept it
//! Small tables, or where other conditions leave few rows.
//!
//! ## Sources
//! PostgreSQL manual, F.33 pg_trgm; Karwin, SQL Antipatterns, Poor Man's Search Engine.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where name like '%son';
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! delete from customers c where c.email ilike '%@example.org';
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where (name)::text like '%son';
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select o.id from orders o join customers c on c.id = o.customer where o.id > 5 and (c.name not like '_a%' or c.name is null);
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where name like 'son%' and email <> '%x';
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id, '%' || name from customers where name like $1 || '%' and email like $2;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, queries},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/leading-wildcard",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("leading_wildcard.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        for (left, op, right) in asked.nodes(K::BIN_EXPR).filter_map(|n| queries::sides(&n)) {
            let pattern = asked.text(&queries::bare(&right));
            let open = pattern.trim_start_matches(['E', 'e', '\'']).starts_with(['%', '_']);
            if !op.trim_start_matches("not ").ends_with("like") || !open || !pattern.contains('\'') {
                continue;
            }
            let Some((t, column)) = asked.column(scene, &queries::uncast(&left)) else { continue };
            // An index over three letters, or over words, finds it.
            let found =
                t.ways.iter().any(|w| matches!(w.method, "gin" | "gist") && w.columns.contains(&column.name.as_str()));
            if !found {
                let message =
                    format!("{} of {} is compared with {pattern}: {}", column.name, t.name().name, asked.shown());
                out.push(asked.spot(message).fact(column.name.clone()));
            }
        }
    }
    out
}
