//! One page of ten is not in memory.
//!
//! ## What
//! Of a million pages or more that were asked for, at least a tenth was not found in the server's own memory.
//!
//! ## Why it matters
//! A page from the operating system costs ten times as much as one from memory, one from the device a hundred times
//! and more.
//!
//! ## What to do
//! Look first for queries that read whole tables (indexing/read-whole); then give shared_buffers a quarter of the
//! machine's memory.
//!
//! ## When to accept it
//! A warehouse whose queries read more than any memory holds; a server that has just started.
//!
//! ## Sources
//! PostgreSQL manual, 20.4.1 Memory; 28.2.17 pg_stat_database.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- pages_found = 8000000
//! -- pages_read = 2000000
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 9
//! -- pages_found = 800000
//! -- pages_read = 300000
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- pages_read = 1000000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- pages_found = 99000000
//! -- pages_read = 1000000
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- pages_found = 10
//! -- pages_read = 900
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{
        Scene,
        observed::{number, percent},
    },
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/cold-cache",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("cold_cache.rs"),
    check,
    proof: None,
};

/// Pages from which on the share says something.
const MANY: f64 = 1e6;
/// Share that was found.
const MOST: f64 = 0.9;

fn check(scene: &Scene) -> Vec<Spot> {
    let Some(s) = scene.statistics() else { return vec![] };
    let all = s.pages_found + s.pages_read;
    if all < MANY || s.pages_found > MOST * all {
        return vec![];
    }
    let message = format!("{} of {} pages were found in memory", percent(s.pages_found / all), number(all));
    vec![Spot::at(SubjectKind::Database, "database".into(), message)]
}
