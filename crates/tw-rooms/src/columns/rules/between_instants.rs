//! BETWEEN takes in the first instant of the next day.
//!
//! ## What
//! A query compares a timestamp column with BETWEEN and two days or midnights.
//!
//! ## Why it matters
//! BETWEEN has both ends: rows of midnight of the last day belong to two periods, and rows of the rest of that day
//! to none.
//!
//! ## What to do
//! Write at >= '2024-03-01' AND at < '2024-04-01'.
//!
//! ## When to accept it
//! Columns that hold nothing but midnights; make those dates.
//!
//! ## Sources
//! PostgreSQL wiki, Don't Do This, Don't use BETWEEN (especially with timestamps).
//!
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders where at between '2024-03-01' and '2024-03-31';
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders o where o.at between date '2024-03-01' and date '2024-04-01';
//! ```
//! ```sql,finds
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! delete from orders where total > 5 and at between '2024-01-01 00:00:00'::timestamptz and '2025-01-01 00:00:00'::timestamptz;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! -- queries
//! select id from orders where total between 1 and 5 and at >= '2024-03-01';
//! select id from orders where at between '2024-03-01 08:00' and '2024-03-01 12:30';
//! select id from orders where at between $1 and $2;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::{finding::Severity, observed::is_date};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/between-instants",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("between_instants.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in &scene.queries {
        for node in asked.nodes(K::BETWEEN_EXPR) {
            let parts: Vec<_> = node.children().collect();
            let [column, .., end] = parts.as_slice() else { continue };
            let Some((t, column)) = asked.column(scene, column) else { continue };
            let instant = types::plain(scene.base(&column.ty)).starts_with("timestamp ");
            if instant && is_day(&asked.text(end)) {
                let message = format!(
                    "{} of {} is compared with BETWEEN and days: {}",
                    column.name,
                    t.name().name,
                    asked.shown()
                );
                out.push(asked.spot(message).fact(column.name.clone()));
            }
        }
    }
    out
}

/// A literal that is a day, or the first instant of one.
fn is_day(text: &str) -> bool {
    let value = text.split('\'').nth(1).unwrap_or("");
    let (day, time) = (value.get(..10).unwrap_or(""), value.get(10..).unwrap_or(""));
    let time = time.trim_start_matches([' ', 'T']);
    is_date(day) && (time.is_empty() || time.starts_with("00:00"))
}
