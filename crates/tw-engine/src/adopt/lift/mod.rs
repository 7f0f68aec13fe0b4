//! Lift: a schema to the model that a brief of it says.
//!
//! What has no words is left out; the design of the brief tells what that was (see [`super`]).
mod access;
mod columns;
mod expressions;
mod names;
mod references;
mod rules;
mod tables;

use super::statistics::Statistics;
use references::Reference;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    Origin,
    model::{EngineWish, Entity, Key, KeyKind, Model, Promises},
    schema::{ConstraintKind, Name, Schema, Table},
};

/// What must not be said in words, as an earlier attempt showed.
#[derive(Clone, Debug, Default)]
pub struct Unsayable {
    /// Tables that stay SQL, and why.
    pub tables: BTreeMap<Name, String>,
    /// Constraints that stay SQL, and why.
    pub constraints: BTreeMap<(Name, String), String>,
    /// Checks that must be said exactly as the server prints them.
    pub exact: BTreeSet<(Name, String)>,
}

/// A schema in words.
#[derive(Clone, Debug, Default)]
pub struct Lifted {
    /// What the brief says.
    pub model: Model,
    /// Where each entity's facts are in the schema.
    pub homes: BTreeMap<String, Home>,
    /// Why a table or constraint has no words, where lifting knows: by its path.
    pub reasons: BTreeMap<String, String>,
}

/// An entity's table.
#[derive(Clone, Debug, Default)]
pub struct Home {
    /// The table.
    pub table: Name,
    /// Member (attribute, end or `key`) by column; a column of an end of several stands for its part.
    pub members: BTreeMap<String, String>,
    /// Columns of each end, in the order of the key referred to.
    pub ends: BTreeMap<String, Vec<String>>,
    /// The name of the constraint behind each symbol that names give no columns: `check(price)`, `in(status)`.
    pub checks: BTreeMap<String, String>,
}

/// Lifts a schema.
pub fn lift(schema: &Schema, title: &str, major: u32, statistics: &Statistics, unsayable: &Unsayable) -> Lifted {
    let mut reasons: BTreeMap<String, String> = BTreeMap::new();
    let chosen = tables::choose(schema, unsayable, &mut reasons);
    let names = tables::entity_names(&chosen);
    let references = references::find(&chosen, &names, unsayable, &mut reasons);
    let mut lifted = Lifted { model: empty(title, major), homes: BTreeMap::new(), reasons };
    let plural = tables::plural(&chosen);
    let kinds: Vec<KeyKind> = chosen.iter().filter_map(|t| columns::surrogate(t, &references)).collect();
    let bigint = kinds.iter().filter(|k| **k == KeyKind::Bigint).count() * 2 > kinds.len();
    lifted.model.promises.keys = if bigint { KeyKind::Bigint } else { KeyKind::Uuid };
    if !plural {
        let rule = tw_model::model::NamingRule { object: "tables".into(), pattern: "singular".into() };
        lifted.model.promises.naming.push(rule);
    }
    lifted.model.relations = references::relations(&chosen, &references, &names);
    for table in &chosen {
        let (entity, home) = entity(schema, table, &names, &references, statistics, unsayable, &mut lifted);
        lifted.homes.insert(entity.name.clone(), home);
        lifted.model.entities.push(entity);
    }
    access::roles(schema, &mut lifted);
    names::name(schema, &mut lifted);
    lifted
}

fn empty(title: &str, major: u32) -> Model {
    let engine = EngineWish { name: "postgresql".into(), version: Some(major.to_string()), or_later: true };
    let promises = Promises { engine: Some(engine), nothing_added: true, ..Promises::default() };
    Model { title: title.to_string(), promises, ..Model::default() }
}

#[allow(clippy::too_many_arguments)]
fn entity(
    schema: &Schema,
    table: &Table,
    names: &BTreeMap<Name, String>,
    references: &[Reference],
    statistics: &Statistics,
    unsayable: &Unsayable,
    lifted: &mut Lifted,
) -> (Entity, Home) {
    let mut home = Home { table: table.name.clone(), ..Home::default() };
    for reference in references.iter().filter(|r| r.holder == table.name) {
        home.ends.insert(reference.end.clone(), reference.columns.clone());
        for column in &reference.columns {
            home.members.insert(column.clone(), reference.end.clone());
        }
    }
    let kind = columns::surrogate(table, references);
    let mut taken: BTreeSet<String> = home.ends.keys().cloned().collect();
    if kind.is_some() {
        home.members.insert(table.primary_key()[0].clone(), "key".into());
    }
    for column in &table.columns {
        if !home.members.contains_key(&column.name) {
            home.members.insert(column.name.clone(), columns::attribute_name(&column.name, &mut taken));
        }
    }
    let mut made = Entity::bare(&names[&table.name], origin());
    made.purpose = table.comment.clone().filter(|c| columns::is_prose(c)).unwrap_or_default();
    made.volume = statistics.volume(&table.name);
    made.schema = Some(table.name.schema.clone()).filter(|s| s != "public");
    let parts = || references::members_of(table.primary_key(), &home).unwrap_or_default();
    made.key = match kind {
        Some(kind) if kind == lifted.model.promises.keys => Key::Surrogate,
        Some(of) => Key::SurrogateOf { of },
        None => Key::Natural { parts: parts() },
    };
    for column in &table.columns {
        let member = &home.members[&column.name];
        if member != "key" && !home.ends.contains_key(member) {
            made.attributes.push(columns::attribute(table, column, member, schema, statistics));
        }
    }
    for constraint in &table.constraints {
        let path = (table.name.clone(), constraint.name.clone());
        if unsayable.constraints.contains_key(&path) || constraint.deferrable.is_some() || constraint.not_valid {
            continue;
        }
        match &constraint.kind {
            ConstraintKind::Unique { columns, include, nulls_not_distinct: false } if include.is_empty() => {
                rules::unique(columns, &mut made, &home, references);
            }
            ConstraintKind::Check { expression, no_inherit: false } => {
                let exact = unsayable.exact.contains(&path);
                rules::check(table, constraint, expression, exact, &mut made, &mut home, statistics);
            }
            _ => {}
        }
    }
    (made, home)
}

/// Writing looks at what is said, not at where it came from.
fn origin() -> Origin {
    Origin::assumed("read from a schema")
}

/// The column is counted up by the sequence that `serial` makes.
pub(super) fn by_sequence(table: &Table, column: &str, schema: &Schema) -> bool {
    table.column(column).is_some_and(|c| columns::by_sequence(table, c, schema))
}
