//! A code of digits is kept as a number.
//!
//! ## What
//! A column called after a telephone number, a postal code, or the number of a card or account is of a number type.
//!
//! ## Why it matters
//! Leading zeros are lost: `01234` comes back as `1234`, another place or nobody's telephone.
//!
//! ## What to do
//! Use `text` with a CHECK for digits.
//!
//! ## When to accept it
//! Codes that never begin with a zero and that are sorted or counted by.
//!
//! ## Sources
//! Universal Postal Union, S42 (postal codes are text); ITU-T E.164.
//!
//! ```sql,finds
//! create table people (id int primary key, zip_code int);
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add column phone bigint;
//! ```
//! ```sql,finds
//! create domain digits as bigint;
//! create table people (id int primary key, postal_code digits, fax_number numeric(20));
//! ```
//! ```sql,passes
//! create table people (id int primary key, zip_code text, phone_count int, phone_id int, postal_region int, card_count int, account_number text);
//! ```
//! ```sql,passes
//! create table phones (id int primary key);
//! create table people (id int primary key, phone int references phones);
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
    ident,
    schema::Column,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/code-as-number",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("code_as_number.rs"),
    check,
    proof: Some(proof),
};

fn numbers<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Column)> {
    scene.columns().filter(|(t, c)| {
        let words = words(&c.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let named = matches!(
            words.as_slice(),
            [.., "phone" | "telephone" | "fax" | "mobile" | "zip" | "zipcode" | "postcode" | "iban" | "ssn"]
                | [.., "phone" | "telephone" | "fax" | "mobile" | "card" | "passport", "number" | "no"]
                | [.., "zip" | "postal" | "post", "code"]
        );
        let ty = scene.base(&c.ty);
        let number = types::is_integer(ty) || types::plain(ty) == "numeric" && !types::is_array(ty);
        named && number && !t.refers(&c.name) && !t.is_generated_key(c)
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    numbers(scene)
        .map(|(t, c)| {
            let message = format!("{} of {} loses leading zeros as {}", c.name, t.name().name, c.ty);
            let spot = Spot::column(t.table, &c.name, message);
            match t.is_free(c) && c.default.is_none() && t.checks_of(&c.name).is_empty() {
                true => spot.fixed(Safety::Visible, vec![to_text(t, c)]),
                false => spot,
            }
        })
        .collect()
}

fn to_text(t: &TableScene, c: &Column) -> Change {
    Change::SetColumnType { table: t.name().clone(), column: c.name.clone(), ty: "text".into(), collation: None }
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = numbers(scene).find(|(t, c)| crate::rule::member(t.name(), &c.name) == spot.subject.path);
    let (table, column) = found.ok_or_else(|| Undecided::NoTrial("the column is not found again".into()))?;
    let mut steps = rows::bare(table, &[]);
    steps.push(prepares(rows::insert(scene, table, 1, &[(&column.name, "'01234'".into())])?));
    let (name, code) = (ident::name(table.name()), ident::quote(&column.name));
    steps.push(returns_one(format!("SELECT {code}::text = '01234' FROM {name}"), "f"));
    Ok(Demonstration { steps, twin: vec![to_text(table, column)] })
}
