//! A reference of several columns is not checked where one of them is null.
//!
//! ## What
//! A foreign key of several columns has two or more that may be null, and neither MATCH FULL nor a CHECK says that
//! they are null together.
//!
//! ## Why it matters
//! With the usual MATCH SIMPLE a row with one null is not checked at all: the other columns may name a row that does
//! not exist.
//!
//! ## What to do
//! Declare the key MATCH FULL, make the columns NOT NULL, or add a CHECK that they are null together.
//!
//! ## When to accept it
//! When every program writes all of the columns or none.
//!
//! ## Sources
//! PostgreSQL manual, CREATE TABLE (MATCH FULL, MATCH SIMPLE).
//!
//! ```sql,finds
//! create table seats (room int, seat int, primary key (room, seat));
//! create table bookings (id int primary key, room int, seat int, foreign key (room, seat) references seats);
//! create index on bookings (room, seat);
//! ```
//! ```sql,finds
//! create table seats (room int, seat int, primary key (room, seat));
//! create table bookings (id int primary key, room int, seat int);
//! alter table bookings add constraint where_to foreign key (room, seat) references seats;
//! create index on bookings (room, seat);
//! ```
//! ```sql,finds
//! create domain number as int;
//! create table seats (house int, room int, seat int, primary key (house, room, seat));
//! create table bookings (id int primary key, house int not null, room number, seat number, foreign key (house, room, seat) references seats);
//! create index on bookings (house, room, seat);
//! ```
//! ```sql,passes
//! create table seats (room int, seat int, primary key (room, seat));
//! create table bookings (id int primary key, room int, seat int, foreign key (room, seat) references seats match full);
//! create index on bookings (room, seat);
//! ```
//! ```sql,passes
//! create table seats (house int, seat int, primary key (house, seat));
//! create table bookings (id int primary key, house int not null, seat int, foreign key (house, seat) references seats);
//! create index on bookings (house, seat);
//! ```
//! ```sql,passes
//! create table seats (room int, seat int, primary key (room, seat));
//! create table bookings (id int primary key, room int, seat int, foreign key (room, seat) references seats, check ((room is null) = (seat is null)));
//! create index on bookings (room, seat);
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, edits, rows, words::names_word},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::quote,
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/partly-null",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("partly_null.rs"),
    check,
    proof: Some(proof),
};

/// References with two or more columns that may be null by themselves.
fn holes<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>, Vec<&'s str>)> {
    scene.designed().flat_map(move |t| {
        let wide = t.references.iter().filter(|r| r.columns.len() > 1 && !r.match_full);
        wide.filter_map(move |r| {
            let open: Vec<&str> = r.columns.iter().map(String::as_str).filter(|c| scene.may_be_null(t, c)).collect();
            let tied = t.checks().any(|(_, e)| open.iter().all(|c| names_word(e, &quote(c))));
            (open.len() > 1 && !tied).then_some((t, r, open))
        })
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    holes(scene)
        .map(|(t, r, open)| {
            let message = format!(
                "a row of {} with {} set and {} null refers to {} unchecked",
                t.name().name,
                open[1..].join(", "),
                open[0],
                r.target.name
            );
            let spot = Spot::constraint(t.table, &r.constraint.name, message);
            // With a required column MATCH FULL would demand all of them.
            if open.len() < r.columns.len() {
                return spot;
            }
            let mut kind = r.constraint.kind.clone();
            if let ConstraintKind::Foreign { match_full, .. } = &mut kind {
                *match_full = true;
            }
            spot.fixed(Safety::MayRefuse, edits::replaced(t, Constraint { kind, ..r.constraint.clone() }))
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = holes(scene).find(|(t, r, _)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let (table, r, open) = found.ok_or_else(|| Undecided::NoTrial("the reference is not found again".into()))?;
    let place = r.target_place.ok_or_else(|| Undecided::NoTrial("the table referred to was not read".into()))?;
    let target = &scene.tables[place];
    let [_, mut referring] = rows::pair(scene, target, r, 1)?;
    for (column, value) in &mut referring {
        if *column == open[0] {
            *value = "NULL".into();
        }
    }
    let mut steps = rows::bare(table, &[&r.constraint.name]);
    if !std::ptr::eq(table, target) {
        steps.extend(rows::bare(target, &[rows::key_of(target, r)?]));
    }
    // The table referred to is empty, and the row is accepted.
    steps.push(accepted(rows::insert(scene, table, 1, &referring)?));
    let required = |c: &&str| Change::SetNotNull { table: table.name().clone(), column: c.to_string(), not_null: true };
    let twin = spot.fix.as_ref().map_or_else(|| open.iter().map(required).collect(), |f| f.changes.clone());
    Ok(Demonstration { steps, twin })
}
