//! A CHECK compares with null, so it forbids nothing.
//!
//! ## What
//! A CHECK holds `= NULL` or `<> NULL`.
//!
//! ## Why it matters
//! The comparison is never false, only unknown, and a CHECK that is unknown lets the row pass: what it was meant to
//! keep out is in the table.
//!
//! ## What to do
//! Write `IS NULL` or `IS NOT NULL`.
//!
//! ## When to accept it
//! Never.
//!
//! ## Sources
//! PostgreSQL manual, 9.2 Comparison Functions and Operators; 5.4.1 Check Constraints.
//!
//! ```sql,finds
//! create table orders (id int primary key, total int check (total <> null));
//! ```
//! ```sql,finds
//! create table orders (id int primary key, total int);
//! alter table orders add constraint has_total check (total != null::int);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, total int check (not (total = null)));
//! create table gifts (wrap text) inherits (orders);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, total int check (total is not null), note text check (note <> '= NULL'));
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{
        Scene, TableScene, rows,
        words::{names_word, outside_literals},
    },
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::{self, bare},
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/check-of-null",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("check_of_null.rs"),
    check,
    proof: Some(proof),
};

fn broken<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Constraint, &'s str)> {
    scene.designed().filter(|t| t.table.inherits.is_empty()).flat_map(|t| {
        t.table.constraints.iter().filter_map(move |c| match &c.kind {
            ConstraintKind::Check { expression, .. } => {
                let compared = outside_literals(expression).any(|p| p.contains("= NULL::") || p.contains("<> NULL::"));
                compared.then_some((t, c, expression.as_str()))
            }
            _ => None,
        })
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    broken(scene)
        .map(|(t, c, _)| {
            let message = format!("the check {} of {} compares with null and forbids nothing", c.name, t.name().name);
            let spot = Spot::constraint(t.table, &c.name, message);
            match right(t, c) {
                Some(changes) => spot.fixed(Safety::MayRefuse, changes),
                None => spot,
            }
        })
        .collect()
}

/// The same check with the comparison that was meant, where it is all there is.
fn right(t: &TableScene, c: &Constraint) -> Option<Vec<Change>> {
    let ConstraintKind::Check { expression, no_inherit } = &c.kind else { return None };
    let bare = bare(expression);
    let inner = match bare.strip_prefix("NOT ") {
        Some(rest) => ident::bare(rest).split_once(" = NULL::"),
        None => bare.split_once(" <> NULL::"),
    };
    let (column, _) =
        inner.filter(|(column, ty)| !column.contains(' ') && ty.chars().all(|c| c.is_alphanumeric() || c == ' '))?;
    let kind = ConstraintKind::Check { expression: format!("{column} IS NOT NULL"), no_inherit: *no_inherit };
    let (table, name) = (t.name().clone(), c.name.clone());
    let constraint = Constraint { kind, comment: None, ..c.clone() };
    Some(vec![Change::DropConstraint { table: table.clone(), name }, Change::AddConstraint { table, constraint }])
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = broken(scene).find(|(t, c, _)| crate::rule::member(t.name(), &c.name) == spot.subject.path);
    let (table, constraint, _) = found.ok_or_else(|| Undecided::NoTrial("the check is not found again".into()))?;
    let twin = right(table, constraint)
        .ok_or_else(|| Undecided::NoTrial("what the check was meant to say is not plain".into()))?;
    // A row that says nothing in the column passes.
    let mut steps = rows::bare(table, &[&constraint.name]);
    let ConstraintKind::Check { expression, .. } = &constraint.kind else {
        return Err(Undecided::NoTrial("it is no check".into()));
    };
    let column = table.table.columns.iter().find(|c| names_word(expression, &ident::quote(&c.name)));
    let column = column.ok_or_else(|| Undecided::NoTrial("the column is not found".into()))?;
    steps.push(accepted(rows::insert(scene, table, 1, &[(&column.name, "NULL".into())])?));
    Ok(Demonstration { steps, twin })
}
