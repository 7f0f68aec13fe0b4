//! From a schema and what was asked to a plan: how each cell of each row is made from the seed and the row's
//! number alone. Nothing here grows with the number of rows.
pub mod arrange;
pub mod bounds;
pub mod links;
pub mod order;
pub mod ranges;
pub mod rules;
pub mod sources;
pub mod table;

pub use table::*;

use super::{datum::Datum, error::PourError, form};
use crate::fill::{dice::Dice, shape::Shape};
use std::collections::BTreeMap;
use tw_model::{
    ident,
    sample::{SampleColumn, Target},
    schema::{Name, Schema},
};

/// What is to be poured.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Seed.
    pub seed: u64,
    /// Rows of tables that were named.
    pub rows: BTreeMap<Name, u64>,
    /// Rows of tables by what is known of them (a brief's volumes, a live table's size); given up where a
    /// constraint leaves fewer.
    pub volumes: BTreeMap<Name, u64>,
    /// Rows of every other table.
    pub others: u64,
    /// Tables that hold these values of a column already, a row each, in this order.
    pub given: BTreeMap<Name, (String, Vec<String>)>,
    /// What is known of columns.
    pub hints: BTreeMap<(Name, String), Hint>,
}

/// What is known of a column besides its type.
#[derive(Clone, Debug, Default)]
pub struct Hint {
    /// As a brief says it.
    pub said: Option<SampleColumn>,
    /// As a live server's statistics say it.
    pub seen: Option<Seen>,
}

/// A live server's statistics of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Share of nulls.
    pub null_share: f64,
    /// Common values with their share of all rows.
    pub common: Vec<(String, f64)>,
    /// Bounds of a histogram with buckets of equal height, of what is not common.
    pub bounds: Vec<String>,
    /// How far the physical order follows the values', -1 to 1.
    pub correlation: f64,
}

/// How every table is poured.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Seed.
    pub seed: u64,
    /// Tables, in the schema's order.
    pub tables: Vec<Table>,
    /// What is done, in order: tables whose rows must arrive in one transaction stand together.
    pub units: Vec<Vec<usize>>,
    /// What was assumed or left out, a sentence each.
    pub notes: Vec<String>,
}

/// The random key of one purpose.
pub(crate) fn key(seed: u64, of: &[&str]) -> u64 {
    Dice::new(seed, of).bits()
}

/// Fewer rows than asked are possible: the plan is begun anew with that.
pub(crate) struct Short {
    pub(crate) table: usize,
    pub(crate) most: u64,
    pub(crate) what: String,
}

/// Why planning stopped.
pub(crate) enum Stop {
    Short(Short),
    Error(PourError),
}

impl From<PourError> for Stop {
    fn from(error: PourError) -> Self {
        Stop::Error(error)
    }
}

/// Who evaluates a rule that we do not read: the rows it does not break.
pub type Ask<'a> = dyn FnMut(&Question) -> Result<Vec<bool>, PourError> + 'a;

/// Rows that a server is asked about.
pub struct Question {
    /// Name and type of each column.
    pub columns: Vec<(String, String)>,
    /// Rows as text; none is null.
    pub rows: Vec<Vec<Option<String>>>,
    /// The rule.
    pub rule: String,
}

/// Plans. The same schema and asks give the same plan, as far as `ask` answers alike.
///
/// Errors when something cannot be made at all, or when rows that were asked for by name are more than there can
/// be. Where their number was only assumed it is lowered, and a note says so.
pub fn plan(schema: &Schema, asked: &Asked, ask: &mut Ask) -> Result<Plan, PourError> {
    let mut asked = asked.clone();
    let mut lowered: Vec<String> = vec![];
    // Each round lowers one table, and what was lowered stays so.
    for _ in 0..schema.tables.len() * 2 + 1 {
        match attempt(schema, &asked, ask) {
            Ok(mut plan) => {
                plan.notes.splice(0..0, lowered);
                return Ok(plan);
            }
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Short(short)) => {
                let tables: Vec<&tw_model::schema::Table> = filled(schema).collect();
                let name = &tables[short.table].name;
                let printed = ident::name(name);
                if let Some(&rows) = asked.rows.get(name) {
                    return Err(PourError::Few { table: printed, what: short.what, asked: rows, most: short.most });
                }
                lowered.push(format!("{printed} gets {} rows: {} leaves no more.", short.most, short.what));
                asked.volumes.insert(name.clone(), short.most);
            }
        }
    }
    Err(PourError::Impossible {
        table: "the schema".into(),
        what: "rows".into(),
        why: "numbers of rows that fit each other were not found".into(),
        help: "Name the number of rows of each table with --rows TABLE=N.".into(),
    })
}

