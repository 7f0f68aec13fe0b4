//! An integer column is compared with a fraction.
//!
//! ## What
//! A query compares an integer column that an index begins with, with a number that has a point, or with a cast to
//! numeric or double precision.
//!
//! ## Why it matters
//! The server converts the column, not the number, since a fraction fits no integer: the index over the integers is
//! not used.
//!
//! ## What to do
//! Compare with an integer: cast the parameter, or bind it as one.
//!
//! ## When to accept it
//! Small tables.
//!
//! ## Sources
//! PostgreSQL manual, 10.2 Operators; 8.1 Numeric Types.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select code from orders where id = 5.0;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select code from orders o where o.customer in (1, 2) and o.id > $1::numeric;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! delete from orders where 7.5 > customer;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select code from orders where customer between 1.5 and 9;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select code from orders where id = cast($1 as decimal(12,2));
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select code from orders where id = 5 and total > 5.5 and customer = $1::int;
//! select code from orders where total between 1.5 and 2.5 and id between 1 and cast($1 as bigint);
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id * 1.5 from orders where total = $1::numeric;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, queries, types},
};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/fraction-against-integer",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("fraction_against_integer.rs"),
    check,
    proof: None,
};

/// Types whose values have fractions.
const FRACTIONS: &[&str] = &["decimal", "double precision", "float", "float4", "float8", "numeric", "real"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        let comparisons = asked.nodes(K::BIN_EXPR).filter_map(|n| queries::sides(&n));
        let comparisons = comparisons.filter(|(_, op, _)| ["=", "<", ">", "<=", ">="].contains(&op.as_str()));
        let both_ways =
            comparisons.flat_map(|(left, op, right)| [(left.clone(), op.clone(), right.clone()), (right, op, left)]);
        let ranges = asked.nodes(K::BETWEEN_EXPR).flat_map(|n| {
            let column = n.first_child();
            let ends = n.children().skip(1);
            ends.filter_map(move |end| Some((column.clone()?, "between".to_string(), end))).collect::<Vec<_>>()
        });
        let mut seen = vec![];
        for (one, op, other) in both_ways.chain(ranges) {
            let Some((t, column)) = asked.column(scene, &one) else { continue };
            let indexed = t.ways.iter().any(|w| w.columns.first() == Some(&column.name.as_str()));
            let value = asked.text(&queries::bare(&other)).to_lowercase();
            let wrong = indexed && types::is_integer(scene.base(&column.ty)) && is_fraction(&other, &value);
            // Each column is told once.
            if !wrong || seen.contains(&&column.name) {
                continue;
            }
            seen.push(&column.name);
            let (name, ty) = (&t.name().name, &column.ty);
            let message = format!("{} of {name} is {ty} and is {op} {value}: {}", column.name, asked.shown());
            out.push(asked.spot(message).fact(column.name.clone()));
        }
    }
    out
}

/// A number with a point, or a value that is made one of a type with fractions.
fn is_fraction(node: &SyntaxNode, value: &str) -> bool {
    let digits = value.trim_start_matches('-');
    let literal = digits.contains('.') && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    // `x::numeric`, `cast(x as decimal(9,2))`.
    let ty = value.rsplit("::").next().and_then(|rest| rest.rsplit(" as ").next()).unwrap_or(value);
    let ty = ty.split('(').next().unwrap_or(ty).trim_end_matches(')').trim();
    literal || queries::bare(node).kind() == K::CAST_EXPR && FRACTIONS.contains(&ty)
}
