//! A query asks for every column.
//!
//! ## What
//! A query of one that counts, ten times a call or a hundred calls and more, selects `*` from a table of many
//! columns.
//!
//! ## Why it matters
//! Long texts and documents are fetched and sent though nobody looks at them; no index can answer alone; a new
//! column, dropped or moved, changes what programs get.
//!
//! ## What to do
//! Name the columns that are used.
//!
//! ## When to accept it
//! Where all are used, as in an editor of one row.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Implicit Columns.
//!
//! ```sql,finds
//! create table wide (id int primary key, a int, b int, c int, d int, e int, f int, g text, h text, i jsonb);
//! -- queries
//! -- weight: 500
//! select * from wide;
//! ```
//! ```sql,finds
//! create table wide (id int primary key, a int, b int, c int, d int, e int);
//! alter table wide add f int, add g text, add h text, add i jsonb;
//! -- queries
//! -- weight: 100
//! select w.*, 1 from wide w where id > $1;
//! ```
//! ```sql,finds
//! create table wide (id int, at date, a int, b int, c int, d int, e int, f int, g text, h text) partition by range (at);
//! -- queries
//! -- weight: 100
//! select * from wide where at > $1;
//! ```
//! ```sql,passes
//! create table customers (id int primary key, email text, name text);
//! create table orders (id bigint primary key, customer int references customers, code text not null, total numeric, at timestamptz not null);
//! create index on orders (customer);
//! create index on customers (email);
//! create table wide (id int primary key, a int, b int, c int, d int, e int, f int, g text, h text, i jsonb);
//! -- queries
//! -- weight: 5000
//! select count(*) from orders;
//! -- weight: 500
//! select * from orders;
//! -- weight: 5
//! select * from wide;
//! -- weight: 5000
//! select * from wide where id = $1;
//! -- weight: 500
//! select id from wide w where exists (select * from orders);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, queries},
};
use squawk_syntax::SyntaxKind as K;
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/every-column",
    severity: Severity::Note,
    needs: Needs::Queries,
    source: include_str!("every_column.rs"),
    check,
    proof: None,
};

/// Columns that are many.
const MANY: usize = 10;
/// Calls that count.
const CALLS: f64 = 100.0;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for asked in scene.queries.iter().filter(|asked| asked.query.calls >= CALLS) {
        let Some(statement) = asked.statement().filter(|n| n.kind() == K::SELECT) else { continue };
        let targets = statement.children().filter(|n| n.kind() == K::SELECT_CLAUSE).flat_map(|n| n.descendants());
        let mut targets = targets.filter(|n| n.kind() == K::TARGET);
        if !targets.any(|n| asked.text(&n) == "*" || asked.text(&n).ends_with(".*")) {
            continue;
        }
        // One row by its key is looked at whole.
        let by_key = |t: &TableScene| {
            queries::conditions(&statement).iter().filter_map(queries::sides).any(|(left, op, _)| {
                op == "=" && asked.column(scene, &left).is_some_and(|(_, c)| t.in_primary(&c.name))
            })
        };
        let relations = asked.relations(scene, &statement);
        let wide = relations.iter().filter_map(|n| n.table).find(|t| t.table.columns.len() >= MANY && !by_key(t));
        if let Some(t) = wide {
            let (n, name) = (t.table.columns.len(), &t.name().name);
            out.push(asked.spot(format!("all {n} columns of {name} are asked for: {}", asked.shown())));
        }
    }
    out
}
