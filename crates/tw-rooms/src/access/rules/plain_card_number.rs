//! Numbers of cards or persons are kept in clear.
//!
//! ## What
//! A text or number column is called after a payment card, its security code, or a national number of a person, and
//! is not `bytea`.
//!
//! ## Why it matters
//! Such numbers are what thieves look for. The security code of a card may not be kept at all; the others must be
//! encrypted or replaced.
//!
//! ## What to do
//! Keep a token of the payment provider and the last four digits; encrypt what must be kept, as `bytea`, with a key
//! outside the database.
//!
//! ## When to accept it
//! When the column holds what is already masked or encrypted: say so in its name (`card_last4`, `ssn_encrypted`).
//!
//! ## Sources
//! PCI DSS, requirement 3 (protect stored account data); OWASP Cryptographic Storage Cheat Sheet.
//!
//! ```sql,finds
//! create table payments (id int primary key, card_number varchar(19) not null);
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add column ssn text;
//! ```
//! ```sql,finds
//! create domain code as text;
//! create table payments (id int, at date, cvv code) partition by range (at);
//! ```
//! ```sql,passes
//! create table payments (id int primary key, card_last4 char(4), card_number bytea, card_number_masked text, card_token text, ssn_encrypted text);
//! create table cards (card_id int primary key, number_of_cards int, pan_id int, discard_number int);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/plain-card-number",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("plain_card_number.rs"),
    check,
    proof: None,
};

/// Words in order at the end of a name.
const NAMES: &[&[&str]] = &[
    &["card", "number"],
    &["card", "no"],
    &["cardnumber"],
    &["creditcard"],
    &["credit", "card"],
    &["cvv"],
    &["cvc"],
    &["cvv", "2"],
    &["card", "security", "code"],
    &["ssn"],
    &["social", "security", "number"],
    &["passport", "number"],
    &["national", "id", "number"],
    &["tax", "file", "number"],
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for column in t.own_columns() {
            let words = words(&column.name);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let ty = scene.base(&column.ty);
            let kept = types::is_text(ty) || matches!(types::plain(ty).as_str(), "bigint" | "numeric");
            if kept && !t.refers(&column.name) && NAMES.iter().any(|name| words.ends_with(name)) {
                let message = format!("{} of {} is kept in clear", column.name, t.name().name);
                out.push(Spot::column(t.table, &column.name, message));
            }
        }
    }
    out
}
