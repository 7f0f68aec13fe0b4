//! Deleting the row referred to would set a default that is not there.
//!
//! ## What
//! A foreign key says ON DELETE SET DEFAULT, and one of its columns has no default and must have a value.
//!
//! ## Why it matters
//! Without a default the column is set to NULL, which it refuses: every delete of a row that is referred to fails
//! with a violated NOT NULL of another table.
//!
//! ## What to do
//! Give the column a default that stands for *nobody*, or let the key say RESTRICT.
//!
//! ## When to accept it
//! Never: RESTRICT refuses the same deletes and says so.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys (SET DEFAULT).
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null references users on delete set default);
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null);
//! alter table posts add foreign key (author) references users on delete set default;
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create domain who as int not null;
//! create table users (id int primary key);
//! create table posts (id int primary key, author who references users on delete set default);
//! create index on posts (author);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null default 0 references users on delete set default, editor int references users on delete set default);
//! create index on posts (author);
//! create index on posts (editor);
//! ```
//! ```sql,passes
//! create domain who as int default 0 not null;
//! create table users (id int primary key);
//! create table posts (id int primary key, author who references users on delete set default);
//! create index on posts (author);
//! ```
use crate::{
    kit::steps::{prepares, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, edits, rows},
};
use tw_model::{
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::{self, quote},
    model::Action,
    schema::{Constraint, ConstraintKind, TypeKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/default-refused",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("default_refused.rs"),
    check,
    proof: Some(proof),
};

/// References whose SET DEFAULT sets NULL where a value is required, with that column.
fn broken<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>, &'s str)> {
    scene.designed().flat_map(move |t| {
        let set = t.references.iter().filter(|r| r.on_delete == Action::SetDefault);
        set.filter_map(move |r| {
            let without = |c: &&String| {
                t.table.column(c).is_some_and(|c| c.default.is_none() && !domain_default(scene, &c.ty))
                    && !scene.may_be_null(t, c)
            };
            Some((t, r, r.columns.iter().find(without)?.as_str()))
        })
    })
}

fn domain_default(scene: &Scene, ty: &str) -> bool {
    scene.domains(ty).iter().any(|d| matches!(&d.kind, TypeKind::Domain { default: Some(_), .. }))
}

fn check(scene: &Scene) -> Vec<Spot> {
    broken(scene)
        .map(|(t, r, column)| {
            let message = format!(
                "deleting from {} sets {column} of {} to a default that it does not have",
                r.target.name,
                t.name().name
            );
            let mut kind = r.constraint.kind.clone();
            if let ConstraintKind::Foreign { on_delete, .. } = &mut kind {
                *on_delete = Action::Restrict;
            }
            let changes = edits::replaced(t, Constraint { kind, ..r.constraint.clone() });
            Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Safe, changes)
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = broken(scene).find(|(t, r, _)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let (table, r, _) = found.ok_or_else(|| Undecided::NoTrial("the reference is not found again".into()))?;
    let target = rows::referred(scene, table, r)?;
    let [given, referring] = rows::pair(scene, target, r, 1)?;
    let mut steps = rows::bare(table, &[&r.constraint.name]);
    steps.extend(rows::bare(target, &[rows::key_of(target, r)?]));
    steps.push(prepares(rows::insert(scene, target, 1, &given)?));
    steps.push(prepares(rows::insert(scene, table, 1, &referring)?));
    let at: Vec<String> = given.iter().map(|(c, v)| format!("{} = {v}", quote(c))).collect();
    let delete = format!("DELETE FROM {} WHERE {}", ident::name(target.name()), at.join(" AND "));
    steps.push(refused(delete, "23502", None));
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
