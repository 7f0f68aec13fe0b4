//! A CHECK asks what time it is.
//!
//! ## What
//! A CHECK names `now()`, `CURRENT_DATE`, `clock_timestamp()` or the like.
//!
//! ## Why it matters
//! It is evaluated when the row is written and never again: a row that was right becomes wrong by waiting, the
//! table no longer keeps its own rule, and the next restore of a dump, or update of another column, is refused.
//!
//! ## What to do
//! Compare with a column that says when the row was made, or check in a trigger.
//!
//! ## When to accept it
//! A bound in the past that time only loosens, such as a birthday not in the future.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.1 Check Constraints (note).
//!
//! ```sql,finds
//! create table bookings (id int primary key, starts date check (starts > current_date));
//! ```
//! ```sql,finds
//! create table bookings (id int primary key, starts timestamptz);
//! alter table bookings add check (starts >= now());
//! ```
//! ```sql,finds
//! create domain later as timestamptz check (value > clock_timestamp());
//! create table bookings (id int primary key, starts later);
//! ```
//! ```sql,passes
//! create table people (id int primary key, born date check (born <= current_date), starts date check (starts > '2000-01-01'), made timestamptz default now());
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::outside_literals},
};
use tw_model::{
    finding::{Severity, SubjectKind},
    schema::TypeKind,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/clock-in-check",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("clock_in_check.rs"),
    check,
    proof: None,
};

/// Ways to ask for the time, as the server prints them.
const CLOCKS: &[&str] = &[
    "now()",
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
    "LOCALTIMESTAMP",
    "clock_timestamp()",
    "transaction_timestamp()",
    "statement_timestamp()",
];

/// Asks for a time after now: one that time undoes.
fn undone(expression: &str) -> bool {
    let text: String = outside_literals(expression).collect();
    CLOCKS.iter().any(|clock| {
        let later = [format!("> {clock}"), format!(">= {clock}"), format!("> ({clock}"), format!(">= ({clock}")];
        let before = text.contains(&format!("{clock} <")) || text.contains(&format!("{clock})::date <"));
        later.iter().any(|l| text.contains(l)) || before
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        for (name, _) in t.checks().filter(|(_, e)| undone(e)) {
            out.push(Spot::constraint(
                t.table,
                name,
                format!("the check {name} of {} ceases to hold as time goes by", t.name().name),
            ));
        }
    }
    for ty in &scene.schema.types {
        let TypeKind::Domain { checks, .. } = &ty.kind else { continue };
        for (name, _) in checks.iter().filter(|(_, e)| undone(e)) {
            let message = format!("the check {name} of the domain {} ceases to hold as time goes by", ty.name.name);
            out.push(Spot::at(SubjectKind::Type, crate::rule::path(&ty.name), message).fact(name));
        }
    }
    out
}
