//! A key that people change cannot be changed once it is referred to.
//!
//! ## What
//! A foreign key refers to a column such as an email address, a login or a telephone number, and says nothing ON
//! UPDATE.
//!
//! ## Why it matters
//! The day somebody marries or changes provider, the update of the key is refused because of every row that refers to
//! it.
//!
//! ## What to do
//! Refer to a key that has no meaning, or say ON UPDATE CASCADE.
//!
//! ## When to accept it
//! When the value is never changed.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys (ON UPDATE).
//!
//! ```sql,finds
//! create table users (email text primary key);
//! create table posts (id int primary key, author text references users);
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table users (login text primary key);
//! create table posts (id int primary key, author text);
//! alter table posts add foreign key (author) references users on delete cascade;
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create domain address as text;
//! create table users (org int, email address, primary key (org, email));
//! create table posts (id int primary key, org int not null, author address not null, foreign key (org, author) references users);
//! create index on posts (org, author);
//! ```
//! ```sql,passes
//! create table users (email text primary key);
//! create table posts (id int primary key, author text references users on update cascade);
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create table languages (code text primary key);
//! create table posts (id int primary key, language text references languages);
//! create index on posts (language);
//! ```
use crate::{
    kit::steps::{prepares, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, edits, rows, types, words::last_word},
};
use tw_model::{
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::{self, quote},
    model::Action,
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/frozen-key",
    severity: Severity::Note,
    needs: Needs::Schema,
    source: include_str!("frozen_key.rs"),
    check,
    proof: Some(proof),
};

/// Last words of names of columns that people change.
const CHANGED: &[&str] = &["email", "mail", "login", "username", "nickname", "handle", "phone", "mobile", "telephone"];

fn frozen<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>, &'s str)> {
    scene.designed().flat_map(move |t| {
        let still = t.references.iter().filter(|r| matches!(r.on_update, Action::NoAction | Action::Restrict));
        still.filter_map(move |r| {
            let target = &scene.tables[r.target_place?];
            let changed = |c: &&String| {
                let text = target.table.column(c).is_some_and(|c| types::is_text(scene.base(&c.ty)));
                text && CHANGED.contains(&last_word(c).as_str())
            };
            Some((t, r, r.target_columns.iter().find(changed)?.as_str()))
        })
    })
}

fn cascading(table: &TableScene, reference: &Reference) -> Vec<tw_model::change::Change> {
    let mut kind = reference.constraint.kind.clone();
    if let ConstraintKind::Foreign { on_update, .. } = &mut kind {
        *on_update = Action::Cascade;
    }
    edits::replaced(table, Constraint { kind, ..reference.constraint.clone() })
}

fn check(scene: &Scene) -> Vec<Spot> {
    frozen(scene)
        .map(|(t, r, column)| {
            let message = format!("{column} of {} cannot change while {} refers to it", r.target.name, t.name().name);
            Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Safe, cascading(t, r))
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = frozen(scene).find(|(t, r, _)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let (table, r, column) = found.ok_or_else(|| Undecided::NoTrial("the reference is not found again".into()))?;
    let target = rows::referred(scene, table, r)?;
    let [given, referring] = rows::pair(scene, target, r, 1)?;
    let mut steps = rows::bare(table, &[&r.constraint.name]);
    steps.extend(rows::bare(target, &[rows::key_of(target, r)?]));
    steps.push(prepares(rows::insert(scene, target, 1, &given)?));
    steps.push(prepares(rows::insert(scene, table, 1, &referring)?));
    let other = format!("UPDATE {} SET {} = 'y'", ident::name(target.name()), quote(column));
    steps.push(refused(other, "23503", Some(&r.constraint.name)));
    Ok(Demonstration { steps, twin: cascading(table, r) })
}
