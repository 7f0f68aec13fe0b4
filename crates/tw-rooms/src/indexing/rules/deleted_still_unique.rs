//! A deleted row keeps its name taken.
//!
//! ## What
//! Rows are marked as deleted by a column such as `deleted_at`, and a unique key over a name, login or code holds the
//! deleted rows too.
//!
//! ## Why it matters
//! Whoever deletes an account cannot make it anew: the insert is refused by a row that no screen shows.
//!
//! ## What to do
//! Make the key a unique index `WHERE deleted_at IS NULL`.
//!
//! ## When to accept it
//! When names must never be given twice.
//!
//! ## Sources
//! PostgreSQL manual, 11.8 Partial Indexes (Example 11.3).
//!
//! ```sql,finds
//! create table users (id int primary key, email text not null unique, deleted_at timestamptz);
//! ```
//! ```sql,finds
//! create table users (id int primary key, login text not null);
//! alter table users add column deleted boolean not null default false;
//! alter table users add constraint one_login unique (login);
//! ```
//! ```sql,finds
//! create domain address as text;
//! create table users (id int primary key, org int not null, email address not null, is_deleted boolean not null);
//! create unique index on users (org, email);
//! ```
//! ```sql,passes
//! create table users (id int primary key, email text not null, deleted_at timestamptz);
//! create unique index on users (email) where deleted_at is null;
//! ```
//! ```sql,passes
//! create table users (id int primary key, public_id uuid unique default gen_random_uuid(), user_id int unique, updated_at timestamptz, deleted_at timestamptz, feed_url text unique);
//! create table posts (id int primary key, slug text not null, deleted_at timestamptz, unique nulls not distinct (slug, deleted_at));
//! ```
use crate::{
    kit::{
        fitting,
        steps::{prepares, refused},
    },
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Key, Scene, TableScene, rows, types, words::words},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity, SubjectKind},
    ident::quote,
    schema::{Column, Index, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "indexing/deleted-still-unique",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("deleted_still_unique.rs"),
    check,
    proof: Some(proof),
};

/// Last words of names of what people choose and want back.
const CHOSEN: &[&str] = &[
    "code",
    "domain",
    "email",
    "handle",
    "label",
    "login",
    "mail",
    "mobile",
    "name",
    "nickname",
    "phone",
    "sku",
    "slug",
    "subdomain",
    "title",
    "username",
];

/// The column that marks a row as deleted.
fn mark<'s>(scene: &Scene, table: &TableScene<'s>) -> Option<&'s Column> {
    table.table.columns.iter().find(|c| {
        let ty = scene.base(&c.ty);
        match words(&c.name).iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["deleted", "at" | "on" | "time"] => types::is_time(ty),
            ["deleted"] | ["is", "deleted"] => ty == "boolean" || types::is_time(ty),
            _ => false,
        }
    })
}

fn taken<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Key<'s>, &'s Column)> {
    scene.designed().filter_map(move |t| mark(scene, t).map(|m| (t, m))).flat_map(move |(t, mark)| {
        let keys = t.keys.iter().filter(move |key| {
            // What people choose is text; numbers, uuids and addresses of things are made.
            let chosen = key.columns.iter().any(|c| {
                let text = t.table.column(c).is_some_and(|c| types::is_text(scene.base(&c.ty)));
                text && !t.refers(c) && words(c).last().is_some_and(|w| CHOSEN.contains(&w.as_str()))
            });
            !key.primary && chosen && !key.columns.contains(&mark.name.as_str())
        });
        keys.map(move |key| (t, key, mark))
    })
}

fn partial(table: &TableScene, key: &Key, mark: &Column) -> Vec<Change> {
    let column = quote(&mark.name);
    let filter = if mark.ty.contains("bool") || mark.default.as_deref() == Some("false") {
        format!("NOT {column}")
    } else {
        format!("{column} IS NULL")
    };
    let index = Index {
        name: fitting(&format!("uq_{}_{}_there", table.name().name, key.columns.join("_"))),
        unique: true,
        method: "btree".into(),
        parts: key.columns.iter().map(|c| IndexPart { column: c.to_string(), ..IndexPart::default() }).collect(),
        filter: Some(filter),
        ..Index::default()
    };
    let (table, name) = (table.name().clone(), key.name.to_string());
    let drop = match key.constraint {
        true => Change::DropConstraint { table: table.clone(), name },
        false => Change::DropIndex { table: table.clone(), name },
    };
    vec![drop, Change::CreateIndex { table, index }]
}

fn check(scene: &Scene) -> Vec<Spot> {
    taken(scene)
        .map(|(t, key, mark)| {
            let kind = if key.constraint { SubjectKind::Constraint } else { SubjectKind::Index };
            let (columns, table) = (key.columns.join(", "), &t.name().name);
            let message = format!("a row of {table} with {} set still takes its {columns}", mark.name);
            let spot = Spot::at(kind, crate::rule::member(t.name(), key.name), message);
            // A key that others refer to, and one over references, must stay whole.
            let referred = scene.referring(t.name()).any(|(_, r)| r.target_columns == key.columns);
            let refers = key.columns.iter().any(|c| t.refers(c));
            if referred || refers { spot } else { spot.fixed(Safety::Visible, partial(t, key, mark)) }
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = taken(scene).find(|(t, key, _)| crate::rule::member(t.name(), key.name) == spot.subject.path);
    let (table, key, mark) = found.ok_or_else(|| Undecided::NoTrial("the key is not found again".into()))?;
    if scene.referring(table.name()).any(|(_, r)| r.target_columns == key.columns) {
        return Err(Undecided::NoTrial("others refer to the key".into()));
    }
    let unknown = |ty: &str| Undecided::NoWitness(format!("no value of type {ty} is known"));
    let mut given = vec![];
    for column in &key.columns {
        let ty = table.table.column(column).map_or("", |c| c.ty.as_str());
        given.push((*column, rows::value(scene, ty, 1).ok_or_else(|| unknown(ty))?));
    }
    let boolean = scene.base(&mark.ty) == "boolean";
    let set = if boolean { Some("true".into()) } else { rows::value(scene, &mark.ty, 1) };
    let unset = if boolean { "false" } else { "NULL" };
    let mut gone = given.clone();
    gone.push((&mark.name, set.ok_or_else(|| unknown(&mark.ty))?));
    given.push((&mark.name, unset.into()));
    let twin = partial(table, key, mark);
    let added = fitting(&format!("uq_{}_{}_there", table.name().name, key.columns.join("_")));
    let mut steps = rows::bare(table, &[key.name, &added]);
    steps.push(prepares(rows::insert(scene, table, 1, &gone)?));
    steps.push(refused(rows::insert(scene, table, 2, &given)?, "23505", Some(key.name)));
    Ok(Demonstration { steps, twin })
}
