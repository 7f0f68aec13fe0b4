//! Columns as attributes: names, types, defaults, what counts them up.
use super::super::statistics::Statistics;
use super::{expressions, origin, references::Reference, references::is_taken};
use std::collections::BTreeSet;
use tw_model::{
    model::{Attribute, KeyKind, Numbered, Type, Value, snake_case},
    printed,
    schema::{Column, Identity, Name, Schema, Table},
};

/// The kind of surrogate that the table's key is: one column that nobody else gives a value.
pub(super) fn surrogate(table: &Table, references: &[Reference]) -> Option<KeyKind> {
    let [key] = table.primary_key() else { return None };
    let column = table.column(key)?;
    let held = references.iter().any(|r| r.holder == table.name && r.columns.contains(key));
    let plain = Some(Identity { always: true, options: String::new() });
    match column.ty.as_str() {
        _ if held || column.generated.is_some() => None,
        "uuid" if column.default.as_deref() == Some("gen_random_uuid()") => Some(KeyKind::Uuid),
        "bigint" if column.identity == plain => Some(KeyKind::Bigint),
        _ => None,
    }
}

/// A name in snake_case of letters, digits and underscores.
pub(super) fn snake(name: &str) -> String {
    let plain: String = snake_case(name)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    plain.trim_start_matches('_').to_string()
}

/// What the attribute of a column is called; each name is given once.
pub(super) fn attribute_name(column: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = snake(column);
    let mut name: String = match plain.chars().next() {
        Some(first) if first.is_ascii_lowercase() => plain.chars().take(44).collect(),
        _ => format!("column_{plain}").chars().take(44).collect(),
    };
    if is_taken(&name) {
        name += "_value";
    }
    let mut n = 1;
    let mut free = name.clone();
    while !taken.insert(free.clone()) {
        n += 1;
        free = format!("{name}_{n}");
    }
    free
}

/// A comment that stands in a brief as prose and is read back as it was.
pub(super) fn is_prose(comment: &str) -> bool {
    let sound = |paragraph: &str| {
        let plain = !paragraph.contains(['\n', '\r', '\t']) && paragraph.trim() == paragraph && !paragraph.is_empty();
        let first = paragraph.chars().next().unwrap_or(' ');
        let grammar =
            paragraph.split([':', '(', ' ']).next().is_some_and(|head| paragraph[head.len()..].starts_with(": "));
        plain && (first.is_alphabetic() || first.is_ascii_digit()) && !grammar
    };
    comment.split("\n\n").all(sound) && !strange(comment)
}

/// A comment that stands after a dash and is read back as it was.
fn is_purpose(comment: &str) -> bool {
    let sound = !comment.is_empty() && comment.trim() == comment && !comment.contains(['\n', '\r', '\t']);
    sound && !comment.contains("  ") && !comment.contains(['\'', '"']) && !strange(comment)
}

/// Signs that no brief may hold.
fn strange(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\n') || matches!(c, '⟦' | '⟧' | '\u{a0}' | '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// The attribute of a column. What it says that has no words (a collation, a virtual column) is left out.
pub(super) fn attribute(
    table: &Table,
    column: &Column,
    name: &str,
    schema: &Schema,
    statistics: &Statistics,
) -> Attribute {
    let sql = column.ty.clone();
    let numbered = numbered(table, column, schema);
    let default = column.default.as_ref().filter(|_| numbered.is_none()).map(|d| default(d, &sql));
    let seen = statistics.column(&table.name, &column.name);
    let generated = column.generated.as_ref().filter(|g| g.stored);
    Attribute {
        name: name.to_string(),
        ty: Type { written: written(&sql), sql, word: None },
        optional: !column.not_null,
        unique: None,
        default,
        checks: vec![],
        values: None,
        generated: generated.map(|g| expressions::plain(&g.expression)),
        numbered,
        search: false,
        sensitivity: vec![],
        null_share: seen.filter(|_| !column.not_null).and_then(|s| share(s.null_share)),
        zipf: seen.and_then(|s| statistics.zipf(s)),
        was: None,
        purpose: column.comment.clone().filter(|c| is_purpose(c)).unwrap_or_default(),
        origin: origin(),
    }
}

/// A share of which a brief can tell, in thousandths.
pub(super) fn share(share: f64) -> Option<f64> {
    let thousandths = (share * 1_000.0).round();
    (thousandths > 0.0 && thousandths < 1_000.0).then_some(thousandths / 1_000.0)
}

fn numbered(table: &Table, column: &Column, schema: &Schema) -> Option<Numbered> {
    match &column.identity {
        Some(identity) => Some(if identity.always { Numbered::Always } else { Numbered::ByDefault }),
        None => by_sequence(table, column, schema).then_some(Numbered::BySequence),
    }
}

/// The column is counted up by the sequence that `serial` makes; any other sequence stands by itself.
pub(super) fn by_sequence(table: &Table, column: &Column, schema: &Schema) -> bool {
    let name = Name::new(&table.name.schema, format!("{}_{}_seq", table.name.name, column.name));
    let owner = Some((table.name.clone(), column.name.clone()));
    let own = schema.sequences.iter().any(|s| s.name == name && s.owned_by == owner);
    let counts = column.not_null && matches!(column.ty.as_str(), "smallint" | "integer" | "bigint");
    let default = format!("nextval('{}'::regclass)", tw_model::ident::name(&name));
    own && counts && column.default.as_deref() == Some(default.as_str())
}

/// A type as a brief writes it.
pub(super) fn written(sql: &str) -> String {
    let (base, arrays) = sql.strip_suffix("[]").map_or((sql, ""), |base| (base, "[]"));
    let word = match base {
        "timestamp with time zone" => "instant",
        "double precision" => "approximate",
        "boolean" if arrays.is_empty() => "flag",
        "real" => "pg_catalog.float4",
        "json" => "pg_catalog.json",
        "money" => "pg_catalog.money",
        "name" => "pg_catalog.name",
        "bpchar" => "pg_catalog.bpchar",
        other => {
            let varchar = other.strip_prefix("character varying").map(|rest| format!("varchar{rest}"));
            let char = || other.strip_prefix("character(").map(|rest| format!("char({rest}"));
            return varchar.or_else(char).unwrap_or_else(|| other.to_string()) + arrays;
        }
    };
    format!("{word}{arrays}")
}

/// A default as the server prints it, as a brief writes it.
fn default(printed: &str, sql: &str) -> Value {
    let text = sql.starts_with("character") || sql == "text";
    let number =
        matches!(sql, "smallint" | "integer" | "bigint" | "double precision" | "real") || sql.starts_with("numeric");
    let literal = printed::literal(printed).filter(|_| !sql.ends_with("[]"));
    match (literal, printed) {
        (Some(value), _) if text && expressions::is_sayable(&value) => Value::Text(value),
        (Some(value), _) if number && printed::is_number(&value) => Value::Number(value),
        (_, value) if number && printed::is_number(value) => Value::Number(value.to_string()),
        (_, "true") if sql == "boolean" => Value::Bool(true),
        (_, "false") if sql == "boolean" => Value::Bool(false),
        (_, "CURRENT_TIMESTAMP") if sql == "timestamp with time zone" => Value::Now,
        (_, "CURRENT_DATE") if sql == "date" => Value::Now,
        _ => Value::Expression(printed.to_string()),
    }
}
