//! A slot keeps the log for nobody.
//!
//! ## What
//! A replication slot that nobody reads from keeps a gigabyte of log or more.
//!
//! ## Why it matters
//! The server removes no log that a slot wants. When the disk is full it stops, and with it everything; a logical
//! slot also holds VACUUM back.
//!
//! ## What to do
//! Start its reader, or pg_drop_replication_slot; and set max_slot_wal_keep_size so that the disk is worth more
//! than the slot.
//!
//! ## When to accept it
//! When its reader comes back within hours.
//!
//! ## Sources
//! PostgreSQL manual, 27.2.6 Replication Slots; 20.6.1 Sending Servers.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- slots.replica = { active = false, bytes = 5000000000 }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- slots."to the lake" = { bytes = 2000000000 }
//! -- slots.other.active = true
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- slots.x.bytes = 1073741824
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- slots.replica = { active = true, bytes = 5000000000 }
//! -- slots.new = { active = false, bytes = 1000 }
//! ```
use crate::{
    kit::in_bytes,
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/idle-slot",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("idle_slot.rs"),
    check,
    proof: None,
};

/// Bytes of log from which on it is said.
const LARGE: f64 = 1_073_741_824.0;

fn check(scene: &Scene) -> Vec<Spot> {
    let slots = scene.statistics().into_iter().flat_map(|s| &s.slots);
    let idle = slots.filter(|(_, slot)| !slot.active && slot.bytes >= LARGE);
    idle.map(|(name, slot)| {
        let message = format!("nobody reads from the slot {name}, which keeps {} of log", in_bytes(slot.bytes));
        Spot::at(SubjectKind::Database, "database".into(), message).fact(name)
    })
    .collect()
}
