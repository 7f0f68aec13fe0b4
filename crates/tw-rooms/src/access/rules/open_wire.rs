//! What goes over the network can be read.
//!
//! ## What
//! The server listens on the network, and ssl is off.
//!
//! ## Why it matters
//! Rows, and passwords where they are sent in clear, can be read and changed by whoever is on the way.
//!
//! ## What to do
//! Give the server a certificate, set ssl = on, and write hostssl into pg_hba.conf.
//!
//! ## When to accept it
//! When a tunnel or a proxy on the same machine does it.
//!
//! ## Sources
//! PostgreSQL manual, 19.9 Secure TCP/IP Connections with SSL.
//!
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { ssl = "off", listen_addresses = "*" }
//! ```
//! ```sql,finds
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { ssl = "off", listen_addresses = "localhost, 10.0.0.5" }
//! ```
//! ```sql,finds
//! create table a (id int primary key);
//! -- statistics
//! -- settings = { ssl = "off", listen_addresses = "0.0.0.0" }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { ssl = "off", listen_addresses = "localhost" }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { ssl = "on", listen_addresses = "*" }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { ssl = "off", listen_addresses = "" }
//! ```
//! ```sql,passes
//! create table orders (id bigint primary key, customer text, at date);
//! -- statistics
//! -- settings = { ssl = "off", listen_addresses = "127.0.0.1, 127.0.1.1" }
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::finding::{Severity, SubjectKind};

/// The rule.
pub const RULE: Rule = Rule {
    id: "access/open-wire",
    severity: Severity::Warning,
    needs: Needs::Statistics,
    source: include_str!("open_wire.rs"),
    check,
    proof: None,
};

/// Addresses that are the machine's own.
const OWN: &[&str] = &["", "localhost", "::1"];

/// The whole of 127.0.0.0/8 never leaves the machine.
fn is_own(address: &str) -> bool {
    let in_own_net = address.starts_with("127.") && address.chars().all(|c| c.is_ascii_digit() || c == '.');
    in_own_net || OWN.contains(&address)
}

fn check(scene: &Scene) -> Vec<Spot> {
    let listens = scene.setting("listen_addresses").unwrap_or("");
    let open = scene.setting("ssl") == Some("off") && listens.split(',').map(str::trim).any(|a| !is_own(a));
    let message = format!("the server listens on {listens} and ssl is off");
    open.then(|| Spot::at(SubjectKind::Database, "database".into(), message)).into_iter().collect()
}
