//! A key that opens something is kept as it is.
//!
//! ## What
//! A text column is called after an API key, a secret or a token, and nothing in its name says hash, digest or
//! encrypted.
//!
//! ## Why it matters
//! Whoever reads a backup can use every key at once. A key that is only compared needs to be kept as a hash alone.
//!
//! ## What to do
//! Keep its SHA-256 and compare that; encrypt what must be sent on, with a key outside the database.
//!
//! ## When to accept it
//! Tokens that live for minutes and are used once.
//!
//! ## Sources
//! OWASP Secrets Management Cheat Sheet.
//!
//! ```sql,finds
//! create table users (id int primary key, api_key text unique);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! alter table users add column "refreshToken" varchar(200);
//! ```
//! ```sql,finds
//! create domain key_text as text;
//! create table webhooks (id int, at date, client_secret key_text) partition by range (at);
//! ```
//! ```sql,passes
//! create table users (id int primary key, api_key_hash text, access_token bytea, token_type text, secret_encrypted text, tokens int);
//! create table words (id int primary key, token text, secret boolean);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/plain-token",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("plain_token.rs"),
    check,
    proof: None,
};

/// Words in order at the end of a name.
const NAMES: &[&[&str]] = &[
    &["api", "key"],
    &["apikey"],
    &["access", "token"],
    &["refresh", "token"],
    &["auth", "token"],
    &["session", "token"],
    &["bearer", "token"],
    &["reset", "token"],
    &["client", "secret"],
    &["private", "key"],
    &["secret", "key"],
    &["webhook", "secret"],
    &["totp", "secret"],
    &["signing", "key"],
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for column in t.own_columns().filter(|c| types::is_text(scene.base(&c.ty))) {
            let words = words(&column.name);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if NAMES.iter().any(|name| words.ends_with(name)) {
                let message = format!("{} of {} is kept as it is", column.name, t.name().name);
                out.push(Spot::column(t.table, &column.name, message));
            }
        }
    }
    out
}
