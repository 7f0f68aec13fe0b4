//! A constraint was never checked against the rows that are there.
//!
//! ## What
//! A CHECK or foreign key is NOT VALID.
//!
//! ## Why it matters
//! Rows from before it may break it: reports that rely on it are wrong, the planner does not use it, and an update
//! of such a row for another reason is refused.
//!
//! ## What to do
//! `ALTER TABLE t VALIDATE CONSTRAINT c`, which does not block writes; mend the rows that it names first.
//!
//! ## When to accept it
//! Between the two steps of a migration.
//!
//! ## Sources
//! PostgreSQL manual, ALTER TABLE (NOT VALID).
//!
//! ```sql,finds
//! create table orders (id int primary key, total int);
//! alter table orders add constraint positive check (total > 0) not valid;
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table orders (id int primary key, who int);
//! alter table orders add foreign key (who) references users not valid;
//! create index on orders (who);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, total int);
//! create table gifts (wrap text) inherits (orders);
//! alter table gifts add constraint wrapped check (wrap <> '') not valid;
//! ```
//! ```sql,passes
//! create table orders (id int primary key, total int);
//! alter table orders add constraint positive check (total > 0) not valid;
//! alter table orders validate constraint positive;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/unvalidated",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("unvalidated.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for c in t.table.constraints.iter().filter(|c| c.not_valid) {
            let change = Change::ValidateConstraint { table: t.name().clone(), name: c.name.clone() };
            let message = format!("{} of {} was never checked against the rows that are there", c.name, t.name().name);
            out.push(Spot::constraint(t.table, &c.name, message).fixed(Safety::MayRefuse, vec![change]));
        }
    }
    out
}
