//! A column that names a thing for people may repeat.
//!
//! ## What
//! A table with a generated key has a column called `email`, `username`, `slug`, `isbn`, `sku`, `iban` or the like,
//! and no unique key holds it.
//!
//! ## Why it matters
//! The generated key tells rows apart, not things: the same customer, book or account can be entered twice, and
//! every query by its name then gives two answers.
//!
//! ## What to do
//! Add a unique constraint over the column, with the tenant or parent it is unique in.
//!
//! ## When to accept it
//! Where the same thing is entered again on purpose: histories, imports, contact lists.
//!
//! ## Sources
//! Karwin, SQL Antipatterns, ID Required; Date, Database in Depth (candidate keys).
//!
//! ```sql,finds
//! create table people (id int generated always as identity primary key, username text not null);
//! ```
//! ```sql,finds
//! create table books (id uuid primary key default gen_random_uuid(), title text);
//! alter table books add column isbn text not null;
//! ```
//! ```sql,finds
//! create domain short as text;
//! create table posts (id serial primary key, slug short not null);
//! ```
//! ```sql,passes
//! create table people (id int generated always as identity primary key, username text not null unique);
//! ```
//! ```sql,passes
//! create table people (id int generated always as identity primary key, email text not null);
//! create unique index on people (lower(email));
//! ```
//! ```sql,passes
//! create table username_history (id int generated always as identity primary key, username text not null);
//! ```
//! ```sql,passes
//! create table accounts (id int generated always as identity primary key, iban text not null, org int not null, unique (org, iban));
//! ```
//! ```sql,passes
//! create table people (username text primary key, id int);
//! create table logins (id serial primary key, username text not null references people);
//! ```
//! ```sql,passes
//! create table email_verification (id serial primary key, email text not null, code text not null);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Key, Kind, Scene, TableScene, types,
        words::{last_word, names_word, words},
    },
};
use tw_model::{finding::Severity, ident::quote, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/repeatable-identifier",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("repeatable_identifier.rs"),
    check,
    proof: None,
};

/// Last words of names of columns that tell things apart for people.
const TELLING: &[&str] = &[
    "ean",
    "email",
    "handle",
    "iban",
    "isbn",
    "issn",
    "login",
    "passport",
    "serialnumber",
    "sku",
    "slug",
    "ssn",
    "username",
    "vin",
];

/// Words in the names of tables that take the same thing again and again.
const AGAIN: &[&str] = &[
    "attempt",
    "attempts",
    "contact",
    "contacts",
    "import",
    "imports",
    "invitation",
    "invitations",
    "invite",
    "invites",
    "login",
    "logins",
    "message",
    "messages",
    "request",
    "requests",
    "reset",
    "resets",
    "session",
    "sessions",
    "signup",
    "signups",
    "subscriber",
    "subscribers",
    "token",
    "tokens",
    "verification",
    "verifications",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let tables = scene.designed().filter(|t| {
        let generated = |k: &&Key| k.primary && k.columns.len() == 1;
        let keyed = t.keys.iter().find(generated).and_then(|k| t.table.column(k.columns[0]));
        keyed.is_some_and(|c| t.is_generated_key(c))
    });
    let mut out = vec![];
    for t in tables {
        for c in t.own_columns() {
            let held = t.table.indexes.iter().filter(|i| i.unique).flat_map(|i| &i.parts);
            let held = held.map(|p| p.column.as_str()).any(|p| names_word(p, &quote(&c.name)));
            if tells_apart(t, c)
                && types::is_text(scene.base(&c.ty))
                && !held
                && !t.in_key(&c.name)
                && !t.refers(&c.name)
            {
                let message = format!("two rows of {} may have the same {}", t.name().name, c.name);
                out.push(Spot::column(t.table, &c.name, message));
            }
        }
    }
    out
}

/// By its name the column tells the rows of the table apart for people, and the same thing does not come again.
pub(super) fn tells_apart(table: &TableScene, column: &Column) -> bool {
    let again = words(&table.name().name).iter().any(|w| AGAIN.contains(&w.as_str()));
    let telling = words(&column.name).len() <= 1 && TELLING.contains(&last_word(&column.name).as_str());
    !again && telling && table.kind == Kind::Plain
}
