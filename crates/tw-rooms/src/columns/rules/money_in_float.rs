//! Money is kept in a binary floating point number.
//!
//! ## What
//! A column named after money (`price`, `amount`, `total`, `balance`) is `real` or `double precision`.
//!
//! ## Why it matters
//! Binary fractions cannot hold a tenth: sums drift by cents, two ways of adding the same rows differ, and equality
//! fails.
//!
//! ## What to do
//! Use `numeric` with the scale of the currency, or whole cents in a `bigint`.
//!
//! ## When to accept it
//! Estimates and prices of models that are never added up or paid.
//!
//! ## Sources
//! PostgreSQL manual, 8.1.3 Floating-Point Types; Karwin, SQL Antipatterns, Rounding Errors.
//!
//! ```sql,finds
//! create table invoices (id int primary key, total real not null);
//! ```
//! ```sql,finds
//! create table invoices (id int primary key);
//! alter table invoices add column unit_price double precision;
//! ```
//! ```sql,finds
//! create domain euros as double precision;
//! create table invoices (id int primary key, amount euros);
//! ```
//! ```sql,passes
//! create table invoices (id int primary key, total numeric(12,2), amount_cents bigint);
//! ```
//! ```sql,passes
//! create table readings (id int primary key, total_distance real, amount_of_light double precision, price_index real);
//! ```
//! ```sql,passes
//! create table order_lines (id int primary key, unit_price numeric(10,2), discount real not null default 0);
//! ```
use crate::{
    kit::steps::{prepares, returns_one},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, rows, types, words::words},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::{self, quote},
    schema::Column,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/money-in-float",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("money_in_float.rs"),
    check,
    proof: Some(proof),
};

/// Last words of names of sums of money.
const MONEY: &[&str] = &[
    "amount", "balance", "cost", "costs", "cents", "credit", "debit", "deposit", "fee", "fees", "fine", "freight",
    "fare", "payment", "price", "revenue", "rent", "salary", "subtotal", "tax", "tip", "toll", "total", "wage",
];

fn is_money(name: &str) -> bool {
    words(name).last().is_some_and(|w| MONEY.contains(&w.as_str()))
}

fn floats<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Column)> {
    scene.designed().flat_map(move |t| {
        let float = |c: &&Column| matches!(types::plain(scene.base(&c.ty)).as_str(), "real" | "double precision");
        t.own_columns().filter(|c| is_money(&c.name)).filter(float).map(move |c| (t, c))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    floats(scene)
        .map(|(t, c)| {
            let message = format!("{} of {} holds money in {}, which loses cents", c.name, t.name().name, c.ty);
            let spot = Spot::column(t.table, &c.name, message);
            // A column that others compute from, or a default in its type, is not changed by one statement.
            let alone = c.generated.is_none() && t.table.columns.iter().all(|o| o.generated.is_none());
            if !alone || types::is_array(&c.ty) {
                return spot;
            }
            let ty = "numeric(19,4)".to_string();
            let change = Change::SetColumnType { table: t.name().clone(), column: c.name.clone(), ty, collation: None };
            spot.fixed(Safety::Visible, vec![change])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = floats(scene).find(|(t, c)| crate::rule::member(t.name(), &c.name) == spot.subject.path);
    let Some((table, column)) = found else {
        return Err(Undecided::NoTrial("the column is not found again".into()));
    };
    let name = ident::name(table.name());
    let money = quote(&column.name);
    let mut steps = rows::bare(table, &[]);
    for n in 1..=3 {
        steps.push(prepares(rows::insert(scene, table, n, &[(&column.name, "0.10".to_string())])?));
    }
    // Three times ten cents are not thirty cents.
    steps.push(returns_one(format!("SELECT sum({money}) - 0.30 = 0 FROM {name}"), "f"));
    let twin = match &spot.fix {
        Some(fix) => fix.changes.clone(),
        None => vec![Change::SetColumnType {
            table: table.name().clone(),
            column: column.name.clone(),
            ty: "numeric(19,4)".into(),
            collation: None,
        }],
    };
    Ok(Demonstration { steps, twin })
}
