//! A network address is kept as text.
//!
//! ## What
//! A column called `ip`, `ip_address` or `mac_address` is of a text type.
//!
//! ## Why it matters
//! The same address can be written in several ways, what is none is taken, and no query can ask for a network.
//!
//! ## What to do
//! Use `inet` (an address), `cidr` (a network) or `macaddr`.
//!
//! ## When to accept it
//! When names of hosts are kept in the same column.
//!
//! ## Sources
//! PostgreSQL manual, 8.9 Network Address Types.
//!
//! ```sql,finds
//! create table logins (id int primary key, ip_address varchar(45));
//! ```
//! ```sql,finds
//! create table logins (id int primary key);
//! alter table logins add column ip text;
//! ```
//! ```sql,finds
//! create domain address as text;
//! create table logins (id int primary key, last_ip address, mac_address address);
//! ```
//! ```sql,passes
//! create table logins (id int primary key, ip inet, ip_country text, address text, ship text, mac text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Scene, types, words::words},
};
use tw_model::finding::Severity;

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/address-in-text",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("address_in_text.rs"),
    check,
    proof: None,
};

fn check(scene: &Scene) -> Vec<Spot> {
    let addresses = scene.columns().filter(|(_, c)| {
        let words = words(&c.name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let named = matches!(
            words.as_slice(),
            [.., "ip"]
                | [.., "ip" | "ipv" | "mac", "address" | "addr"]
                | [.., "ipv", "4" | "6"]
                | [.., "ipv", "4" | "6", "address" | "addr"]
                | ["remote", "addr"]
        );
        named && types::is_text(scene.base(&c.ty))
    });
    addresses
        .map(|(t, c)| {
            Spot::column(
                t.table,
                &c.name,
                format!("{} of {} is a network address kept as {}", c.name, t.name().name, c.ty),
            )
        })
        .collect()
}
