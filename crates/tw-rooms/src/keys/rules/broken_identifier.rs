//! What tells rows apart does not.
//!
//! ## What
//! A column whose name says that it tells rows apart (email, isbn, slug, ...) has no unique key, and rows share
//! values in it.
//!
//! ## Why it matters
//! Two accounts of one address, two articles of one number: which one is meant is decided by chance. The longer it
//! goes on, the harder the two are put together.
//!
//! ## What to do
//! Put the rows together that are one, then add the unique key.
//!
//! ## When to accept it
//! When the same thing may come again: versions, imports.
//!
//! ## Sources
//! PostgreSQL manual, 5.5.3 Unique Constraints.
//!
//! ```sql,finds
//! create table people (id int primary key, email text);
//! insert into people (id, email) select n, 'p' || n % 55 || '@example.org' from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table books (id int primary key);
//! alter table books add isbn varchar(20);
//! insert into books (id, isbn) select n, 1000 + n / 2 from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create domain address as text;
//! create table people (id int primary key, org int, username address);
//! insert into people (id, org, username) select n, 1, 'u' || n % 58 from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text);
//! insert into people (id, email) select n, 'p' || n || '@example.org' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table logins (id int primary key, email text);
//! insert into logins (id, email) select n, 'p' || n % 55 || '@example.org' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, org int, email text, unique (org, email));
//! insert into people (id, org, email) select n, n, 'p' from generate_series(1, 60) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text);
//! insert into people (id, email) select n, 'p' || n % 3 from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/broken-identifier",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("broken_identifier.rs"),
    check,
    proof: None,
};

/// Share of the values that must differ: else the column tells kinds apart.
const MOST: f64 = 0.4;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for (t, column, _, values) in scene.looked() {
        let shared = values.values - values.distinct;
        let differ = values.distinct as f64 > MOST * values.values as f64;
        if shared == 0 || !differ || !super::repeatable_identifier::tells_apart(t, column) || t.in_key(&column.name) {
            continue;
        }
        let message = format!(
            "{shared} of {} values of {} of {} are another row's too",
            values.values,
            column.name,
            t.name().name
        );
        out.push(Spot::column(t.table, &column.name, message));
    }
    out
}
