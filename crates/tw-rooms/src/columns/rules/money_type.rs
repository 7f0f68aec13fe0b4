//! A column is of type money.
//!
//! ## What
//! A column has the type `money`.
//!
//! ## Why it matters
//! How it is read and written depends on a setting of the server: the same dump loaded under another locale changes
//! the currency, and the type has no way to say which it is.
//!
//! ## What to do
//! Use `numeric` with the scale of the currency, and a column for the currency where there is more than one.
//!
//! ## When to accept it
//! Never for what is kept.
//!
//! ## Sources
//! PostgreSQL wiki, Don't Do This (money); PostgreSQL manual, 8.2 Monetary Types.
//!
//! ```sql,finds
//! create table invoices (id int primary key, total money not null);
//! ```
//! ```sql,finds
//! create table invoices (id int primary key);
//! alter table invoices add column total money;
//! ```
//! ```sql,finds
//! create domain price as money;
//! create table invoices (id int primary key, total price);
//! ```
//! ```sql,passes
//! create table invoices (id int primary key, total numeric(12,2), money text, currency char(3));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types},
};
use tw_model::{
    change::Change,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/money-type",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("money_type.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let money = scene.columns().filter(|(_, c)| types::plain(scene.base(&c.ty)) == "money");
    money
        .map(|(t, c)| {
            let spot = Spot::column(t.table, &c.name, format!("{} of {} is of type money", c.name, t.name().name));
            if c.ty != "money" || !t.is_free(c) {
                return spot;
            }
            let change = Change::SetColumnType {
                table: t.name().clone(),
                column: c.name.clone(),
                ty: "numeric(19,2)".into(),
                collation: None,
            };
            spot.fixed(Safety::Visible, vec![change])
        })
        .collect()
}
