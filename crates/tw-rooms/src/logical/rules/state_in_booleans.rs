//! One state is spread over several yes-or-no columns.
//!
//! ## What
//! Three or more boolean columns name states of which a row has one, such as `is_draft`, `is_published`,
//! `is_archived`, and no CHECK speaks of two of them.
//!
//! ## Why it matters
//! Three columns have eight combinations, and three or four of them mean something; the others will be found in the
//! table.
//!
//! ## What to do
//! One column `status` with a CHECK or a lookup table; times (`published_at`) where the moment matters.
//!
//! ## When to accept it
//! When the states do not exclude each other.
//!
//! ## Sources
//! Eessaar, catalogue of database design problems (state as a set of Boolean columns).
//!
//! ```sql,finds
//! create table posts (id int primary key, is_draft boolean, is_published boolean, is_archived boolean);
//! ```
//! ```sql,finds
//! create table orders (id int primary key, paid boolean, shipped boolean);
//! alter table orders add column "wasDelivered" boolean;
//! ```
//! ```sql,finds
//! create domain flag as boolean;
//! create table orders (id int, at date, approved flag, rejected flag, pending flag) partition by range (at);
//! ```
//! ```sql,passes
//! create table posts (id int primary key, is_draft boolean, is_published boolean, is_archived boolean, check (num_nonnulls(nullif(is_draft, false), nullif(is_published, false), nullif(is_archived, false)) = 1));
//! create table users (id int primary key, is_admin boolean, is_active boolean, is_deleted boolean, accepts_mail boolean);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        words::{names_word, words},
    },
};
use tw_model::{finding::Severity, ident::quote};

/// The rule.
pub const RULE: Rule = Rule {
    id: "logical/state-in-booleans",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("state_in_booleans.rs"),
    check,
    proof: None,
};

/// Words for states that follow each other.
const STATES: &[&str] = &[
    "accepted",
    "approved",
    "archived",
    "cancelled",
    "canceled",
    "closed",
    "completed",
    "confirmed",
    "declined",
    "delivered",
    "done",
    "draft",
    "expired",
    "failed",
    "finished",
    "open",
    "paid",
    "pending",
    "processing",
    "published",
    "refunded",
    "rejected",
    "shipped",
    "started",
    "submitted",
];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed() {
        let state = |name: &str| {
            let words = words(name);
            let word = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["is" | "was" | "has", word] | ["has", "been", word] | [word] => Some(word.to_string()),
                _ => None,
            };
            word.is_some_and(|w| STATES.contains(&w.as_str()))
        };
        let flags: Vec<&str> = t
            .own_columns()
            .filter(|c| scene.base(&c.ty) == "boolean" && state(&c.name))
            .map(|c| c.name.as_str())
            .collect();
        let tied = t.checks().any(|(_, e)| flags.iter().filter(|f| names_word(e, &quote(f))).count() > 1);
        if flags.len() > 2 && !tied {
            let message = format!("{} of {} are one state", flags.join(", "), t.name().name);
            out.push(Spot::table(t.table, message));
        }
    }
    out
}
