//! A period may end before it begins.
//!
//! ## What
//! A table holds the beginning and the end of something (`starts_at` and `ends_at`, `valid_from` and `valid_to`),
//! and no CHECK compares them.
//!
//! ## Why it matters
//! A row that ends before it begins is kept: its length is negative, no query for what is in force finds it, and a
//! range made of it fails.
//!
//! ## What to do
//! Add `CHECK (starts_at <= ends_at)`; or keep one range column, which refuses such values itself.
//!
//! ## When to accept it
//! Local times of two places, such as departure and arrival.
//!
//! ## Sources
//! TalTech catalogue of design smells; PostgreSQL manual, 8.17 Range Types.
//!
//! ```sql,finds
//! create table trips (id int primary key, starts_at timestamptz not null, ends_at timestamptz);
//! ```
//! ```sql,finds
//! create table prices (id int primary key, valid_from date);
//! alter table prices add column valid_to date;
//! ```
//! ```sql,finds
//! create domain day as date;
//! create table stays (id int primary key, start_date day, end_date day not null);
//! ```
//! ```sql,finds
//! create table trips (id int primary key, begin_time time, end_time timestamptz, begin_at timestamptz, end_at timestamptz);
//! ```
//! ```sql,passes
//! create table trips (id int primary key, starts_at timestamptz not null, ends_at timestamptz, check (ends_at > starts_at));
//! ```
//! ```sql,passes
//! create table trips (id int primary key, during tstzrange, start_date date, weekend_date date, end_page int, start_page int);
//! ```
//! ```sql,passes
//! create table trips (id int primary key, starts_at timestamptz not null, ends_at timestamptz);
//! alter table trips add exclude using gist (tstzrange(starts_at, ends_at) with &&);
//! ```
use crate::{
    kit::steps::accepted,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{
        Scene, TableScene, rows, types,
        words::{names_word, words},
    },
};
use tw_model::{
    change::Change,
    evidence::Undecided,
    finding::{Safety, Severity},
    ident::quote,
    schema::{Column, Constraint, ConstraintKind},
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/backward-period",
    severity: Severity::Warning,
    needs: Needs::Schema,
    source: include_str!("backward_period.rs"),
    check,
    proof: Some(proof),
};

/// Words for the two ends of a period.
const ENDS: &[(&str, &[&str])] = &[
    ("start", &["end", "finish", "stop"]),
    ("starts", &["ends"]),
    ("started", &["ended", "finished", "stopped", "completed"]),
    ("begin", &["end"]),
    ("begins", &["ends"]),
    ("began", &["ended"]),
    ("from", &["to", "until", "till", "thru"]),
    ("opened", &["closed"]),
    ("checkin", &["checkout"]),
];

fn open<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Column, &'s Column)> {
    scene.designed().flat_map(move |t| {
        t.own_columns().filter_map(move |from| {
            let to = t
                .own_columns()
                .find(|to| paired(&from.name, &to.name) && scene.base(&to.ty) == scene.base(&from.ty))?;
            let (a, b) = (quote(&from.name), quote(&to.name));
            let both = |e: &str| names_word(e, &a) && names_word(e, &b);
            let checked = t.checks().any(|(_, e)| both(e));
            let excluded = t
                .table
                .constraints
                .iter()
                .any(|c| matches!(&c.kind, ConstraintKind::Exclude { definition } if both(definition)));
            let made = t.table.columns.iter().any(|c| c.generated.as_ref().is_some_and(|g| both(&g.expression)));
            (types::is_time(scene.base(&from.ty)) && !checked && !excluded && !made).then_some((t, from, to))
        })
    })
}

/// The names are the same but for the words for the two ends.
fn paired(from: &str, to: &str) -> bool {
    let (from, to) = (words(from), words(to));
    let differ: Vec<(&String, &String)> = from.iter().zip(&to).filter(|(a, b)| a != b).collect();
    let [(a, b)] = differ.as_slice() else { return false };
    from.len() == to.len() && ENDS.iter().any(|(begin, ends)| a.as_str() == *begin && ends.contains(&b.as_str()))
}

fn change(t: &TableScene, from: &Column, to: &Column) -> Change {
    let kind = ConstraintKind::Check {
        expression: format!("{} <= {}", quote(&from.name), quote(&to.name)),
        no_inherit: false,
    };
    let name = crate::kit::fitting(&format!("chk_{}_{}", t.name().name, to.name));
    let constraint = Constraint { name, kind, deferrable: None, not_valid: false, comment: None };
    Change::AddConstraint { table: t.name().clone(), constraint }
}

fn check(scene: &Scene) -> Vec<Spot> {
    open(scene)
        .map(|(t, from, to)| {
            let message = format!("{} of {} may lie before {}", to.name, t.name().name, from.name);
            Spot::column(t.table, &to.name, message)
                .fact(&from.name)
                .fixed(Safety::MayRefuse, vec![change(t, from, to)])
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = open(scene).find(|(t, _, to)| crate::rule::member(t.name(), &to.name) == spot.subject.path);
    let (table, from, to) = found.ok_or_else(|| Undecided::NoTrial("the period is not found again".into()))?;
    let mut steps = rows::bare(table, &[]);
    let given = [(from.name.as_str(), "'2024-02-02'".to_string()), (to.name.as_str(), "'2024-02-01'".to_string())];
    steps.push(accepted(rows::insert(scene, table, 1, &given)?));
    Ok(Demonstration { steps, twin: vec![change(table, from, to)] })
}
