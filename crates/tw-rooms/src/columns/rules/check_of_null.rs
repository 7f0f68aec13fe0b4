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
//! ```sql,finds
//! create domain amount as int constraint given check (value <> null) constraint sound check (value > 0);
//! create table orders (id int primary key, total amount);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, total int check (total is not null), note text check (note <> '= NULL'));
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot, path},
    scene::{
        Scene, TableScene, rows,
        words::{names_word, outside_literals},
    },
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity, SubjectKind},
    ident::{self, bare},
    schema::{Constraint, ConstraintKind, TypeDef, TypeKind},
    trial::Step,
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

/// A check that compares with null, and whose it is.
enum Broken<'s> {
    Table(&'s TableScene<'s>, &'s Constraint),
    Domain(&'s TypeDef, &'s str),
}

/// Checks that compare with null, each with its expression.
fn broken<'s>(scene: &'s Scene) -> impl Iterator<Item = (Broken<'s>, &'s str)> {
    let tables = scene.designed().filter(|t| t.table.inherits.is_empty());
    let of_tables = tables.flat_map(|t| {
        t.table.constraints.iter().filter_map(move |c| match &c.kind {
            ConstraintKind::Check { expression, .. } => Some((Broken::Table(t, c), expression.as_str())),
            _ => None,
        })
    });
    let domains = scene.schema.types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Domain { checks, .. } => Some((ty, checks)),
        _ => None,
    });
    let of_domains = domains.flat_map(|(ty, checks)| {
        let bare = |definition: &'s str| definition.strip_prefix("CHECK ").unwrap_or(definition);
        checks.iter().map(move |(name, definition)| (Broken::Domain(ty, name), bare(definition)))
    });
    let compares = |expression: &str| {
        outside_literals(expression).any(|part| part.contains("= NULL::") || part.contains("<> NULL::"))
    };
    of_tables.chain(of_domains).filter(move |(_, expression)| compares(expression))
}

impl Broken<'_> {
    fn spot(&self) -> Spot {
        let told = |check: &str, of: &str| format!("the check {check} of {of} compares with null and forbids nothing");
        match self {
            Broken::Table(t, c) => Spot::constraint(t.table, &c.name, told(&c.name, &t.name().name)),
            Broken::Domain(ty, check) => {
                Spot::at(SubjectKind::Type, path(&ty.name), told(check, &ty.name.name)).fact(*check)
            }
        }
    }

    /// The same check with the comparison that was meant, where it is all there is.
    fn right(&self, expression: &str) -> Option<Vec<Change>> {
        let expression = meant(expression)?;
        Some(match self {
            Broken::Table(t, c) => {
                let ConstraintKind::Check { no_inherit, .. } = c.kind else { return None };
                let kind = ConstraintKind::Check { expression, no_inherit };
                let (table, name) = (t.name().clone(), c.name.clone());
                let constraint = Constraint { kind, comment: None, ..(*c).clone() };
                vec![Change::DropConstraint { table: table.clone(), name }, Change::AddConstraint { table, constraint }]
            }
            Broken::Domain(ty, check) => {
                let mut to = (*ty).clone();
                if let TypeKind::Domain { checks, .. } = &mut to.kind {
                    let wrong = checks.iter_mut().filter(|(name, _)| name == check);
                    wrong.for_each(|(_, written)| written.clone_from(&expression));
                }
                vec![Change::AlterType { from: (*ty).clone(), to }]
            }
        })
    }

    /// What says nothing passes.
    fn passed(&self, scene: &Scene, expression: &str) -> Result<Vec<Step>, Undecided> {
        let (table, constraint) = match self {
            Broken::Table(table, constraint) => (*table, *constraint),
            Broken::Domain(ty, _) => {
                return Ok(vec![accepted(format!("SELECT CAST(NULL AS {})", ident::name(&ty.name)))]);
            }
        };
        let mut steps = rows::bare(table, &[&constraint.name]);
        let column = table.table.columns.iter().find(|c| names_word(expression, &ident::quote(&c.name)));
        let column = column.ok_or_else(|| Undecided::NoTrial("the column is not found".into()))?;
        steps.push(accepted(rows::insert(scene, table, 1, &[(&column.name, "NULL".into())])?));
        Ok(steps)
    }
}

fn check(scene: &Scene) -> Vec<Spot> {
    broken(scene)
        .map(|(broken, expression)| match broken.right(expression) {
            Some(changes) => broken.spot().fixed(Safety::MayRefuse, changes),
            None => broken.spot(),
        })
        .collect()
}

/// The comparison that was meant.
fn meant(expression: &str) -> Option<String> {
    let bare = bare(expression);
    let inner = match bare.strip_prefix("NOT ") {
        Some(rest) => ident::bare(rest).split_once(" = NULL::"),
        None => bare.split_once(" <> NULL::"),
    };
    let (column, _) =
        inner.filter(|(column, ty)| !column.contains(' ') && ty.chars().all(|c| c.is_alphanumeric() || c == ' '))?;
    Some(format!("{column} IS NOT NULL"))
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let same = |broken: &Broken| {
        let other = broken.spot();
        (&other.subject, &other.fact) == (&spot.subject, &spot.fact)
    };
    let found = broken(scene).find(|(broken, _)| same(broken));
    let (broken, expression) = found.ok_or_else(|| Undecided::NoTrial("the check is not found again".into()))?;
    let twin = broken
        .right(expression)
        .ok_or_else(|| Undecided::NoTrial("what the check was meant to say is not plain".into()))?;
    Ok(Demonstration { steps: broken.passed(scene, expression)?, twin })
}
