//! Two columns say the same.
//!
//! ## What
//! Two columns of a table have equal values in every row that was looked at, a hundred or more, and several
//! different ones.
//!
//! ## Why it matters
//! One of them is read, written and kept for nothing; the day they differ, nobody knows which is right.
//!
//! ## What to do
//! Find out whether one is meant to differ one day; else drop it, or make it GENERATED from the other.
//!
//! ## When to accept it
//! When one is the present state and the other the first one, and nothing has changed yet.
//!
//! ## Sources
//! Codd, A Relational Model of Data for Large Shared Data Banks: redundancy.
//!
//! ```sql,finds
//! create table people (id int primary key, name text, label text);
//! insert into people (id, name, label) select n, 'n' || n, 'n' || n from generate_series(1, 120) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key, born date);
//! alter table people add birthday date;
//! insert into people (id, born, birthday) select n, date '2000-01-01' + n, date '2000-01-01' + n from generate_series(1, 120) n;
//! ```
//! ```sql,finds
//! create domain word as text;
//! create table people (id int primary key, place word, town text);
//! insert into people (id, place, town) select n, 't' || n % 9, 't' || n % 9 from generate_series(1, 120) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, created_at date, updated_at date, a text, b text generated always as (a) stored, c boolean, d boolean);
//! insert into people (id, created_at, updated_at, a, c, d) select n, date '2000-01-01' + n, date '2000-01-01' + n, 'a' || n, n % 2 = 0, n % 2 = 0 from generate_series(1, 120) n;
//! ```
//! ```sql,passes
//! create table people (id int primary key, name text, label text);
//! insert into people (id, name, label) select n, 'n' || n, 'n' || n % 119 from generate_series(1, 120) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, TableScene, kinds::is_stamp},
};
use std::collections::HashMap;
use tw_model::{finding::Severity, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/equal-columns",
    severity: Severity::Note,
    needs: Needs::Rows,
    source: include_str!("equal_columns.rs"),
    check,
    proof: None,
};

/// Rows from which on it is no chance.
const MANY: usize = 100;
/// Different values, likewise.
const SEVERAL: usize = 5;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    let mut seen: HashMap<(*const TableScene, u64), &Column> = HashMap::new();
    for (t, column, rows, values) in scene.looked() {
        let telling = rows.read >= MANY && values.distinct >= SEVERAL && column.generated.is_none();
        if !telling || is_stamp(&column.name) || t.refers(&column.name) || t.in_primary(&column.name) {
            continue;
        }
        match seen.get(&(std::ptr::from_ref(t), values.digest)) {
            None => {
                seen.insert((std::ptr::from_ref(t), values.digest), column);
            }
            Some(first) => {
                let (name, read) = (&t.name().name, rows.read);
                let message =
                    format!("{} and {} of {name} are equal in all {read} rows looked at", first.name, column.name);
                out.push(Spot::column(t.table, &column.name, message).fact(first.name.clone()));
            }
        }
    }
    out
}
