//! A unique key over a flag lets only one row have it off.
//!
//! ## What
//! A unique key holds a boolean column together with others: `unique (user_id, is_default)`.
//!
//! ## Why it matters
//! It was meant to allow one row with the flag set, and it also allows only one without: the third address of a
//! user is refused.
//!
//! ## What to do
//! Replace it by a unique index over the other columns, `WHERE` the flag is set.
//!
//! ## When to accept it
//! When there are exactly two rows at most, one of each.
//!
//! ## Sources
//! PostgreSQL manual, 11.8 Partial Indexes (example 11.3).
//!
//! ```sql,finds
//! create table addresses (id int primary key, owner int not null, is_default boolean not null, unique (owner, is_default));
//! ```
//! ```sql,finds
//! create table addresses (id int primary key, owner int not null, main boolean not null);
//! alter table addresses add unique (main, owner);
//! ```
//! ```sql,finds
//! create domain flag as boolean not null;
//! create table addresses (id int primary key, owner int not null, main flag);
//! create unique index on addresses (owner, main);
//! ```
//! ```sql,passes
//! create table addresses (id int primary key, owner int not null, main boolean not null);
//! create unique index on addresses (owner) where main;
//! ```
//! ```sql,passes
//! create table rates (id int primary key, country text not null, reduced boolean not null, percent int not null);
//! create index on rates (country, reduced);
//! ```
//! ```sql,passes
//! create table switches (name text, value boolean, primary key (name, value));
//! ```
use crate::{
    kit::steps::{prepares, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Key, Scene, TableScene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity, SubjectKind},
    ident::quote,
    schema::{Index, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/flag-in-unique",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("flag_in_unique.rs"),
    check,
    proof: Some(proof),
};

fn flagged<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Key<'s>, &'s str)> {
    scene.designed().flat_map(move |t| {
        let unique = t.keys.iter().filter(|k| !k.primary && k.columns.len() > 1);
        unique.filter_map(move |key| {
            let is_flag = |c: &&&str| t.table.column(c).is_some_and(|c| scene.base(&c.ty) == "boolean");
            let flags: Vec<&&str> = key.columns.iter().filter(is_flag).collect();
            let [flag] = flags.as_slice() else { return None };
            Some((t, key, **flag))
        })
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    flagged(scene)
        .map(|(t, key, flag)| {
            let message = format!(
                "the unique key ({}) of {} allows one row where {flag} is off",
                key.columns.join(", "),
                t.name().name
            );
            let kind = if key.constraint { SubjectKind::Constraint } else { SubjectKind::Index };
            let spot = Spot::at(kind, crate::rule::member(t.name(), key.name), message);
            if t.table.partition_by.is_some() || key.nulls_not_distinct {
                return spot;
            }
            let (table, name) = (t.name().clone(), key.name.to_string());
            let rest = key.columns.iter().filter(|c| **c != flag);
            let index = Index {
                name: crate::kit::fitting(&format!("uq_{}_{flag}", t.name().name)),
                unique: true,
                method: "btree".into(),
                parts: rest.map(|c| IndexPart { column: c.to_string(), ..IndexPart::default() }).collect(),
                filter: Some(quote(flag)),
                ..Index::default()
            };
            let drop = match key.constraint {
                true => Change::DropConstraint { table: table.clone(), name },
                false => Change::DropIndex { table: table.clone(), name },
            };
            spot.fixed(Safety::Visible, vec![drop, Change::CreateIndex { table, index }])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = flagged(scene).find(|(t, key, _)| crate::rule::member(t.name(), key.name) == spot.subject.path);
    let (table, key, flag) = found.ok_or_else(|| Undecided::NoTrial("the key is not found again".into()))?;
    let mut given = vec![(flag, "false".to_string())];
    for other in key.columns.iter().filter(|c| **c != flag) {
        let ty = table.table.column(other).map_or("", |c| c.ty.as_str());
        let value =
            rows::value(scene, ty, 1).ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?;
        given.push((other, value));
    }
    let mut steps = rows::bare(table, &[key.name]);
    steps.push(prepares(rows::insert(scene, table, 1, &given)?));
    steps.push(refused(rows::insert(scene, table, 2, &given)?, "23505", None));
    let twin = match &spot.fix {
        Some(fix) => fix.changes.clone(),
        None => return Err(Undecided::NoTrial("no edit is known that ends it".into())),
    };
    Ok(Demonstration { steps, twin })
}