/// Tables that rows are poured into: a partition gets them through its parent.
pub fn filled(schema: &Schema) -> impl Iterator<Item = &tw_model::schema::Table> {
    schema.tables.iter().filter(|t| t.partition_of.is_none())
}

fn attempt(schema: &Schema, asked: &Asked, ask: &mut Ask) -> Result<Plan, Stop> {
    let mut plan = Plan { seed: asked.seed, ..Plan::default() };
    for table in filled(schema) {
        let made = begun(schema, table, asked, &mut plan.notes)?;
        if table.partition_by.is_some() && made.rows > 0 && parts(schema, &table.name).is_empty() {
            let what = "that it is partitioned and has no partition".to_string();
            return Err(Stop::Short(Short { table: plan.tables.len(), most: 0, what }));
        }
        plan.tables.push(made);
    }
    links::picks(schema, asked, &mut plan)?;
    links::agree(&mut plan)?;
    order::units(&mut plan)?;
    for at in 0..plan.tables.len() {
        if plan.tables[at].given {
            continue;
        }
        let table = filled(schema).nth(at).cloned().unwrap_or_default();
        let known = bounds::read(schema, &table, &plan.tables[at]);
        ranges::leaves(schema, &table, &mut plan, at);
        ranges::exclusions(&table, &mut plan, at);
        arrange::uniques(&table, &mut plan, at, &known)?;
        sources::rest(&table, asked, &mut plan, at, &known);
    }
    links::freeze(&mut plan);
    for at in 0..plan.tables.len() {
        let table = filled(schema).nth(at).cloned().unwrap_or_default();
        order::making(&mut plan.tables[at]);
        if plan.tables[at].given {
            continue;
        }
        rules::rules(schema, &table, &mut plan, at, ask)?;
    }
    Ok(plan)
}

