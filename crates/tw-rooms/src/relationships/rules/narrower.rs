//! A reference cannot hold every value of the key it refers to.
//!
//! ## What
//! A referring column is shorter or smaller than the column it refers to: `varchar(10)` to `varchar(20)`, `integer`
//! to `bigint`.
//!
//! ## Why it matters
//! The first row whose key is longer or larger cannot be referred to: the insert fails, long after the schema was
//! tested.
//!
//! ## What to do
//! Give the referring column the type of the column it refers to.
//!
//! ## When to accept it
//! When the key is known to stay within the narrower type for good.
//!
//! ## Sources
//! PostgreSQL manual, 5.4.5 Foreign Keys; 8.1 Numeric Types.
//!
//! ```sql,finds
//! create table users (id bigint primary key);
//! create table posts (id int primary key, author int references users);
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table countries (code varchar(3) primary key);
//! create table cities (id int primary key, country varchar(2));
//! alter table cities add foreign key (country) references countries;
//! create index on cities (country);
//! ```
//! ```sql,finds
//! create domain small as smallint;
//! create table users (id int primary key);
//! create table posts (id int primary key, author small references users);
//! create index on posts (author);
//! ```
//! ```sql,finds
//! create table users (id bigint, region int, primary key (region, id));
//! create table posts (region int, author int, at date, foreign key (region, author) references users) partition by range (at);
//! create table posts_rest partition of posts default;
//! create index on posts (region, author);
//! ```
//! ```sql,passes
//! create table users (id int primary key, code varchar(10) unique);
//! create table posts (id int primary key, author bigint references users, code varchar(10) references users (code));
//! create index on posts (author);
//! create index on posts (code);
//! ```
//! ```sql,passes
//! create table users (code text primary key);
//! create table posts (id int primary key, author text references users, reviewer varchar references users (code));
//! create index on posts (author);
//! create index on posts (reviewer);
//! ```
use crate::{
    kit::steps::{accepted, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Reference, Scene, TableScene, rows, types},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "relationships/narrower",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("narrower.rs"),
    check,
    proof: Some(proof),
};

/// A referring column that is narrower, with the type it refers to.
struct Narrow<'s> {
    table: &'s TableScene<'s>,
    target: &'s TableScene<'s>,
    reference: &'s Reference<'s>,
    column: &'s str,
    /// Type of the column referred to.
    ty: &'s str,
    /// A value, as SQL, that only the wider type holds.
    value: String,
}

fn found<'s>(scene: &'s Scene) -> impl Iterator<Item = Narrow<'s>> {
    scene.designed().flat_map(move |table| table.references.iter().flat_map(move |r| narrow(scene, table, r)))
}

fn narrow<'s>(scene: &'s Scene, table: &'s TableScene<'s>, reference: &'s Reference<'s>) -> Vec<Narrow<'s>> {
    let Some(target) = reference.target_place.map(|place| &scene.tables[place]) else { return vec![] };
    let pairs = reference.columns.iter().zip(reference.target_columns);
    pairs
        .filter_map(|(column, to)| {
            let (own, other) = (table.table.column(column)?, target.table.column(to)?);
            let value = beyond(scene.base(&own.ty), scene.base(&other.ty))?;
            Some(Narrow { table, target, reference, column, ty: &other.ty, value })
        })
        .collect()
}

/// A value of the second type that the first does not hold.
fn beyond(narrow: &str, wide: &str) -> Option<String> {
    let rank = |ty: &str| ["smallint", "integer", "bigint"].iter().position(|t| *t == ty);
    if let (Some(a), Some(b)) = (rank(narrow), rank(wide)) {
        return (a < b).then(|| if a == 0 { "32768".to_string() } else { "2147483648".to_string() });
    }
    if !types::is_text(narrow) || !types::is_text(wide) {
        return None;
    }
    let length = |ty: &str| types::modifiers(ty).first().copied();
    let most = length(narrow)?;
    length(wide).is_none_or(|w| w > most).then(|| format!("'{}'", "x".repeat(usize::try_from(most).unwrap_or(0) + 1)))
}

fn changes(found: &Narrow) -> Vec<Change> {
    let table = found.table.name().clone();
    vec![Change::SetColumnType { table, column: found.column.into(), ty: found.ty.into(), collation: None }]
}

fn check(scene: &Scene) -> Vec<Spot> {
    found(scene)
        .map(|n| {
            let t = n.table;
            let own = t.table.column(n.column).map_or("", |c| c.ty.as_str());
            let message = format!(
                "{} of {} is {own} and refers to {} of {}, which is {}",
                n.column,
                t.name().name,
                n.reference.target_columns.join(", "),
                n.reference.target.name,
                n.ty
            );
            let spot = Spot::constraint(t.table, &n.reference.constraint.name, message).fact(n.column);
            // A column that others depend on is not changed by one statement.
            let name = tw_model::ident::quote(n.column);
            let parted = t.table.partition_by.as_ref().is_some_and(|p| crate::scene::words::names_word(p, &name));
            let shared = t.references.iter().filter(|r| r.columns.iter().any(|c| c == n.column)).count() > 1;
            let referred = scene.referring(t.name()).any(|(_, r)| r.target_columns.iter().any(|c| c == n.column));
            let computed = t.table.columns.iter().any(|c| c.generated.is_some());
            if parted || shared || referred || computed || !t.table.inherits.is_empty() {
                return spot;
            }
            spot.fixed(Safety::Visible, changes(&n))
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let path = |n: &Narrow| crate::rule::member(n.table.name(), &n.reference.constraint.name);
    let found = found(scene).find(|n| path(n) == spot.subject.path && n.column == spot.fact);
    let found = found.ok_or_else(|| Undecided::NoTrial("the reference is not found again".into()))?;
    if std::ptr::eq(found.table, found.target) {
        return Err(Undecided::NoTrial("the table refers to itself".into()));
    }
    let [mut given, mut referring] = rows::pair(scene, found.target, found.reference, 1)?;
    for (n, column) in found.reference.columns.iter().enumerate() {
        if column == found.column {
            given[n].1.clone_from(&found.value);
            referring[n].1.clone_from(&found.value);
        }
    }
    let mut steps = rows::bare(found.table, &[&found.reference.constraint.name]);
    steps.extend(rows::bare(found.target, &[rows::key_of(found.target, found.reference)?]));
    steps.push(accepted(rows::insert(scene, found.target, 1, &given)?));
    let insert = rows::insert(scene, found.table, 1, &referring)?;
    let state = if found.value.starts_with('\'') { "22001" } else { "22003" };
    steps.push(refused(insert, state, None));
    Ok(Demonstration { steps, twin: changes(&found) })
}
