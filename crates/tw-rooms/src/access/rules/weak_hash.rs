//! Passwords are kept as MD5.
//!
//! ## What
//! password_encryption is md5: new passwords are hashed with it.
//!
//! ## Why it matters
//! Whoever sees a hash, in a backup for one, can log in with it, and finds short passwords in minutes. PostgreSQL
//! will drop it.
//!
//! ## What to do
//! Set password_encryption to scram-sha-256, have every password set anew, and write scram-sha-256 into
//! pg_hba.conf.
//!
//! ## When to accept it
//! While a client is left that knows no SCRAM.
//!
//! ## Sources
//! PostgreSQL manual, 21.5 Password Authentication.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.password_encryption = "md5"
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { password_encryption = "md5", ssl = "on" }
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- settings.password_encryption = "on"
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings.password_encryption = "scram-sha-256"
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/weak-hash",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("weak_hash.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let weak = scene.setting("password_encryption").filter(|hash| matches!(*hash, "md5" | "on" | "off"));
    weak.map(|hash| {
        let message = format!("password_encryption is {hash}: new passwords are kept as MD5");
        Spot::at(SubjectKind::Database, "database".into(), message)
    })
    .into_iter()
    .collect()
}
