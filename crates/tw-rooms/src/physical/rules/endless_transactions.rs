//! A transaction may be left open for ever.
//!
//! ## What
//! idle_in_transaction_session_timeout is 0: nothing ends a session that waits inside a transaction.
//!
//! ## Why it matters
//! One program that forgets to commit holds its locks, and holds VACUUM back in all tables, until somebody notices.
//!
//! ## What to do
//! Set it to some minutes for the roles of programs: ALTER ROLE app SET idle_in_transaction_session_timeout =
//! '5min'.
//!
//! ## When to accept it
//! When every role has its own; a review sees the server's.
//!
//! ## Sources
//! PostgreSQL manual, 20.11.1 Statement Behavior.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.idle_in_transaction_session_timeout = "0"
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 2
//! -- settings = { idle_in_transaction_session_timeout = "0", ssl = "on" }
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- settings.idle_in_transaction_session_timeout = "0"
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.idle_in_transaction_session_timeout = "300000"
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/endless-transactions",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("endless_transactions.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let never = scene.setting("idle_in_transaction_session_timeout") == Some("0");
    let message = "idle_in_transaction_session_timeout is 0: a transaction left open stays open";
    never.then(|| Spot::at(SubjectKind::Database, "database".into(), message)).into_iter().collect()
}
