//! A unique key over several columns holds one that may be null.
//!
//! ## What
//! A UNIQUE constraint or index over two or more columns takes in a column that may be null, without NULLS NOT
//! DISTINCT.
//!
//! ## Why it matters
//! Null equals nothing, not even null: rows that have null there are never duplicates of each other, so the key
//! forbids nothing for them.
//!
//! ## What to do
//! Make the column NOT NULL, or say NULLS NOT DISTINCT (PostgreSQL 15), or, where null means "not deleted", use a
//! partial unique index over the other columns.
//!
//! ## When to accept it
//! When rows without that value may repeat, and that is meant.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.3 Unique Constraints.
//!
//! ```sql,finds
//! create table seats (id int primary key, room int not null, seat int, unique (room, seat));
//! ```
//! ```sql,finds
//! create table seats (id int primary key, room int not null, seat int);
//! alter table seats add constraint one_seat unique (room, seat);
//! ```
//! ```sql,finds
//! create table seats (id int primary key, room int not null, seat int);
//! create unique index on seats (seat, room);
//! ```
//! ```sql,finds
//! create domain place as text;
//! create table seats (id int primary key, room place not null, seat place, unique (room, seat));
//! ```
//! ```sql,passes
//! create table seats (id int primary key, room int not null, seat int not null, unique (room, seat));
//! ```
//! ```sql,passes
//! create table seats (id int primary key, room int not null, seat int);
//! create unique index on seats (room, seat) where seat is not null;
//! create unique index on seats (room) where seat is null;
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text unique);
//! ```
//! ```sql,passes
//! create domain place as text not null;
//! create table seats (id int primary key, room place, seat place, unique (room, seat));
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Key, Scene, TableScene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity, SubjectKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/nullable-unique",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("nullable_unique.rs"),
    check,
    proof: Some(proof),
};

/// Keys that hold a column which may be null, with those columns.
fn holes<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Key<'s>, Vec<&'s str>)> {
    scene.designed().flat_map(move |t| {
        let wide = t.keys.iter().filter(|k| !k.primary && k.columns.len() > 1 && !k.nulls_not_distinct);
        wide.filter_map(move |key| {
            let open = |c: &&str| {
                let column = t.table.column(c);
                column.is_some_and(|c| !c.not_null && !t.in_primary(&c.name) && !scene.domain_not_null(&c.ty))
            };
            let open: Vec<&str> = key.columns.iter().copied().filter(open).collect();
            (!open.is_empty() && !closed(t, key, &open)).then_some((t, key, open))
        })
    })
}

/// Another key keeps the rows apart where those columns are null: a partial unique index over the rest.
fn closed(table: &TableScene, key: &Key, open: &[&str]) -> bool {
    let rest: Vec<&&str> = key.columns.iter().filter(|c| !open.contains(c)).collect();
    table.ways.iter().any(|way| {
        let null = way.filter.is_some_and(|f| open.iter().all(|c| f.contains(&format!("{c} IS NULL"))));
        way.unique && null && rest.iter().all(|c| way.columns.contains(c))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    holes(scene)
        .map(|(t, key, open)| {
            let kind = if key.constraint { SubjectKind::Constraint } else { SubjectKind::Index };
            let message = format!(
                "the unique key ({}) of {} lets rows repeat where {} is null",
                key.columns.join(", "),
                t.name().name,
                open.join(" or ")
            );
            let changes = open.iter().map(|c| Change::SetNotNull {
                table: t.name().clone(),
                column: c.to_string(),
                not_null: true,
            });
            Spot::at(kind, crate::rule::member(t.name(), key.name), message).fixed(Safety::MayRefuse, changes.collect())
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = holes(scene).find(|(t, key, _)| crate::rule::member(t.name(), key.name) == spot.subject.path);
    let Some((table, key, open)) = found else {
        return Err(Undecided::NoTrial("the key is not found again".into()));
    };
    let mut given = vec![];
    for column in &key.columns {
        let ty = table.table.column(column).map_or("", |c| c.ty.as_str());
        let value = if open.contains(column) {
            "NULL".to_string()
        } else {
            rows::value(scene, ty, 1).ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?
        };
        given.push((*column, value));
    }
    let mut steps = rows::bare(table, &[key.name]);
    let [first, second] = [rows::insert(scene, table, 1, &given)?, rows::insert(scene, table, 2, &given)?];
    // The first row shows that the row is sound but for the key; the second repeats it.
    steps.push(accepted(first));
    steps.push(accepted(second));
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
