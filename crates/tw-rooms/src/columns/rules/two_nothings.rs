//! Nothing is said in two ways.
//!
//! ## What
//! A text column that may be null holds nulls and empty texts.
//!
//! ## Why it matters
//! A query for the one leaves out the other; counts and unique keys treat the two apart.
//!
//! ## What to do
//! Choose one: make the empty ones null and add CHECK (column <> ''), or SET NOT NULL DEFAULT ''.
//!
//! ## When to accept it
//! When empty and unknown are told apart on purpose.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, Fear of the Unknown.
//!
//! ```sql,finds
//! create table people (id int primary key, note text);
//! insert into people (id, note) select n, case when n % 9 = 0 then '' when n % 9 = 1 then null else 'x' || n end from generate_series(1, 90) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add nick varchar(10);
//! insert into people (id, nick) select n, case when n > 70 then null else '' end from generate_series(1, 90) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, place word);
//! insert into people (id, place) select n, case when n = 1 then '' when n = 2 then null else 'x' end from generate_series(1, 90) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, note text, place text, code text not null);
//! insert into people (id, note, place, code) select n, case when n = 1 then null else 'x' end, case when n = 1 then '' else 'x' end, '' from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/two-nothings",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("two_nothings.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let both = scene.looked().filter(|(_, c, rows, v)| {
        v.empty > 0 && v.values < rows.read && types::is_text(scene.base(&c.ty)) && c.generated.is_none()
    });
    both.map(|(t, c, rows, v)| {
        let nulls = rows.read - v.values;
        let message = format!(
            "{} of {} is null in {nulls} and empty in {} of {} rows",
            c.name,
            t.name().name,
            v.empty,
            rows.read
        );
        Spot::column(t.table, &c.name, message)
    })
    .collect()
}
