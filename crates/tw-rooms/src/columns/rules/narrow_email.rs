//! A CHECK refuses addresses that exist.
//!
//! ## What
//! A CHECK of an address allows the last part two to three or four letters only, or no `+`.
//!
//! ## Why it matters
//! People with an address under `.museum`, `.online` or a name with a `+` in it cannot be entered.
//!
//! ## What to do
//! Check for one `@` with something on both sides, and send a message to it: nothing else tells whether an address
//! exists.
//!
//! ## When to accept it
//! Addresses of one's own domain.
//!
//! ## Sources
//! RFC 5321; RFC 5322, 3.4.1; IANA, Root Zone Database.
//!
//! ```sql,finds
//! create table people (id int primary key, email text check (email ~ '^[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]{2,4}$'));
//! ```
//! ```sql,finds
//! create table people (id int primary key, email text);
//! alter table people add check (email ~* '^[A-Z0-9._%+-]+@[A-Z0-9.-]+\.[A-Z]{2,3}$');
//! ```
//! ```sql,finds
//! create domain address as text check (value ~ '^[^@]+@[^@]+\.[a-z]{2,4}$');
//! create table people (id int primary key, email address);
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text check (email ~ '^[^@]+@[^@]+$'), country text check (country ~ '^[A-Z]{2,3}$'), mail text check (mail ~ '^.+@.+\.[a-z]{2,}$'));
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::Scene,
};
use tw_model::{
    finding::{Severity, SubjectKind},
    schema::TypeKind,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/narrow-email",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("narrow_email.rs"),
    check,
    proof: None,
};

fn narrow(expression: &str) -> bool {
    let patterns = expression.split('\'').skip(1).step_by(2).filter(|p| p.contains('@'));
    patterns.into_iter().any(|p| {
        ["{2,3}", "{2,4}", "{2,5}", "{2,6}", "{2}", "{3}"]
            .iter()
            .any(|end| p.trim_end_matches(['$', ')']).ends_with(end))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| t.table.inherits.is_empty()) {
        for (name, _) in t.checks().filter(|(_, e)| narrow(e)) {
            out.push(Spot::constraint(
                t.table,
                name,
                format!("the check {name} of {} refuses addresses that exist", t.name().name),
            ));
        }
    }
    for ty in &scene.schema.types {
        let TypeKind::Domain { checks, .. } = &ty.kind else { continue };
        for (name, _) in checks.iter().filter(|(_, e)| narrow(e)) {
            let message = format!("the check {name} of the domain {} refuses addresses that exist", ty.name.name);
            out.push(Spot::at(SubjectKind::Type, crate::rule::path(&ty.name), message).fact(name));
        }
    }
    out
}
