//! The server does not vacuum by itself.
//!
//! ## What
//! autovacuum or track_counts is off in the whole server.
//!
//! ## Why it matters
//! Dead rows stay, statistics grow stale, and after two billion transactions the server takes no more writes.
//!
//! ## What to do
//! Set both on. A table that must be left alone for a load can have autovacuum_enabled = false for so long.
//!
//! ## When to accept it
//! Never for long.
//!
//! ## Sources
//! PostgreSQL manual, 20.10 Automatic Vacuuming.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.autovacuum = "off"
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { autovacuum = "on", track_counts = "off" }
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- settings = { autovacuum = "off", track_counts = "off" }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { autovacuum = "on", track_counts = "on" }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/vacuum-off",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("vacuum_off.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let off = ["autovacuum", "track_counts"].into_iter().filter(|name| scene.setting(name) == Some("off"));
    off.map(|name| {
        let message = format!("{name} is off: nothing takes dead rows away");
        Spot::at(SubjectKind::Database, "database".into(), message).fact(name)
    })
    .collect()
}
