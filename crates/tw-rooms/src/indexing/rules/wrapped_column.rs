//! An index is kept out by what is done to its column.
//!
//! ## What
//! A query compares a function of a column, a cast or a sum with a value, and an index has the column bare: none has
//! the expression.
//!
//! ## Why it matters
//! The index holds other values than the ones asked for: the server computes the function for every row.
//!
//! ## What to do
//! Turn the condition round, so that the column stands alone (`at >= day AND at < day + 1`); or create an index
//! over the expression.
//!
//! ## When to accept it
//! Small tables, or where other conditions leave few rows.
//!
//! ## Sources
//! PostgreSQL manual, 11.7 Indexes on Expressions.
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where lower(email) = $1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! create index on orders (at);
//! -- queries
//! select sum(total) from orders where 5 < id and at::date = '2024-03-01';
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! create index on orders (at);
//! -- queries
//! update orders o set total = 0 where cast(o.id as text) = '5' or o.customer = 4;
//! delete from orders where date_trunc('day', at) = $1;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! create index on orders (at);
//! -- queries
//! select code from orders where extract(year from at) = 2024;
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select code from orders where customer + 1 = $1;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from customers where email = lower($1) and upper(name) = 'X';
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! create index on customers (lower(email));
//! create index on orders ((customer + 1));
//! -- queries
//! select id from customers where lower(email) = $1;
//! select code from orders where customer + 1 = $1 and customer = $2 + 1 and total * 2 > $3;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders where id = $1::bigint and code::text = 'x' and abs(total) > 5;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, queries},
};
use squawk_syntax::{SyntaxKind as K, SyntaxNode};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/wrapped-column",
    severity: Severity::Warning,
    needs: Needs::Queries,
    source: include_str!("wrapped_column.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        let comparisons = asked.nodes(K::BIN_EXPR).filter(is_condition).filter_map(|n| queries::sides(&n));
        for (left, op, right) in comparisons.filter(|(_, op, _)| COMPARES.contains(&op.as_str())) {
            let sides = [(&left, &right), (&right, &left)];
            let wrapped = sides.into_iter().find_map(|(one, other)| {
                let inner = inside(&queries::bare(one))?;
                let (t, column) = asked.column(scene, &inner)?;
                // A comparison of two columns is a join: which side is looked up is not said.
                let joins = other.descendants().any(|n| asked.column(scene, &n).is_some());
                (!joins && has_bare_index(t, &column.name) && !has_expression(t, one)).then_some((
                    one,
                    t,
                    column,
                    op.as_str(),
                ))
            });
            if let Some((one, t, column, _)) = wrapped {
                let (expression, name) = (asked.text(one), &t.name().name);
                let message =
                    format!("{expression} keeps the index over {} of {name} out: {}", column.name, asked.shown());
                out.push(asked.spot(message).fact(expression));
            }
        }
    }
    out
}

/// Comparisons that an index answers.
const COMPARES: &[&str] = &["=", "<", ">", "<=", ">=", "in", "like"];

/// It stands in WHERE or ON, not among what is given back.
fn is_condition(node: &SyntaxNode) -> bool {
    let clause =
        node.ancestors().find(|n| matches!(n.kind(), K::WHERE_CLAUSE | K::ON_CLAUSE | K::TARGET | K::SET_CLAUSE));
    clause.is_some_and(|n| matches!(n.kind(), K::WHERE_CLAUSE | K::ON_CLAUSE))
}

/// The one column-like thing inside a function, a cast or a sum.
fn inside(node: &SyntaxNode) -> Option<SyntaxNode> {
    match node.kind() {
        K::CAST_EXPR => {
            let ty = node.text().to_string().to_lowercase();
            // Letters of any length are one type to an index.
            let same = ty.ends_with("::text") || ty.ends_with("::varchar");
            let inner = node.first_child()?;
            let number_as_text = same && inner.kind() != K::NAME_REF && inner.kind() != K::FIELD_EXPR;
            (!number_as_text && !same).then_some(inner)
        }
        K::CALL_EXPR => {
            let list = node.children().find(|n| matches!(n.kind(), K::ARG_LIST | K::EXTRACT_FN))?;
            let arguments =
                list.children().map(|arg| arg.first_child().filter(|_| arg.kind() == K::ARG).unwrap_or(arg));
            let mut named = arguments.filter(is_name);
            named.next().filter(|_| named.next().is_none())
        }
        K::BIN_EXPR => {
            let (left, op, right) = queries::sides(node)?;
            let (left, right) = (queries::bare(&left), queries::bare(&right));
            let value = |n: &SyntaxNode| queries::uncast(n).kind() == K::LITERAL;
            match ["+", "-", "*", "/", "||"].contains(&op.as_str()) {
                true if is_name(&left) && value(&right) => Some(left),
                true if value(&left) && is_name(&right) => Some(right),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_name(node: &SyntaxNode) -> bool {
    matches!(node.kind(), K::NAME_REF | K::FIELD_EXPR)
}

/// An index begins with the column.
fn has_bare_index(table: &TableScene, column: &str) -> bool {
    table.ways.iter().any(|w| w.columns.first() == Some(&column))
}

/// An index has an expression with the same function or type.
fn has_expression(table: &TableScene, node: &SyntaxNode) -> bool {
    let word: String = node.text().to_string().to_lowercase().chars().take_while(|c| *c != '(').collect();
    let parts = table.table.indexes.iter().flat_map(|i| &i.parts).filter(|p| p.is_expression);
    parts.into_iter().any(|p| p.column.to_lowercase().contains(word.rsplit("::").next().unwrap_or(&word).trim()))
}
