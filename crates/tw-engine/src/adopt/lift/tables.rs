//! Which tables become entities, and what they are called.
use super::Unsayable;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    model::snake_case,
    schema::{ConstraintKind, Name, Schema, Table},
};
use tw_rooms::naming;

/// Most columns of an entity.
const MOST_COLUMNS: usize = 350;

/// The tables that a brief has words for.
pub(super) fn choose<'a>(
    schema: &'a Schema,
    unsayable: &Unsayable,
    reasons: &mut BTreeMap<String, String>,
) -> Vec<&'a Table> {
    let mut chosen = vec![];
    for table in &schema.tables {
        match unsayable.tables.get(&table.name).cloned().or_else(|| wordless(schema, table)) {
            Some(why) => {
                reasons.insert(path(&table.name), why);
            }
            None => chosen.push(table),
        }
    }
    chosen
}

/// `public.film`.
pub(super) fn path(name: &Name) -> String {
    format!("{}.{}", name.schema, name.name)
}

fn wordless(schema: &Schema, table: &Table) -> Option<String> {
    let why = if table.partition_of.is_some() {
        "a partition has its bounds, and a brief tells only what its table is partitioned by"
    } else if table.partition_by.is_some() {
        "partitions of a brief are made by the design, with bounds and names of its own"
    } else if !table.inherits.is_empty() || schema.tables.iter().any(|t| t.inherits.contains(&table.name)) {
        "INHERITS is no relation of entities"
    } else if table.primary_key().is_empty() {
        "it has no primary key, and every entity of a brief is identified"
    } else if table.columns.len() > MOST_COLUMNS {
        "it has more columns than an entity may have lines"
    } else if !plain_schema(&table.name.schema) {
        "the name of its schema is not in snake_case"
    } else if key(table).is_some_and(|k| k.deferrable.is_some()) || includes(table) {
        "its primary key is deferrable or includes further columns"
    } else if virtual_key(table) {
        "its key is generated"
    } else {
        return None;
    };
    Some(why.to_string())
}

fn key(table: &Table) -> Option<&tw_model::schema::Constraint> {
    table.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::Primary { .. }))
}

fn includes(table: &Table) -> bool {
    key(table).is_some_and(|c| matches!(&c.kind, ConstraintKind::Primary { include, .. } if !include.is_empty()))
}

fn virtual_key(table: &Table) -> bool {
    table.primary_key().iter().any(|k| table.column(k).is_none_or(|c| c.generated.is_some()))
}

fn plain_schema(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 48
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// An entity's name for each table; of two that would meet, the later is told by its schema or a number.
pub(super) fn entity_names(tables: &[&Table]) -> BTreeMap<Name, String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut out = BTreeMap::new();
    for table in tables {
        let plain = naming::entity_name(&table.name.name);
        let told = format!("{}{plain}", naming::entity_name(&table.name.schema)).chars().take(44).collect::<String>();
        let numbered = (2..).map(|n| format!("{plain}{n}"));
        let name = [plain.clone(), told].into_iter().chain(numbered).find(|n| taken.insert(snake_case(n)));
        out.insert(table.name.clone(), name.unwrap_or(plain));
    }
    out
}

/// Most tables are named in the plural.
pub(super) fn plural(tables: &[&Table]) -> bool {
    let is = |t: &&&Table| {
        let name = snake_case(&t.name.name);
        naming::singular(&name) != name
    };
    tables.iter().filter(is).count() * 2 > tables.len()
}
