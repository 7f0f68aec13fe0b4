//! Rows for demonstrations on any schema that exists: minimal, made of each column's type alone.
//!
//! What else a table demands (checks, references, triggers) is taken away first, inside the trial, so that what
//! happens is the doing of the flaw.
use super::{Scene, TableScene, types};
use crate::kit::steps::prepares;
use tw_model::{
    evidence::Undecided,
    ident::{self, literal, quote},
    schema::{Column, ConstraintKind},
    trial::Step,
};

/// Takes the rows, and every constraint, trigger and policy but those named, off a table, as preparation.
pub fn bare(table: &TableScene, kept: &[&str]) -> Vec<Step> {
    let mut steps = as_parted(table, kept);
    if table.table.partition_by.is_some() {
        // A row needs a partition; where one takes every other row already, or none can, it stays as it is.
        let (name, schema) = (ident::name(table.name()), &table.name().schema);
        let any = ident::name(&tw_model::schema::Name::new(schema.clone(), "tablewright_any"));
        steps.push(prepares(format!(
            "DO $do$ BEGIN CREATE TABLE {any} PARTITION OF {name} DEFAULT; EXCEPTION WHEN OTHERS THEN NULL; END $do$"
        )));
    }
    steps
}

/// The same, the partitions left as they are.
pub fn as_parted(table: &TableScene, kept: &[&str]) -> Vec<Step> {
    let name = ident::name(table.name());
    let mut steps = vec![];
    // Otherwise the owner would not see the rows that policies hide.
    if table.table.force_row_security {
        steps.push(prepares(format!("ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")));
    }
    // Mostly there is none, and to truncate what refers to it, and what refers to that, would touch half a schema.
    steps.push(prepares(format!(
        "DO $do$ BEGIN IF EXISTS (SELECT FROM {name}) THEN TRUNCATE {name} CASCADE; END IF; END $do$"
    )));
    for constraint in &table.table.constraints {
        if kept.contains(&constraint.name.as_str()) {
            continue;
        }
        // A key that others refer to goes with their references.
        steps.push(prepares(format!(
            "ALTER TABLE {name} DROP CONSTRAINT IF EXISTS {} CASCADE",
            quote(&constraint.name)
        )));
    }
    let unique = table.table.indexes.iter().filter(|i| i.unique && !kept.contains(&i.name.as_str()));
    for index in unique {
        let index = tw_model::schema::Name::new(table.name().schema.clone(), index.name.clone());
        steps.push(prepares(format!("DROP INDEX IF EXISTS {} CASCADE", ident::name(&index))));
    }
    if !table.table.triggers.is_empty() {
        steps.push(prepares(format!("ALTER TABLE {name} DISABLE TRIGGER USER")));
    }
    steps
}

/// The table that a reference refers to, where it was read and is another than the one that refers.
pub fn referred<'s>(
    scene: &'s Scene<'s>,
    table: &TableScene,
    reference: &super::Reference,
) -> Result<&'s TableScene<'s>, Undecided> {
    let place =
        reference.target_place.ok_or_else(|| Undecided::NoTrial("the table referred to was not read".into()))?;
    let target = &scene.tables[place];
    if std::ptr::eq(table, target) { Err(Undecided::NoTrial("the table refers to itself".into())) } else { Ok(target) }
}

/// Values for the columns that a reference refers to, and the same for those that refer: the n-th ones.
pub fn pair<'r>(
    scene: &Scene,
    target: &TableScene,
    reference: &'r super::Reference,
    n: u64,
) -> Result<[Vec<(&'r str, String)>; 2], Undecided> {
    let mut out = [vec![], vec![]];
    for (column, to) in reference.columns.iter().zip(reference.target_columns) {
        let ty = target.table.column(to).map_or("", |c| c.ty.as_str());
        let value = value(scene, ty, n);
        let value = value.ok_or_else(|| Undecided::NoWitness(format!("no value of type {ty} is known")))?;
        out[0].push((to.as_str(), value.clone()));
        out[1].push((column.as_str(), value));
    }
    Ok(out)
}

/// The key that a reference refers to.
pub fn key_of<'k>(target: &'k TableScene, reference: &super::Reference) -> Result<&'k str, Undecided> {
    let key = target.keys.iter().find(|k| {
        k.columns.len() == reference.target_columns.len()
            && reference.target_columns.iter().all(|c| k.columns.contains(&c.as_str()))
    });
    key.map(|k| k.name).ok_or_else(|| Undecided::NoTrial("the key referred to was not read".into()))
}

