//! One state is kept as several flags.
//!
//! ## What
//! A table has three flags or more that each name a state of the same thing: `is_new`, `is_paid`, `is_shipped`,
//! `is_cancelled`.
//!
//! ## Why it matters
//! Five flags have 32 combinations, of which five are meant: a row can be paid, cancelled and new at once, and
//! every query must know which flag counts more.
//!
//! ## What to do
//! Keep one column `state` with a CHECK or a lookup table, or the instants at which each state was reached.
//!
//! ## When to accept it
//! Flags that are independent of each other.
//!
//! ## Sources
//! TalTech catalogue of design smells, state explosion.
//!
//! ```sql,finds
//! create table orders (id int primary key, is_paid boolean not null, is_shipped boolean not null, is_cancelled boolean not null);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, paid boolean not null, shipped boolean not null);
//! alter table orders add column cancelled boolean not null default false;
//! ```
//! ```sql,finds
//! create domain flag as boolean not null;
//! create table orders (id int primary key, is_pending flag, is_approved flag, is_rejected flag);
//! ```
//! ```sql,passes
//! create table people (id int primary key, is_member boolean not null, is_admin boolean not null, has_car boolean not null, is_vegan boolean not null);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, is_paid boolean not null, is_gift boolean not null, is_cancelled boolean not null);
//! ```
//! ```sql,passes
//! create table orders (id int primary key, is_paid boolean not null, is_shipped boolean not null, is_cancelled boolean not null, check (num_nonnulls(nullif(is_paid, false), nullif(is_shipped, false), nullif(is_cancelled, false)) <= 1));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        words::{names_word, words},
    },
};
use tw_model::{finding::Severity, ident::quote, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/state-in-flags",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("state_in_flags.rs"),
    check,
    proof: None,
};

/// States that follow or exclude each other.
const STATES: &[&str] = &[
    "accepted",
    "active",
    "approved",
    "archived",
    "cancelled",
    "canceled",
    "closed",
    "completed",
    "declined",
    "delivered",
    "done",
    "draft",
    "expired",
    "failed",
    "finished",
    "inactive",
    "new",
    "open",
    "paid",
    "pending",
    "processed",
    "published",
    "refunded",
    "rejected",
    "returned",
    "sent",
    "shipped",
    "started",
    "submitted",
    "suspended",
];
/// Flags before they are told.
const FEWEST: usize = 3;

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let state = |c: &&Column| {
            let words = words(&c.name);
            let words: Vec<&str> = words.iter().map(String::as_str).filter(|w| *w != "is" && *w != "was").collect();
            matches!(words.as_slice(), [one] if STATES.contains(one)) && scene.base(&c.ty) == "boolean"
        };
        let flags: Vec<&str> = t.own_columns().filter(state).map(|c| c.name.as_str()).collect();
        let tied = t.checks().any(|(_, e)| flags.iter().filter(|f| names_word(e, &quote(f))).count() > 1);
        if flags.len() >= FEWEST && !tied {
            out.push(Spot::table(
                t.table,
                format!("{} of {} are one state in {} flags", flags.join(", "), t.name().name, flags.len()),
            ));
        }
    }
    out
}
