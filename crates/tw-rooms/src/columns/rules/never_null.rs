//! Columns may be null and never are.
//!
//! ## What
//! In a table of ten thousand rows or more, columns that may be null have a value in every row.
//!
//! ## Why it matters
//! Every program must reckon with nulls that do not come, and nothing stops the first one that does by mistake.
//!
//! ## What to do
//! ALTER TABLE ... SET NOT NULL for those that must have a value: with a CHECK ... NOT VALID that is validated
//! first, it does not block.
//!
//! ## When to accept it
//! When a value may be missing one day.
//!
//! ## Sources
//! PostgreSQL manual, 5.5.2 Not-Null Constraints.
//!
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 50000
//! -- columns."people.state" = { distinct = 40 }
//! ```
//! ```sql,finds
//! create table people (id bigint primary key, state text, note text);
//! alter table people add since date;
//! -- statistics
//! -- tables.people.rows = 10000
//! -- columns."people.since".distinct = -0.4
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, kind word, place word);
//! -- statistics
//! -- tables.people.rows = 20000
//! -- columns."people.kind".distinct = 5
//! -- columns."people.place".distinct = 5
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 50000
//! -- columns."people.state".null_share = 0.001
//! -- columns."people.id".distinct = -1
//! ```
//! ```sql,passes
//! create table people (id bigint primary key, state text, note text);
//! -- statistics
//! -- tables.people.rows = 2000
//! -- columns."people.state".distinct = 40
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, observed::number},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
    schema::Column,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/never-null",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("never_null.rs"),
    check,
    proof: None,
};

/// Rows from which on it is more than chance.
const MANY: f64 = 10_000.0;
/// Columns that are named.
const MOST_NAMED: usize = 5;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut tables: Vec<(&TableScene, Vec<&Column>, f64)> = vec![];
    for (t, column, spread, rows) in scene.spread() {
        let full = spread.null_share == 0.0 && rows >= MANY;
        if !full || column.generated.is_some() || !scene.may_be_null(t, &column.name) {
            continue;
        }
        match tables.last_mut().filter(|(last, ..)| std::ptr::eq(*last, t)) {
            Some((_, columns, _)) => columns.push(column),
            None => tables.push((t, vec![column], rows)),
        }
    }
    tables
        .into_iter()
        .map(|(t, columns, rows)| {
            let mut names: Vec<&str> = columns.iter().take(MOST_NAMED).map(|c| c.name.as_str()).collect();
            if columns.len() > MOST_NAMED {
                names.push("others");
            }
            let (names, rows) = (names.join(", "), number(rows));
            let set =
                |c: &Column| Change::SetNotNull { table: t.name().clone(), column: c.name.clone(), not_null: true };
            let message = format!("{names} of {} may be null, and are in none of {rows} rows", t.name().name);
            Spot::table(t.table, message).fixed(Safety::MayRefuse, columns.iter().map(|c| set(c)).collect())
        })
        .collect()
}
