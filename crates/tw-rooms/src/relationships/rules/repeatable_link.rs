//! The same two rows can be tied together more than once.
//!
//! ## What
//! A table only ties rows of others together and has a key of its own, but none over its references.
//!
//! ## Why it matters
//! A second click writes a second row; every count and every join over the table is then too large.
//!
//! ## What to do
//! Make the references the primary key, or add a UNIQUE over them.
//!
//! ## When to accept it
//! When each row is an event of its own: then it has a time or a state.
//!
//! ## Sources
//! Eessaar, catalogue of database design problems (many-to-many without a unique constraint).
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table groups (id int primary key);
//! create table members (id serial primary key, user_id int not null references users, group_id int not null references groups);
//! create index on members (user_id);
//! create index on members (group_id);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table groups (id int primary key);
//! create table members (id bigint generated always as identity, user_id int not null, group_id int not null);
//! alter table members add primary key (id);
//! alter table members add foreign key (user_id) references users;
//! alter table members add foreign key (group_id) references groups;
//! create index on members (user_id, group_id);
//! create index on members (group_id);
//! ```
//! ```sql,finds
//! create domain ref as int not null;
//! create table users (id int primary key);
//! create table groups (id int primary key);
//! create table members (id uuid default gen_random_uuid() primary key, user_id ref references users, group_id ref references groups, created_at timestamptz);
//! create index on members (user_id);
//! create index on members (group_id);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table groups (id int primary key);
//! create table members (id serial primary key, user_id int not null references users, group_id int not null references groups, unique (user_id, group_id));
//! create index on members (group_id);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table rooms (id int primary key);
//! create table visits (id serial primary key, user_id int not null references users, room_id int not null references rooms, at timestamptz not null);
//! create index on visits (user_id);
//! create index on visits (room_id);
//! ```
//! ```sql,passes
//! create table films (id int primary key);
//! create table shops (id int primary key);
//! create table copies (id serial primary key, film_id int not null references films, shop_id int not null references shops);
//! create table rentals (id int primary key, copy_id int not null references copies);
//! create index on copies (film_id);
//! create index on copies (shop_id);
//! create index on rentals (copy_id);
//! ```
use crate::{
    kit::{fitting, steps::accepted},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Kind, Scene, TableScene, edits, kinds::is_stamp, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/repeatable-link",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("repeatable_link.rs"),
    check,
    proof: Some(proof),
};

/// Tables that tie two rows together and nothing else, without a key over their references; with those columns.
fn loose<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, Vec<&'s str>)> {
    scene.designed().filter_map(|t| {
        let columns: Vec<&str> = t.references.iter().flat_map(|r| r.columns.iter().map(String::as_str)).collect();
        let besides = t.table.columns.iter().filter(|c| {
            let surrogate = t.is_generated_key(c) && t.in_primary(&c.name);
            !columns.contains(&c.name.as_str()) && !surrogate && !is_stamp(&c.name)
        });
        let keyed = t.ways.iter().any(|w| w.unique && w.columns.iter().all(|c| columns.contains(c)));
        let excluded = t.table.constraints.iter().any(|c| matches!(c.kind, ConstraintKind::Exclude { .. }));
        let two = t.references.len() == 2 && columns.len() == 2 && columns[0] != columns[1];
        // What others refer to is a thing of its own: one copy of a film in one shop.
        let thing = scene.referring(t.name()).next().is_some();
        let bare = besides.count() == 0 && !keyed && !excluded && !thing;
        (t.kind == Kind::Junction && two && bare).then_some((t, columns))
    })
}

fn unique(table: &TableScene, columns: &[&str]) -> Change {
    let columns: Vec<String> = columns.iter().map(|c| c.to_string()).collect();
    let name = fitting(&format!("uq_{}_{}", table.name().name, columns.join("_")));
    let kind = ConstraintKind::Unique { columns, include: vec![], nulls_not_distinct: false };
    let constraint = Constraint { name, kind, deferrable: None, not_valid: false, comment: None };
    Change::AddConstraint { table: table.name().clone(), constraint }
}

fn check(scene: &Scene) -> Vec<Spot> {
    loose(scene)
        .map(|(t, columns)| {
            let message = format!("{} can tie the same {} together twice", t.name().name, columns.join(" and "));
            let spot = Spot::table(t.table, message);
            let required = !columns.iter().any(|c| scene.may_be_null(t, c));
            // An index over the same columns would then be one too many.
            let indexed = t.ways.iter().any(|w| w.columns == columns);
            if !required || indexed {
                return spot;
            }
            let mut changes = vec![unique(t, &columns)];
            // The new key finds what an index over its first column found.
            let first = t.ways.iter().filter(|w| !w.unique && w.filter.is_none() && w.columns == columns[..1]);
            changes.extend(first.flat_map(|w| edits::dropped_index(t, w.name)));
            spot.fixed(Safety::MayRefuse, changes)
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = loose(scene).find(|(t, _)| crate::rule::path(t.name()) == spot.subject.path);
    let (table, columns) = found.ok_or_else(|| Undecided::NoTrial("the table is not found again".into()))?;
    let mut given = vec![];
    for column in &columns {
        let ty = table.table.column(column).map_or("", |c| c.ty.as_str());
        let value = rows::value(scene, ty, 1);
        given.push((*column, value.ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?));
    }
    let added = fitting(&format!("uq_{}_{}", table.name().name, columns.join("_")));
    let mut steps = rows::bare(table, &[&added]);
    steps.push(accepted(rows::insert(scene, table, 1, &given)?));
    steps.push(accepted(rows::insert(scene, table, 2, &given)?));
    Ok(Demonstration { steps, twin: vec![unique(table, &columns)] })
}
