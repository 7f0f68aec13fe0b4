//! Tables are multiplied with each other.
//!
//! ## What
//! A query names two tables or more in FROM, and no condition has columns of one and of another.
//!
//! ## Why it matters
//! It gives every row of one with every row of the other: a thousand times a thousand are a million. DISTINCT hides
//! it and does not make it cheaper.
//!
//! ## What to do
//! Join them: JOIN ... ON. Where every pair is meant, write CROSS JOIN.
//!
//! ## When to accept it
//! A table of one row.
//!
//! ## Sources
//! PostgreSQL manual, 7.2.1 The FROM Clause; Karwin, SQL Antipatterns, Spaghetti Query.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select o.id from orders o, customers c where o.total > 5;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select distinct c.name from customers c, orders;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select 1 from customers where exists (select 1 from orders o, customers d where o.at > now());
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select o.id from orders o, customers c where o.customer = c.id;
//! select 1 from customers c cross join orders;
//! select 1 from orders o join customers c on c.id = o.customer;
//! select 1 from orders, customers where customer = customers.id;
//! select 1 from orders o, customers c, customers d where o.customer = c.id and d.id = c.id + 1;
//! select 1 from orders, generate_series(1, 3);
//! select 1 from orders o, customers c where c.name = $1 and c.id in (select d.id from customers d where d.id = o.customer);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Asked, Scene,
        queries::{self, Named},
    },
};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/crossed-tables",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("crossed_tables.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        for select in asked.nodes(K::SELECT) {
            let written = select.children().filter(|n| n.kind() == K::FROM_CLAUSE).flat_map(|n| n.children()).count();
            let relations = asked.relations(scene, &select);
            // Only commas multiply unsaid; what is no table of ours is not judged.
            if written < 2 || written != relations.len() || relations.iter().any(|r| r.table.is_none()) {
                continue;
            }
            let Some(apart) = apart(scene, asked, &select, &relations) else { continue };
            let message = format!("nothing ties {apart} to the other tables: {}", asked.shown());
            out.push(asked.spot(message).fact(apart));
        }
    }
    out
}

/// A relation that no condition ties to the first one, directly or through others.
fn apart(scene: &Scene, asked: &Asked, select: &SyntaxNode, relations: &[Named]) -> Option<String> {
    let place = |node: &SyntaxNode| {
        let (table, _) = asked.column(scene, node)?;
        let text = asked.text(node);
        let alias = text
            .rsplit_once('.')
            .map(|(alias, _)| alias.rsplit('.').next().unwrap_or(alias).trim_matches('"').to_string());
        relations.iter().position(|r| match &alias {
            Some(alias) => r.called.eq_ignore_ascii_case(alias),
            None => r.table.is_some_and(|t| std::ptr::eq(t, table)),
        })
    };
    let mut tied: Vec<usize> = (0..relations.len()).collect();
    for condition in queries::conditions(select) {
        let places: Vec<usize> = condition.descendants().filter_map(|n| place(&n)).collect();
        for pair in places.windows(2) {
            let (from, to) = (tied[pair[1]], tied[pair[0]]);
            tied.iter_mut().filter(|t| **t == from).for_each(|t| *t = to);
        }
    }
    let other = tied.iter().position(|t| *t != tied[0])?;
    Some(relations[other].called.clone())
}
