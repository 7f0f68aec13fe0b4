//! A column has one value.
//!
//! ## What
//! In a table of a thousand rows or more, every row has the same value in a column, and none is null.
//!
//! ## Why it matters
//! It says nothing, and is read, written and kept in every row; often the program never writes what it should.
//!
//! ## What to do
//! Drop it, or find the program that should write something else.
//!
//! ## When to accept it
//! A state that will change one day; the tenant of a database that has one yet.
//!
//! ## Sources
//! PostgreSQL manual, 53.27 pg_stats.
//!
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 5000
//! -- columns."people.state" = { distinct = 1, values = [["new", 1.0]] }
//! ```
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! alter table people add kind int not null default 0;
//! -- statistics
//! -- tables.people.rows = 1000
//! -- columns."people.kind" = { distinct = 1, values = [["0", 1.0]] }
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, kind word);
//! -- statistics
//! -- tables.people.rows = 1000
//! -- columns."people.kind" = { distinct = 1, values = [["x", 1.0]] }
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 5000
//! -- columns."people.state" = { distinct = 1, null_share = 0.5, values = [["new", 0.5]] }
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 5000
//! -- columns."people.state" = { distinct = 2, values = [["new", 0.9], ["old", 0.1]] }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, observed::number},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/one-value",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("one_value.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let same = scene.spread().filter(|(_, c, s, _)| s.distinct == 1.0 && s.null_share == 0.0 && c.generated.is_none());
    same.map(|(t, c, s, rows)| {
        let value = s.values.first().map(|(value, _)| format!(" {value}")).unwrap_or_default();
        let message = format!("{} of {} is{value} in each of {} rows", c.name, t.name().name, number(rows));
        Spot::column(t.table, &c.name, message)
    })
    .collect()
}
