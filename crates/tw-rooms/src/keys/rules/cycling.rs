//! A sequence that starts over feeds a key.
//!
//! ## What
//! The default of a column of a primary or unique key is `nextval` of a sequence that was made with CYCLE.
//!
//! ## Why it matters
//! After its last value the sequence begins again with the first, which is taken: from then on inserts are refused,
//! one after the other, until a free number comes.
//!
//! ## What to do
//! `ALTER SEQUENCE s NO CYCLE`, and a type that does not run out.
//!
//! ## When to accept it
//! When old rows are certain to be gone before the numbers come round.
//!
//! ## Sources
//! PostgreSQL manual, CREATE SEQUENCE (CYCLE).
//!
//! ```sql,finds
//! create sequence s cycle;
//! create table a (id bigint primary key default nextval('s'));
//! ```
//! ```sql,finds
//! create sequence s;
//! create table a (id bigint primary key default nextval('s'), what text);
//! alter sequence s maxvalue 1000 cycle;
//! ```
//! ```sql,finds
//! create sequence s as int cycle;
//! create domain key as int;
//! create table a (id key unique default nextval('s'), other int primary key);
//! ```
//! ```sql,passes
//! create sequence s;
//! create table a (id bigint primary key default nextval('s'));
//! ```
//! ```sql,passes
//! create sequence s cycle;
//! create table a (id bigint primary key, slot int default nextval('s'));
//! ```
use crate::{
    kit::steps::{prepares, refused},
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{Scene, TableScene, rows},
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident,
    schema::Sequence,
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "keys/cycling",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("cycling.rs"),
    check,
    proof: Some(proof),
};

fn cycling<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s str, &'s Sequence)> {
    let cycling: Vec<(String, &Sequence)> = scene
        .schema
        .sequences
        .iter()
        .filter(|s| s.cycle && s.increment > 0)
        .map(|s| (ident::name(&s.name), s))
        .collect();
    scene.columns().filter_map(move |(t, c)| {
        let named = c.default.as_deref()?.strip_prefix("nextval('")?.split('\'').next()?;
        let (_, sequence) = cycling.iter().find(|(name, _)| name == named)?;
        t.keys.iter().any(|k| k.columns == [c.name.as_str()]).then_some((t, c.name.as_str(), *sequence))
    })
}

fn check(scene: &Scene) -> Vec<Spot> {
    cycling(scene)
        .map(|(t, column, sequence)| {
            let message = format!("the key {column} of {} begins again after {}", t.name().name, sequence.max);
            let to = Sequence { cycle: false, ..sequence.clone() };
            let change = Change::AlterSequence { from: sequence.clone(), to };
            Spot::column(t.table, column, message).fixed(Safety::Safe, vec![change])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = cycling(scene).find(|(t, c, _)| crate::rule::member(t.name(), c) == spot.subject.path);
    let (table, column, sequence) = found.ok_or_else(|| Undecided::NoTrial("the key is not found again".into()))?;
    let key = table.keys.iter().find(|k| k.columns == [column]).map_or("", |k| k.name);
    let mut steps = rows::bare(table, &[key]);
    // The first number is taken, and the last one has been given out.
    steps.push(prepares(rows::insert(scene, table, 1, &[(column, sequence.min.to_string())])?));
    steps.push(prepares(format!(
        "SELECT pg_catalog.setval({}, {})",
        ident::literal(&ident::name(&sequence.name)),
        sequence.max
    )));
    // 23505: a duplicate, where 2200H would say that the sequence has ended.
    steps.push(refused(rows::insert(scene, table, 2, &[(column, "DEFAULT".into())])?, "23505", None));
    Ok(Demonstration { steps, twin: spot.fix.as_ref().map(|f| f.changes.clone()).unwrap_or_default() })
}
