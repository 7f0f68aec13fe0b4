//! A name must be written in quotes everywhere.
//!
//! ## What
//! A table or column has capital letters, blanks or other characters that SQL takes only between double quotes.
//!
//! ## Why it matters
//! PostgreSQL folds unquoted names to lower case, so every query, report and tool must quote the name exactly; whoever
//! forgets it is told that the table or column does not exist.
//!
//! ## What to do
//! Rename it to lower case words joined by underscores, and keep a view of the old name while programs move.
//!
//! ## When to accept it
//! When a mapper that quotes every name is the only program that will ever read the tables.
//!
//! ## Sources
//! PostgreSQL manual, 4.1.1 Identifiers and Key Words; PostgreSQL wiki, Don't Do This (upper-case names).
//!
//! ```sql,finds
//! create table "Orders" (id int primary key);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, "placedAt" timestamptz, "order date" date);
//! ```
//! ```sql,finds
//! create table orders (id int primary key);
//! alter table orders add column "total-sum" numeric(10,2);
//! ```
//! ```sql,passes
//! create table Orders (Id int primary key, placed_at timestamptz, "note" text, _x1 int);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, "user" text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::snake},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "naming/needs-quotes",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("needs_quotes.rs"),
    check,
    proof: None,
};

/// Not what the server takes without quotes.
fn odd(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$' || !c.is_ascii();
    !name.chars().all(plain) || name.starts_with(|c: char| c.is_ascii_digit() || c == '$')
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let table = &t.table.name;
        if odd(&table.name) {
            let spot = Spot::table(t.table, format!("the table {} must be quoted everywhere", table.name));
            let to = snake(&table.name);
            let taken = scene.place(&tw_model::schema::Name::new(table.schema.clone(), to.clone())).is_some();
            out.push(match taken || odd(&to) {
                true => spot,
                false => spot.fixed(Safety::Visible, vec![Change::RenameTable { from: table.clone(), to }]),
            });
        }
        let columns: Vec<&str> = t.own_columns().map(|c| c.name.as_str()).filter(|c| odd(c)).collect();
        if columns.is_empty() {
            continue;
        }
        let message = match columns.as_slice() {
            [one] => format!("the column {one} of {} must be quoted everywhere", table.name),
            many => format!("{} columns of {} must be quoted everywhere: {}", many.len(), table.name, many.join(", ")),
        };
        let spot = Spot::table(t.table, message).fact("columns");
        let renamed: Vec<String> = columns.iter().map(|c| snake(c)).collect();
        let taken =
            |to: &String| odd(to) || t.table.column(to).is_some() || renamed.iter().filter(|r| *r == to).count() > 1;
        if renamed.iter().any(taken) {
            out.push(spot);
            continue;
        }
        let changes = columns.iter().zip(&renamed).map(|(from, to)| Change::RenameColumn {
            table: table.clone(),
            from: from.to_string(),
            to: to.clone(),
        });
        out.push(spot.fixed(Safety::Visible, changes.collect()));
    }
    out
}
