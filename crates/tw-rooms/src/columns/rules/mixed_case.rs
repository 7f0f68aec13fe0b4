//! The same address stands in more than one case.
//!
//! ## What
//! A column of addresses or logins holds values that differ in capitals alone.
//!
//! ## Why it matters
//! `Ada@example.org` and `ada@example.org` are one mailbox and two people: who writes in, logs in or asks for a
//! password meets one of them by chance.
//!
//! ## What to do
//! Put the rows together that are one, fold the values, and keep it so: a unique index over lower(email), or
//! citext.
//!
//! ## When to accept it
//! Names that differ in case on purpose.
//!
//! ## Sources
//! RFC 5321, section 2.4.
//!
//! ```sql,finds
//! create table people (id int primary key, email text);
//! insert into people (id, email) select n, case when n % 2 = 0 then 'P' else 'p' end || n / 2 || '@example.org' from generate_series(1, 60) n;
//! ```
//! ```sql,finds
//! create table people (id int primary key);
//! alter table people add login varchar(40);
//! insert into people (id, login) select n, 'u' || n from generate_series(1, 60) n;
//! insert into people values (0, 'U7');
//! ```
//! ```sql,finds
//! create domain address as text;
//! create table people (id int primary key, username address unique);
//! insert into people (id, username) select n, 'u' || n from generate_series(1, 60) n;
//! insert into people values (0, 'U7');
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text, code text);
//! insert into people (id, email, code) select n, 'P' || n || '@example.org', case when n % 2 = 0 then 'P' else 'p' end || n / 2 from generate_series(1, 60) n;
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, words::last_word},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/mixed-case",
    severity: Severity::Warning,
    needs: Needs::Rows,
    source: include_str!("mixed_case.rs"),
    check,
    proof: None,
};

/// Last words of names that people type without minding the case.
const TYPED: &[&str] = &["email", "login", "mail", "username"];

fn check(scene: &Scene) -> Vec<Spot> {
    let typed =
        scene.looked().filter(|(_, c, _, v)| v.folded < v.distinct && TYPED.contains(&last_word(&c.name).as_str()));
    typed
        .map(|(t, c, _, v)| {
            let n = v.distinct - v.folded;
            let message = format!("{n} values of {} of {} are another one in other capitals", c.name, t.name().name);
            Spot::column(t.table, &c.name, message)
        })
        .collect()
}
