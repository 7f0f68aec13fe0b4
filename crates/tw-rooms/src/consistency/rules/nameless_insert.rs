//! An INSERT does not name its columns.
//!
//! ## What
//! An INSERT gives values without saying which columns they are for.
//!
//! ## Why it matters
//! They go by the order of the columns: one that is added, dropped or moved, and the values land elsewhere, or all
//! inserts are refused.
//!
//! ## What to do
//! Name the columns.
//!
//! ## When to accept it
//! Scripts that are run once.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Implicit Columns.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! insert into customers values ($1, $2, $3);
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! insert into customers as c select id, '', '' from orders;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! with x as (select 1 as id) insert into customers select id from x on conflict do nothing;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! insert into customers (id, email) values ($1, $2);
//! insert into customers default values;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/nameless-insert",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("nameless_insert.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        for insert in asked.nodes(K::INSERT) {
            let named = insert.children().any(|n| n.kind() == K::COLUMN_TARGET_LIST);
            let defaults = asked.text(&insert).to_lowercase().contains("default values");
            if !named && !defaults {
                out.push(asked.spot(format!("values go by the order of the columns: {}", asked.shown())));
            }
        }
    }
    out
}
