//! Deleting the row referred to would null a column that must have a value.
//!
//! ## What
//! A foreign key says ON DELETE SET NULL (or ON UPDATE SET NULL) and one of its columns is NOT NULL.
//!
//! ## Why it matters
//! Every delete of a row that is referred to fails with a violated NOT NULL, of a table that the statement does not name.
//!
//! ## What to do
//! Decide which of the two is meant: drop NOT NULL, or let the key say RESTRICT or CASCADE.
//!
//! ## When to accept it
//! Never: RESTRICT refuses the same deletes and says so.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys.
//!
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null references users on delete set null);
//! ```
//! ```sql,finds
//! create table users (id int primary key);
//! create table posts (id int primary key, author int not null);
//! alter table posts add constraint by_whom foreign key (author) references users on delete set null;
//! ```
//! ```sql,finds
//! create domain who as int not null;
//! create table users (id int primary key);
//! create table posts (id int primary key, author who references users on delete set null);
//! ```
//! ```sql,finds
//! create table users (id int, org int, primary key (org, id));
//! create table posts (id int primary key, org int not null, author int,
//!     foreign key (org, author) references users on delete set null);
//! ```
//! ```sql,passes
//! create table users (id int primary key);
//! create table posts (id int primary key, author int references users on delete set null,
//!     editor int not null references users on delete restrict);
//! ```
use crate::{
    kit::steps::{prepares, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::{self, quote},
    model::Action,
    schema::{Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/nulled-required",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("nulled_required.rs"),
    check,
    proof: Some(proof),
};

/// References that null a required column when their row is deleted.
fn broken<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Reference<'s>, &'s str)> {
    scene.designed().flat_map(move |t| {
        let nulls = t.references.iter().filter(|r| r.on_delete == Action::SetNull);
        nulls.filter_map(move |r| {
            let required = r.columns.iter().find(|c| {
                let column = t.table.column(c);
                column.is_some_and(|c| c.not_null || scene.domain_not_null(&c.ty))
            })?;
            Some((t, r, required.as_str()))
        })
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    broken(scene)
        .map(|(t, r, required)| {
            let message = format!(
                "deleting from {} would null {required} of {}, which must have a value",
                r.target.name,
                t.name().name
            );
            Spot::constraint(t.table, &r.constraint.name, message).fixed(Safety::Safe, restricting(t, r))
        })
        .collect()
}

/// The same reference with RESTRICT: what happens today, said plainly.
fn restricting(table: &TableScene, reference: &Reference) -> Vec<Change> {
    let mut kind = reference.constraint.kind.clone();
    if let ConstraintKind::Foreign { on_delete, .. } = &mut kind {
        *on_delete = Action::Restrict;
    }
    let constraint = Constraint { kind, ..reference.constraint.clone() };
    let comment = constraint.comment.clone();
    let name = constraint.name.clone();
    let mut changes = vec![
        Change::DropConstraint { table: table.name().clone(), name: name.clone() },
        Change::AddConstraint { table: table.name().clone(), constraint: Constraint { comment: None, ..constraint } },
    ];
    if comment.is_some() {
        let on = tw_model::change::CommentOn::Constraint { table: table.name().clone(), name };
        changes.push(Change::Comment { on, text: comment });
    }
    changes
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = broken(scene).find(|(t, r, _)| crate::rule::member(t.name(), &r.constraint.name) == spot.subject.path);
    let (table, reference, target) = match found {
        Some((t, r, _)) => match r.target_place {
            Some(place) => (t, r, &scene.tables[place]),
            None => return Err(Undecided::NoTrial("the table referred to was not read".into())),
        },
        None => return Err(Undecided::NoTrial("the reference is not found again".into())),
    };
    if std::ptr::eq(table, target) {
        return Err(Undecided::NoTrial("the table refers to itself".into()));
    }
    let key = target.keys.iter().find(|k| {
        k.columns.len() == reference.target_columns.len()
            && reference.target_columns.iter().all(|c| k.columns.contains(&c.as_str()))
    });
    let key = key.ok_or_else(|| Undecided::NoTrial("the key referred to was not read".into()))?;
    let mut given = vec![];
    let mut referring = vec![];
    for (column, to) in reference.columns.iter().zip(reference.target_columns) {
        let ty = target.table.column(to).map_or("", |c| c.ty.as_str());
        let value =
            rows::value(scene, ty, 1).ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?;
        given.push((to.as_str(), value.clone()));
        referring.push((column.as_str(), value));
    }
    let mut steps = rows::bare(table, &[&reference.constraint.name]);
    steps.extend(rows::bare(target, &[key.name]));
    steps.push(prepares(rows::insert(scene, target, 1, &given)?));
    steps.push(prepares(rows::insert(scene, table, 1, &referring)?));
    let at: Vec<String> = given.iter().map(|(c, v)| format!("{} = {v}", quote(c))).collect();
    // 23502: a NOT NULL of the referring table; 23503 would be the reference's own refusal.
    steps.push(refused(
        format!("DELETE FROM {} WHERE {}", ident::name(target.name()), at.join(" AND ")),
        "23502",
        None,
    ));
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