/// A table with its columns, before anything is arranged.
fn begun(
    schema: &Schema,
    table: &tw_model::schema::Table,
    asked: &Asked,
    notes: &mut Vec<String>,
) -> Result<Table, PourError> {
    let printed = ident::name(&table.name);
    let draws = key(asked.seed, &[&table.name.schema, &table.name.name]);
    let rows = asked.rows.get(&table.name).or_else(|| asked.volumes.get(&table.name)).copied().unwrap_or(asked.others);
    let mut columns = vec![];
    for column in table.columns.iter().filter(|c| c.generated.is_none()) {
        let Some(resolved) = form::resolve(schema, &column.ty) else {
            if column.default.is_some() || !column.not_null {
                let left = if column.default.is_some() { "its default" } else { "null" };
                notes.push(format!(
                    "{printed}.{}: no values of type {} are made; it gets {left}.",
                    column.name, column.ty
                ));
                continue;
            }
            return Err(PourError::Impossible {
                table: printed,
                what: column.name.clone(),
                why: format!("no values of its type {} can be made, and it may not be null", column.ty),
                help: "Give the column a default.".into(),
            });
        };
        let hint = asked.hints.get(&(table.name.clone(), column.name.clone()));
        let said = hint.and_then(|h| h.said.as_ref());
        // A partition may ask for more than its parent.
        let parts = parts(schema, &table.name);
        let stricter = parts.iter().any(|t| t.column(&column.name).is_some_and(|c| c.not_null));
        let not_null = column.not_null || stricter || resolved.not_null || column.identity.is_some();
        let null_share = match (said, hint.and_then(|h| h.seen.as_ref())) {
            _ if not_null => 0.0,
            (Some(said), _) => said.null_share,
            (None, Some(seen)) => seen.null_share,
            (None, None) => 0.1,
        };
        let like = said.map(|s| s.like.as_str()).filter(|l| !l.is_empty()).unwrap_or(&column.name);
        let serial = column.identity.is_some() || column.default.as_ref().is_some_and(|d| d.contains("nextval("));
        columns.push(Column {
            name: column.name.clone(),
            ty: resolved.base,
            like: shape(&table.name.name, like),
            form: resolved.form,
            not_null,
            null_share,
            source: Source::Any,
            series: Series::default(),
            near: vec![],
            frozen: false,
            serial,
            sequence: column.default.as_deref().and_then(sequence_of),
            draws: key(draws, &[&column.name]),
        });
    }
    let mut rows = rows;
    let given = asked.given.get(&table.name);
    if let Some((name, values)) = given
        && let Some(column) = columns.iter_mut().find(|c| c.name == *name)
    {
        rows = values.len() as u64;
        column.series.list = Some(values.iter().filter_map(|v| Datum::parse(&column.form, v)).collect());
        column.source = Source::Distinct { within: false };
    }
    let place = |name: &String| columns.iter().position(|c| c.name == *name);
    let key: Vec<usize> = table.primary_key().iter().filter_map(place).collect();
    let whole = key.len() == table.primary_key().len();
    Ok(Table {
        name: table.name.clone(),
        rows,
        columns,
        picks: vec![],
        leader: None,
        rules: vec![],
        pools: vec![],
        given: given.is_some(),
        forced: table.row_security && table.force_row_security,
        watched: table.triggers.iter().any(|t| t.enabled != "D" && t.definition.contains(" INITIALLY DEFERRED ")),
        leaves: 0,
        making: vec![],
        key: if whole { key } else { vec![] },
        draws,
    })
}

/// Every partition of a table, at any depth.
fn parts<'s>(schema: &'s Schema, name: &Name) -> Vec<&'s tw_model::schema::Table> {
    let mut found: Vec<&tw_model::schema::Table> = vec![];
    let mut parents = vec![name.clone()];
    while let Some(parent) = parents.pop() {
        for table in &schema.tables {
            if table.partition_of.as_ref().is_some_and(|(p, _)| *p == parent) {
                parents.push(table.name.clone());
                found.push(table);
            }
        }
    }
    found
}

/// What a column's name tells; its table's tells more in the singular.
fn shape(table: &str, column: &str) -> Shape {
    match Shape::of(table, column) {
        Shape::ThingName => Shape::of(&singular(table), column),
        told => told,
    }
}

/// The word without its plural's ending, as far as words of tables go.
fn singular(word: &str) -> String {
    let ends = |ending: &str, by: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{by}"));
    ends("ies", "y").or_else(|| ends("ses", "s")).or_else(|| ends("s", "")).unwrap_or_else(|| word.to_string())
}

/// `public.numbers` of `nextval('public.numbers'::regclass)`.
fn sequence_of(default: &str) -> Option<String> {
    let (_, rest) = default.split_once("nextval('")?;
    Some(rest.split_once('\'')?.0.to_string())
}

impl Asked {
    /// The shares that a brief gives to a column's values, as running sums over the rows that hold them.
    pub(crate) fn shares(&self, table: &Name, column: &str, target: &Name) -> Option<Vec<f64>> {
        let (_, rows) = self.given.get(target)?;
        let said = self.hints.get(&(table.clone(), column.to_string()))?.said.as_ref()?;
        let tw_model::sample::Values::Choice { of } = &said.values else {
            return None;
        };
        let mut sum = 0.0;
        let running = rows.iter().map(|row| {
            sum += of.iter().find(|(value, _)| value == row).map_or(0.0, |(_, share)| *share);
            sum
        });
        Some(running.collect())
    }

    /// The terms of a reference that a brief gives for a column.
    pub(crate) fn target(&self, table: &Name, column: &str) -> Option<&Target> {
        let hint = self.hints.get(&(table.clone(), column.to_string()))?;
        match &hint.said.as_ref()?.values {
            tw_model::sample::Values::Reference { to, .. } => Some(to),
            _ => None,
        }
    }
}
