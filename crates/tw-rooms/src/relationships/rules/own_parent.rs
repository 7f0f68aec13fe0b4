//! A row can be its own parent.
//!
//! ## What
//! A table refers to itself, and nothing forbids that a row refers to its own key.
//!
//! ## Why it matters
//! A walk up the tree never ends at such a row, and a recursive query over it runs until it is stopped.
//!
//! ## What to do
//! `CHECK (parent_id <> id)`. Longer loops need a trigger, or CYCLE in the recursive query.
//!
//! ## When to accept it
//! Where a row of its own is meant to be the root.
//!
//! ## Sources
//! PostgreSQL manual, 7.8.2 Recursive Queries (cycle detection).
//!
//! ```sql,finds
//! create table parts (id int primary key, parent int references parts);
//! create index on parts (parent);
//! ```
//! ```sql,finds
//! create table parts (id int primary key, parent int);
//! alter table parts add foreign key (parent) references parts on delete cascade;
//! create index on parts (parent);
//! ```
//! ```sql,finds
//! create domain number as int;
//! create table parts (shop int, id number, parent number, primary key (shop, id), foreign key (shop, parent) references parts);
//! create index on parts (shop, parent);
//! ```
//! ```sql,passes
//! create table parts (id int primary key, parent int references parts, check (parent <> id));
//! create index on parts (parent);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table parts (id int primary key, owner int references users);
//! create index on parts (owner);
//! ```
use crate::{
    kit::{fitting, steps::accepted},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, rows, words::names_word},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::quote,
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/own-parent",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("own_parent.rs"),
    check,
    proof: Some(proof),
};

/// References of a table to itself that a row can fulfil by itself; with the one pair of columns that differ.
fn loops<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>, &'s str, &'s str)> {
    scene.designed().flat_map(|t| {
        let own = t.references.iter().filter(move |r| r.target == t.name());
        own.filter_map(move |r| {
            let pairs = r.columns.iter().zip(r.target_columns);
            let mut other = pairs.filter(|(a, b)| a != b);
            let (from, to) = other.next()?;
            let forbidden = t.checks().any(|(_, e)| names_word(e, &quote(from)) && names_word(e, &quote(to)));
            (other.next().is_none() && !forbidden).then_some((t, r, from.as_str(), to.as_str()))
        })
    })
}

fn forbids(table: &TableScene, from: &str, to: &str) -> Change {
    let constraint = Constraint {
        name: fitting(&format!("chk_{}_{from}", table.name().name)),
        kind: ConstraintKind::Check { expression: format!("{} <> {}", quote(from), quote(to)), no_inherit: false },
        deferrable: None,
        not_valid: false,
        comment: None,
    };
    Change::AddConstraint { table: table.name().clone(), constraint }
}

fn check(scene: &Scene) -> Vec<Spot> {
    loops(scene)
        .map(|(t, r, from, to)| {
            let message = format!("a row of {} can refer to itself by {from}", t.name().name);
            let spot = Spot::constraint(t.table, &r.constraint.name, message);
            spot.fixed(Safety::MayRefuse, vec![forbids(t, from, to)])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = loops(scene).find(|(t, r, ..)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let (table, r, from, to) = found.ok_or_else(|| Undecided::NoTrial("the reference is not found again".into()))?;
    let [mut given, referring] = rows::pair(scene, table, r, 1)?;
    for pair in referring {
        if given.iter().all(|(c, _)| *c != pair.0) {
            given.push(pair);
        }
    }
    let name = &fitting(&format!("chk_{}_{from}", table.name().name));
    let mut steps = rows::bare(table, &[&r.constraint.name, rows::key_of(table, r)?, name]);
    steps.push(accepted(rows::insert(scene, table, 1, &given)?));
    Ok(Demonstration { steps, twin: vec![forbids(table, from, to)] })
}
