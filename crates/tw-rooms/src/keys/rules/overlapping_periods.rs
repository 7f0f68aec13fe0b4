//! Periods of one thing may overlap.
//!
//! ## What
//! A table holds periods (`valid_from` and `valid_to`, or a range) of what it refers to, and no exclusion
//! constraint keeps them apart.
//!
//! ## Why it matters
//! Two prices, contracts or bookings are in force on the same day: which one a query gives is chance.
//!
//! ## What to do
//! Add `EXCLUDE USING gist (thing WITH =, tstzrange(valid_from, valid_to) WITH &&)`, which needs the extension
//! btree_gist; PostgreSQL 18 also has WITHOUT OVERLAPS.
//!
//! ## When to accept it
//! When several may be in force at once, such as memberships of several groups.
//!
//! ## Sources
//! PostgreSQL manual, 8.17.10 Constraints on Ranges.
//!
//! ```sql,finds
//! create table products (id int primary key);
//! create table prices (id int primary key, product int not null references products, valid_from date not null, valid_to date);
//! ```
//! ```sql,finds
//! create table rooms (id int primary key);
//! create table bookings (id int primary key, room int not null, booked_during tstzrange not null);
//! alter table bookings add foreign key (room) references rooms;
//! ```
//! ```sql,finds
//! create domain day as date;
//! create table products (id int primary key);
//! create table prices (product int references products, effective_from day, effective_until day, primary key (product, effective_from));
//! ```
//! ```sql,passes
//! create extension if not exists btree_gist with schema public;
//! create table products (id int primary key);
//! create table prices (id int primary key, product int not null references products, valid_from date not null, valid_to date,
//!     exclude using gist (product public.gist_int4_ops with =, daterange(valid_from, valid_to) with &&));
//! ```
//! ```sql,passes
//! create table prices (id int primary key, valid_from date, valid_to date);
//! ```
//! ```sql,passes
//! create table products (id int primary key);
//! create table stocks (id int primary key, product int references products, taken_from text, given_to text);
//! ```
use crate::{
    rule::{Needs, Rule, Spot},
    scene::{Kind, Scene, TableScene, types, words::words},
};
use tw_model::{
    finding::Severity,
    schema::{Column, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/overlapping-periods",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("overlapping_periods.rs"),
    check,
    proof: None,
};

/// Names of the beginning and the end of a period in force, by their last words.
const PERIODS: &[(&str, &[&str])] = &[("from", &["to", "until", "till", "thru", "through"])];
/// First words that say that something is in force.
const IN_FORCE: &[&str] = &["valid", "effective", "active"];

fn check(scene: &Scene) -> Vec<Spot> {
    let mut out = vec![];
    for t in scene.designed().filter(|t| !t.references.is_empty() && t.kind != Kind::Audit) {
        let excluded = t.table.constraints.iter().any(|c| {
            matches!(&c.kind, ConstraintKind::Exclude { definition } | ConstraintKind::Other { definition }
                if definition.contains("&&") || definition.contains("WITHOUT OVERLAPS"))
        });
        if excluded {
            continue;
        }
        let range = |c: &&Column| matches!(scene.base(&c.ty), "tstzrange" | "tsrange" | "daterange");
        if let Some(column) = t.own_columns().find(range) {
            let message = format!("{} of two rows of {} may overlap", column.name, t.name().name);
            out.push(Spot::table(t.table, message));
        } else if let Some((from, to)) = pair(scene, t) {
            let message = format!("the periods from {from} to {to} of {} may overlap", t.name().name);
            out.push(Spot::table(t.table, message));
        }
    }
    out
}

fn pair<'s>(scene: &Scene, t: &TableScene<'s>) -> Option<(&'s str, &'s str)> {
    for from in t.own_columns().filter(|c| types::is_time(scene.base(&c.ty))) {
        let parts = words(&from.name);
        let [head @ .., last] = parts.as_slice() else { continue };
        let ends = PERIODS.iter().find(|(begin, _)| begin == last).map(|(_, ends)| ends);
        let (Some(ends), true) = (ends, head.first().is_some_and(|w| IN_FORCE.contains(&w.as_str()))) else { continue };
        let to = t.own_columns().filter(|c| types::is_time(scene.base(&c.ty))).find(|c| {
            let parts = words(&c.name);
            matches!(parts.as_slice(), [h @ .., l] if h == head && ends.contains(&l.as_str()))
        });
        if let Some(to) = to {
            return Some((&from.name, &to.name));
        }
    }
    None
}