/// An INSERT of the n-th minimal row, with these columns given as SQL. Columns that may be absent are left out.
pub fn insert(scene: &Scene, table: &TableScene, n: u64, given: &[(&str, String)]) -> Result<String, Undecided> {
    let mut columns = vec![];
    let mut values = vec![];
    for column in &table.table.columns {
        if let Some((_, value)) = given.iter().find(|(name, _)| *name == column.name) {
            columns.push(quote(&column.name));
            values.push(value.clone());
        } else if must_be_given(scene, table, column) {
            let value = value(scene, &column.ty, n).ok_or_else(|| {
                Undecided::NoWitness(format!("no value of type {} is known for {}", column.ty, column.name))
            })?;
            columns.push(quote(&column.name));
            values.push(value);
        }
    }
    let name = ident::name(table.name());
    if columns.is_empty() {
        return Ok(format!("INSERT INTO {name} DEFAULT VALUES"));
    }
    // Values for identity columns may be given too.
    Ok(format!("INSERT INTO {name} ({}) OVERRIDING SYSTEM VALUE VALUES ({})", columns.join(", "), values.join(", ")))
}

fn must_be_given(scene: &Scene, table: &TableScene, column: &Column) -> bool {
    let keyed = table.table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::Primary { columns, .. } => columns.contains(&column.name),
        _ => false,
    });
    let demanded = column.not_null || keyed || scene.domain_not_null(&column.ty);
    demanded && column.default.is_none() && column.identity.is_none() && column.generated.is_none()
}

/// The n-th value of a type as an SQL literal; none for a type that is not known here.
pub fn value(scene: &Scene, ty: &str, n: u64) -> Option<String> {
    let ty = scene.base(ty);
    if types::is_array(ty) {
        return Some("'{}'".into());
    }
    if let Some(labels) = scene.enum_labels(ty) {
        let label = labels.get(usize::try_from(n).unwrap_or(0) % labels.len().max(1))?;
        return Some(literal(label));
    }
    let length = types::modifiers(ty).first().and_then(|n| usize::try_from(*n).ok());
    let text = |word: String| {
        let start = word.len().saturating_sub(length.unwrap_or(word.len()));
        literal(&word[start..])
    };
    Some(match types::plain(ty).as_str() {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => match length {
            // As many digits as the column takes before its point.
            Some(digits) if types::plain(ty) == "numeric" => {
                let scale = types::modifiers(ty).get(1).copied().unwrap_or(0);
                let before = u32::try_from(i64::try_from(digits).unwrap_or(18) - scale).unwrap_or(0).min(18);
                (n % 10u64.pow(before).max(1)).to_string()
            }
            _ => n.to_string(),
        },
        "text" | "character varying" | "character" | "name" => text(format!("x{n}")),
        "\"char\"" => "'x'".into(),
        "boolean" => if n.is_multiple_of(2) { "true" } else { "false" }.into(),
        "uuid" => format!("'00000000-0000-4000-8000-{n:012x}'"),
        "date" => format!("date '2020-01-01' + {}", n % 10_000),
        "timestamp without time zone" | "timestamp with time zone" => {
            format!("timestamp '2020-01-01' + interval '{} seconds'", n)
        }
        "time without time zone" | "time with time zone" => "'12:00'".into(),
        "interval" => format!("interval '{n} seconds'"),
        "json" | "jsonb" => "'{}'".into(),
        "bytea" => format!("'\\x{n:08x}'"),
        "inet" | "cidr" => format!("'10.{}.{}.{}'", n / 65_536 % 256, n / 256 % 256, n % 256),
        "macaddr" => format!("'08:00:2b:{:02x}:{:02x}:{:02x}'", n / 65_536 % 256, n / 256 % 256, n % 256),
        "money" => format!("{n}::money"),
        "point" => format!("'({n},{n})'"),
        "xml" => "'<a/>'".into(),
        "tsvector" => "''".into(),
        "bit" => format!("B'{}'", "0".repeat(length.unwrap_or(1))),
        "bit varying" => "B'0'".into(),
        other if other.rsplit('.').next() == Some("citext") => text(format!("x{n}")),
        _ => return None,
    })
}
