//! A default is refused by the column's own CHECK.
//!
//! ## What
//! The default of a column is a constant that is not among the values its CHECK lists, or its enum has.
//!
//! ## Why it matters
//! Every insert that leaves the column out is refused, and whoever reads the table's definition takes the default
//! for granted.
//!
//! ## What to do
//! Correct the default or the list.
//!
//! ## When to accept it
//! Never: to force a value, drop the default and keep NOT NULL.
//!
//! ## Sources
//! TalTech catalogue of design smells, default value that contradicts a check.
//!
//! ```sql,finds
//! create table orders (id int primary key, state text not null default 'new' check (state in ('open', 'paid', 'closed')));
//! ```
//! ```sql,finds
//! create table orders (id int primary key, state text default 'open');
//! alter table orders add check (state = 'new' or state = 'paid');
//! ```
//! ```sql,finds
//! create domain state as text check (value in ('open', 'paid'));
//! create table orders (id int primary key, state state default 'new');
//! ```
//! ```sql,finds
//! create table orders (id int primary key, state varchar(9) not null default 'New' check (state in ('new', 'paid')));
//! ```
//! ```sql,passes
//! create table orders (id int primary key, state text not null default 'open' check (state in ('open', 'paid')));
//! ```
//! ```sql,passes
//! create table orders (id int primary key, state text not null default lower('OPEN') check (state in ('open', 'paid')), kind text default 'x' check (kind = 'y' or length(kind) = 1));
//! ```
use crate::{
    kit::steps::refused,
    rule::{Demonstration, Needs, Rule, Spot},
    scene::{
        Scene, TableScene, rows,
        words::{names_word, outside_literals, values},
    },
};
use tw_model::{change::Change, evidence::Undecided, finding::Severity, ident::quote, schema::Column};

/// The rule.
pub const RULE: Rule = Rule {
    id: "columns/impossible-default",
    severity: Severity::Error,
    needs: Needs::Schema,
    source: include_str!("impossible_default.rs"),
    check,
    proof: Some(proof),
};

fn broken<'s>(scene: &'s Scene) -> impl Iterator<Item = (&'s TableScene<'s>, &'s Column, String)> {
    scene.columns().filter_map(|(t, c)| {
        let default = literal(c.default.as_deref()?)?;
        let column = quote(&c.name);
        // A condition on this column alone that lists what it may be.
        let alone = |e: &&str| t.table.columns.iter().all(|o| o.name == c.name || !names_word(e, &quote(&o.name)));
        let own = t.checks_of(&c.name).into_iter().filter(alone).filter(|e| is_list_of(e, &column));
        let of_domain = scene.domain_checks(&c.ty).into_iter().filter(|e| is_list_of(e, "VALUE"));
        // A list of numbers has no quotes, or only some of them have.
        let alike = |e: &&str| default.parse::<i64>().is_err() || !e.contains('\'');
        let lists = own.chain(of_domain).filter(alike).filter_map(values);
        lists.into_iter().any(|list| !list.contains(&default)).then(|| (t, c, default.to_string()))
    })
}

/// `'new'::text` is `new`, 7 is 7; anything that is computed is none.
fn literal(default: &str) -> Option<&str> {
    if default.parse::<i64>().is_ok() {
        return Some(default);
    }
    let (text, rest) = default.strip_prefix('\'')?.split_once('\'')?;
    let cast = rest.is_empty()
        || rest.starts_with("::") && !rest.contains(['(', '|', '+'])
        || rest.starts_with("::character varying");
    cast.then_some(text)
}

/// Nothing is done with the column but comparing it: no function, no operator on it.
fn is_list_of(expression: &str, column: &str) -> bool {
    let plain: String = outside_literals(expression).collect();
    let left: String = plain.replace("::text", "").replace("::character varying", "").replace("::bpchar", "");
    let called = left.chars().zip(left.chars().skip(1)).any(|(a, b)| b == '(' && (a.is_alphanumeric() || a == '_'));
    !called && names_word(expression, column)
}

fn check(scene: &Scene) -> Vec<Spot> {
    broken(scene)
        .map(|(t, c, default)| {
            let message =
                format!("the default '{default}' of {} of {} is not among the values allowed", c.name, t.name().name);
            Spot::column(t.table, &c.name, message)
        })
        .collect()
}

fn proof(scene: &Scene, spot: &Spot) -> Result<Demonstration, Undecided> {
    let found = broken(scene).find(|(t, c, _)| crate::rule::member(t.name(), &c.name) == spot.subject.path);
    let (table, column, _) = found.ok_or_else(|| Undecided::NoTrial("the column is not found again".into()))?;
    let checks: Vec<&str> =
        table.checks().filter(|(_, e)| names_word(e, &quote(&column.name))).map(|(name, _)| name).collect();
    let mut steps = rows::bare(table, &checks);
    steps.push(refused(rows::insert(scene, table, 1, &[(&column.name, "DEFAULT".into())])?, "23514", None));
    // Without the default the column is null, or demands a value: neither is refused by the list.
    let twin = Change::SetDefault { table: table.name().clone(), column: column.name.clone(), default: None };
    Ok(Demonstration { steps, twin: vec![twin] })
}
