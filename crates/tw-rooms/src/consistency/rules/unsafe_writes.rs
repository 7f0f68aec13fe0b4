//! The server may lose or spoil what it has committed.
//!
//! ## What
//! fsync or full_page_writes is off, or zero_damaged_pages is on.
//!
//! ## Why it matters
//! After a loss of power the files may hold half a page, or none of what was committed; the server starts all the
//! same and reads what is there. zero_damaged_pages throws rows away in silence.
//!
//! ## What to do
//! Set them back. Where commits are too slow, synchronous_commit = off loses the last moments and spoils nothing.
//!
//! ## When to accept it
//! A server whose data can be made again in full, such as one for tests.
//!
//! ## Sources
//! PostgreSQL manual, 20.5.1 Settings; 20.17 Developer Options.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.fsync = "off"
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { fsync = "on", full_page_writes = "off" }
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- settings.zero_damaged_pages = "on"
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { fsync = "on", full_page_writes = "on", zero_damaged_pages = "off" }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "consistency/unsafe-writes",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("unsafe_writes.rs"),
    check,
    proof: None,
};

/// Settings with the value that is not safe.
const UNSAFE: &[(&str, &str)] = &[("fsync", "off"), ("full_page_writes", "off"), ("zero_damaged_pages", "on")];

fn check(scene: &Scene) -> Vec<Spot> {
    let set = UNSAFE.iter().filter(|(name, value)| scene.setting(name) == Some(value));
    set.map(|(name, value)| {
        let message = format!("{name} is {value}: what was committed may be lost or spoilt");
        Spot::at(SubjectKind::Database, "database".into(), message).fact(*name)
    })
    .collect()
}
