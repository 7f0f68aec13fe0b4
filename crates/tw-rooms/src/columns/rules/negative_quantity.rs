//! A quantity or price may be negative.
//!
//! ## What
//! A number called `price`, `quantity`, `stock` or `weight` has no CHECK.
//!
//! ## Why it matters
//! A slip of the program or a race of two sales writes minus three, and from then on every sum is wrong without a
//! word.
//!
//! ## What to do
//! Add `CHECK (quantity >= 0)`.
//!
//! ## When to accept it
//! Corrections and returns that are kept as negative rows.
//!
//! ## Sources
//! TalTech catalogue of design smells; PostgreSQL manual, 5.4.1 Check Constraints.
//!
//! ```sql,finds
//! create table items (id int primary key, quantity int not null);
//! ```
//! ```sql,finds
//! create table items (id int primary key);
//! alter table items add column unit_price numeric(10,2);
//! ```
//! ```sql,finds
//! create domain money_sum as numeric(12,2);
//! create table items (id int primary key, price money_sum, kind char(1) not null check (kind in ('W', 'S')));
//! ```
//! ```sql,finds
//! create table items (id int, at date, stock int check (at > '2000-01-01')) partition by range (at);
//! ```
//! ```sql,passes
//! create table items (id int primary key, quantity int not null check (quantity > 0), price_change numeric, weight_unit text, stock text);
//! ```
//! ```sql,passes
//! create domain price as numeric(12,2) check (value >= 0);
//! create table items (id int primary key, price price, quantity_id int);
//! ```
//! ```sql,passes
//! create table stock_movements (id int primary key, quantity int not null);
//! create table price_adjustments (id int primary key, price numeric(10,2)); create table transactionhistoryarchive (id int primary key, quantity int);
//! create table pictures (id int primary key, width int, height int);
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, rows, types, words::words},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::quote,
    schema::{Column, Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/negative-quantity",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("negative_quantity.rs"),
    check,
    proof: Some(proof),
};

/// Last words of names of what cannot be less than nothing.
const AMOUNTS: &[&str] = &["price", "qty", "quantity", "seats", "stock", "weight"];
/// In the names of tables whose rows add and take away, as words or run together.
const MOVES: &[&str] = &["adjustment", "correction", "entry", "entries", "history", "movement", "transaction"];

fn open<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Column)> {
    scene.columns().filter(|(t, c)| {
        let named = words(&c.name).last().is_some_and(|w| AMOUNTS.contains(&w.as_str()));
        let moves = words(&t.name().name).iter().any(|w| MOVES.iter().any(|m| w.contains(m)));
        let checked = !t.checks_of(&c.name).is_empty() || !scene.domain_checks(&c.ty).is_empty();
        named
            && !moves
            && types::is_number(scene.base(&c.ty))
            && !checked
            && !t.refers(&c.name)
            && c.generated.is_none()
    })
}

fn change(t: &TableScene, c: &Column) -> Change {
    let kind = ConstraintKind::Check { expression: format!("{} >= {}", quote(&c.name), zero(c)), no_inherit: false };
    let name = crate::kit::fitting(&format!("chk_{}_{}", t.name().name, c.name));
    let constraint = Constraint { name, kind, deferrable: None, not_valid: false, comment: None };
    Change::AddConstraint { table: t.name().clone(), constraint }
}

fn zero(c: &Column) -> &'static str {
    if c.ty == "money" { "0::money" } else { "0" }
}

fn check(scene: &Scene) -> Vec<Spot> {
    open(scene)
        .map(|(t, c)| {
            let message = format!("{} of {} may be negative", c.name, t.name().name);
            Spot::column(t.table, &c.name, message).fixed(Safety::MayRefuse, vec![change(t, c)])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = open(scene).find(|(t, c)| crate::rule::member(t.name(), &c.name) == spot.subject.path);
    let (table, column) = found.ok_or_else(|| Undecided::NoTrial("the column is not found again".into()))?;
    let mut steps = rows::bare(table, &[]);
    steps.push(accepted(rows::insert(scene, table, 1, &[(&column.name, "-3".into())])?));
    Ok(Demonstration { steps, twin: vec![change(table, column)] })
}
