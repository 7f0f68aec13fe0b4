//! Pages have no checksums.
//!
//! ## What
//! The server was made without data checksums.
//!
//! ## Why it matters
//! A page that the device, its driver or a cable has spoilt is read as if it were right, copied to the replicas and
//! into the backups, until the last good backup is gone.
//!
//! ## What to do
//! Stop the server in a window and run pg_checksums --enable; or make a replica with them and switch over.
//! PostgreSQL 18 makes them by itself.
//!
//! ## When to accept it
//! On a file system that checks its blocks itself, such as ZFS.
//!
//! ## Sources
//! PostgreSQL manual, 30.2 Data Checksums; pg_checksums.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.data_checksums = "off"
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- days = 3
//! -- settings = { data_checksums = "off", fsync = "on" }
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- settings.data_checksums = "off"
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.data_checksums = "on"
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "physical/unchecked-pages",
    severity: Severity::Note,
    needs: Needs::Statistics,
    source: include_str!("unchecked_pages.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let off = scene.setting("data_checksums") == Some("off");
    let message = "data_checksums is off: a spoilt page is read as if it were right";
    off.then(|| Spot::at(SubjectKind::Database, "database".into(), message)).into_iter().collect()
}
