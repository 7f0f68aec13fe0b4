//! Names that differ only in case count as different.
//!
//! ## What
//! A unique key over an address or login is of plain text, and nothing folds its case.
//!
//! ## Why it matters
//! `Ada@example.org` and `ada@example.org` are two accounts of one mailbox: people are locked out of the one, or
//! get hold of the other by asking for a new password.
//!
//! ## What to do
//! A unique index over `lower(email)`, or a column of type `citext` or with a collation that ignores case.
//!
//! ## When to accept it
//! When the program folds the case before it writes, and a CHECK says so.
//!
//! ## Sources
//! RFC 5321, section 2.4; PostgreSQL manual, 11.7 Indexes on Expressions.
//!
//! ```sql,finds
//! create table people (id int primary key, email text not null unique);
//! ```
//! ```sql,finds
//! create table people (id int primary key, username varchar(40) not null);
//! alter table people add unique (username);
//! ```
//! ```sql,finds
//! create domain address as text;
//! create table people (org int not null, email address not null, primary key (org, email));
//! ```
//! ```sql,finds
//! create table people (id int primary key, login text not null);
//! create unique index on people (login);
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text not null unique);
//! create unique index on people (lower(email));
//! ```
//! ```sql,passes
//! create table people (id int primary key, email text not null unique check (email = lower(email)));
//! ```
//! ```sql,passes
//! create table people (id int primary key, email_hash text unique, slug text unique, emails int unique);
//! ```
//! ```sql,passes
//! create domain address as text check (value = lower(value));
//! create table people (id int primary key, email address unique);
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Key, Scene, TableScene, rows, types, words::last_word},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::quote,
    schema::{Column, Index, IndexPart},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/case-apart",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("case_apart.rs"),
    check,
    proof: Some(proof),
};

/// Last words of names that people type without minding the case.
const TYPED: &[&str] = &["email", "login", "username", "mail"];

fn plain_keys<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Column, &'s Key<'s>)> {
    scene.designed().flat_map(move |t| {
        t.own_columns().filter_map(move |c| {
            let key = t.keys.iter().find(|k| k.columns.contains(&c.name.as_str()))?;
            let typed = TYPED.contains(&last_word(&c.name).as_str());
            let plain = matches!(types::plain(scene.base(&c.ty)).as_str(), "text" | "character varying");
            let folds =
                |e: &str| e.contains("lower(") || e.contains("upper(") || e.contains("A-Z") || e.contains("a-z");
            let checked =
                t.checks_of(&c.name).into_iter().any(folds) || scene.domain_checks(&c.ty).into_iter().any(folds);
            let indexed =
                t.table.indexes.iter().any(|i| i.unique && i.parts.iter().any(|p| p.is_expression && folds(&p.column)));
            (typed && plain && c.collation.is_none() && !checked && !indexed && !t.refers(&c.name))
                .then_some((t, c, key))
        })
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    plain_keys(scene)
        .map(|(t, c, key)| {
            let message = format!("{} of {} is unique only letter by letter, capitals apart", c.name, t.name().name);
            let spot = Spot::column(t.table, &c.name, message);
            if t.table.partition_by.is_some() {
                return spot;
            }
            let part = |name: &&str| {
                let folded = **name == *c.name;
                let column = if folded { format!("lower({})", quote(name)) } else { name.to_string() };
                IndexPart { column, is_expression: folded, ..IndexPart::default() }
            };
            let index = Index {
                name: crate::kit::fitting(&format!("uq_{}_lower_{}", t.name().name, c.name)),
                unique: true,
                method: "btree".into(),
                parts: key.columns.iter().map(part).collect(),
                ..Index::default()
            };
            spot.fixed(Safety::MayRefuse, vec![Change::CreateIndex { table: t.name().clone(), index }])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = plain_keys(scene).find(|(t, c, _)| crate::rule::member(t.name(), &c.name) == spot.subject.path);
    let (table, column, key) = found.ok_or_else(|| Undecided::NoTrial("the key is not found again".into()))?;
    let mut steps = rows::bare(table, &[key.name]);
    for (n, address) in [(1, "'Ada@example.org'"), (2, "'ada@example.org'")] {
        let mut given = vec![(column.name.as_str(), address.to_string())];
        for other in key.columns.iter().filter(|c| **c != column.name) {
            let ty = table.table.column(other).map_or("", |c| c.ty.as_str());
            let value = rows::value(scene, ty, 1)
                .ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?;
            given.push((other, value));
        }
        steps.push(accepted(rows::insert(scene, table, n, &given)?));
    }
    // The fix is an index over an expression, so the key itself stays.
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
