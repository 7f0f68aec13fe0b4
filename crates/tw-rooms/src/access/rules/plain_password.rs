//! A password is kept as it was typed, as far as the schema shows.
//!
//! ## What
//! A text column is called `password` and nothing says that it holds a hash: neither its name, nor its type, nor a
//! CHECK.
//!
//! ## Why it matters
//! Whoever reads one backup or one log line has the passwords of everybody, and with them their accounts elsewhere.
//!
//! ## What to do
//! Keep only a salted hash (argon2id, scrypt, bcrypt), call the column so, and check its form.
//!
//! ## When to accept it
//! When the column holds a hash under an old name: a CHECK on its form says so and ends the finding.
//!
//! ## Sources
//! OWASP Password Storage Cheat Sheet; Karwin, SQL Antipatterns, Readable Passwords.
//!
//! ```sql,finds
//! create table users (id int primary key, password text not null);
//! ```
//! ```sql,finds
//! create table users (id int primary key, login text);
//! alter table users add column "userPassword" varchar(40);
//! ```
//! ```sql,finds
//! create domain secret as text;
//! create table users (id int, at date, passwd secret) partition by range (at);
//! ```
//! ```sql,passes
//! create table users (id int primary key, password_hash text not null, password_changed_at timestamptz, password_reset_required boolean);
//! create table members (id int primary key, password char(60));
//! create table others (id int primary key, password text check (password like '$2_$%'), pwd bytea);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/plain-password",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("plain_password.rs"),
    check,
    proof: None,
};

/// Lengths of the usual hashes as text: MD5, bcrypt, SHA-1, SHA-256, SHA-512.
const HASHES: &[i64] = &[32, 40, 60, 64, 128];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        for column in t.own_columns() {
            let last = words(&column.name).pop().unwrap_or_default();
            let named = matches!(last.as_str(), "password" | "passwd" | "pwd" | "passphrase" | "passcode");
            let ty = scene.base(&column.ty);
            let fixed = types::plain(ty) == "character" && types::modifiers(ty).iter().any(|n| HASHES.contains(n));
            let checked = !t.checks_of(&column.name).is_empty() || !scene.domain_checks(&column.ty).is_empty();
            if named && types::is_text(ty) && !fixed && !checked {
                let message = format!("nothing says that {} of {} is a hash", column.name, t.name().name);
                out.push(Spot::column(t.table, &column.name, message));
            }
        }
    }
    out
}
