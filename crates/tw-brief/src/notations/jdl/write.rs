//! A schema as JDL: enums, entities, relationships.
use super::super::{action_words, is_unique, references};
use super::{TYPES, fit, names, validations, validations::Validation};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    model::Action,
    schema::{Column, ConstraintKind, Name, Schema, Table},
};

pub(super) fn write(schema: &Schema) -> String {
    let mut taken = BTreeSet::new();
    let entities: BTreeMap<&Name, String> = schema
        .tables
        .iter()
        .filter(|t| fit::pair(t).is_none())
        .map(|t| (&t.name, names::free(names::pascal(&t.name.name), &mut taken)))
        .collect();
    let (mut enums, mut bodies) = (String::new(), String::new());
    for table in &schema.tables {
        if let Some(name) = entities.get(&table.name) {
            entity(table, name, &mut taken, &mut enums, &mut bodies);
        }
    }
    let out = enums + &bodies + &relationships(schema, &entities);
    if out.is_empty() { out } else { out.trim_end().to_string() + "\n" }
}

fn doc(comment: Option<&String>, indent: &str) -> String {
    comment.map(|c| format!("{indent}/** {c} */\n")).unwrap_or_default()
}

fn entity(table: &Table, name: &str, taken: &mut BTreeSet<String>, enums: &mut String, out: &mut String) {
    let held: Vec<&String> = references(table).flat_map(|(columns, ..)| columns).collect();
    let mut fields: BTreeSet<String> =
        references(table).filter_map(|(c, _, k, ..)| fit::stem(c, k)).map(|s| names::camel(&s)).collect();
    let mut body = String::new();
    for column in table.columns.iter().filter(|c| !held.contains(&&c.name) && !fit::is_unsaid(table, c)) {
        let validations = validations(table, column);
        let mut ty = java(column, &validations);
        if let Some(Validation::Values(values)) = validations.iter().find(|v| matches!(v, Validation::Values(_))) {
            ty.word = names::free(format!("{name}{}", names::pascal(&column.name)), taken);
            *enums += &format!("enum {} {{\n  {}\n}}\n\n", ty.word, values.join(",\n  "));
        }
        let field = names::free(names::camel(&column.name), &mut fields);
        body += &self::field(table, column, &field, &ty, &validations);
    }
    *out += &doc(table.comment.as_ref(), "");
    let shown = if names::table(name) == table.name.name { String::new() } else { format!(" ({})", table.name.name) };
    *out += &if body.is_empty() {
        format!("entity {name}{shown}\n\n")
    } else {
        format!("entity {name}{shown} {{\n{body}}}\n\n")
    };
}

/// A type as JDL has it.
struct Java {
    word: String,
    /// The type of the column where it is not what the word gives.
    column: Option<String>,
    longest: Option<String>,
}

/// The validations that the checks of a column are.
fn validations(table: &Table, column: &Column) -> Vec<Validation> {
    let checks = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Check { expression, .. } => validations::of(table, expression),
        _ => None,
    });
    checks.flatten().filter(|(c, _)| c.name == column.name).map(|(_, v)| v).collect()
}

fn java(column: &Column, validations: &[Validation]) -> Java {
    let of_text = |v: &Validation| {
        matches!(v, Validation::Values(_) | Validation::Shortest(_) | Validation::Longest(_) | Validation::Pattern(_))
    };
    let length = column.ty.strip_prefix("character varying(").and_then(|t| t.strip_suffix(')'));
    let own = validations.iter().any(|v| matches!(v, Validation::Longest(_)));
    let exact = TYPES.iter().find(|(_, sql)| *sql == column.ty).filter(|_| !own);
    let text = column.ty == "text" && validations.iter().any(of_text);
    if let Some((word, _)) = exact.filter(|_| !text) {
        return Java { word: word.to_string(), column: None, longest: None };
    }
    if let Some(n) = length.filter(|_| !own) {
        return Java { word: "String".into(), column: None, longest: Some(n.into()) };
    }
    let word = match column.ty.as_str() {
        "smallint" => "Integer",
        ty if ty.ends_with("[]") => "String",
        ty if ty.starts_with("numeric") => "BigDecimal",
        ty if ty.starts_with("timestamp") => "Instant",
        ty if ty.starts_with("time") => "LocalTime",
        "interval" => "Duration",
        _ => "String",
    };
    Java { word: word.into(), column: Some(column.ty.clone()), longest: None }
}

fn field(table: &Table, column: &Column, name: &str, ty: &Java, validations: &[Validation]) -> String {
    let mut said = String::new();
    let key = table.primary_key().contains(&column.name);
    if key {
        said += "@Id ";
        let generated = match ty.word.as_str() {
            "Integer" | "Long" => column.identity.is_some(),
            "UUID" => column.default.as_deref() == Some(names::UUID),
            _ => true,
        };
        said += if generated { "" } else { "@autoGenerate(false) " };
    }
    if let Some(sql) = &ty.column {
        said += &format!("@columnType(\"{sql}\") ");
    }
    if names::column(name) != column.name {
        said += &format!("@fieldNameAsDatabaseColumn(\"{}\") ", column.name);
    }
    let made = key && ty.word == "UUID" && column.default.as_deref() == Some(names::UUID);
    if let Some(default) = column.default.as_ref().filter(|_| !made) {
        said += &format!("@defaultValueComputed(\"{default}\") ");
    }
    let mut after: String = ty.longest.iter().map(|n| format!(" maxlength({n})")).collect();
    after.extend(validations.iter().map(Validation::written));
    if column.not_null && !key {
        after += " required";
    }
    if is_unique(table, &column.name) {
        after += " unique";
    }
    format!("{}  {said}{name} {}{after}\n", doc(column.comment.as_ref(), "  "), ty.word)
}

/// Blocks of relationships of the same kind, in the order in which the tables have them.
fn relationships(schema: &Schema, entities: &BTreeMap<&Name, String>) -> String {
    let mut lines: Vec<(&str, String)> = vec![];
    for table in &schema.tables {
        let action = |on: &str, a: Action| match a {
            Action::NoAction => String::new(),
            a => format!("@On{on}(\"{}\") ", action_words(a).to_uppercase()),
        };
        if let Some((owner, field, target)) = fit::pair(table) {
            let (on_delete, on_update) =
                references(table).next().map_or(Default::default(), |r| (action("Delete", r.3), action("Update", r.4)));
            let line = format!(
                "{}{{{}}} to {on_delete}{on_update}{}",
                entities[&owner],
                names::camel(&field),
                entities[&target]
            );
            lines.push(("ManyToMany", line));
            continue;
        }
        for (columns, target, key, on_delete, on_update) in references(table) {
            let Some(stem) = fit::stem(columns, key) else { continue };
            let column = table.column(&columns[0]);
            let in_key = table.primary_key().contains(&columns[0]);
            let alone = columns == table.primary_key() || matches!(columns, [c] if is_unique(table, c));
            let required = if !in_key && column.is_some_and(|c| c.not_null) { " required" } else { "" };
            let comment = doc(column.and_then(|c| c.comment.as_ref()), "  ");
            let line = format!(
                "{}{{{}{required}}} to {}{}{}{}",
                entities[&table.name],
                names::camel(&stem),
                if in_key { "@Id " } else { "" },
                action("Delete", on_delete),
                action("Update", on_update),
                entities[target]
            );
            let line = if comment.is_empty() { line } else { format!("{}\n  {line}", comment.trim()) };
            lines.push((if alone { "OneToOne" } else { "ManyToOne" }, line));
        }
    }
    let mut out = String::new();
    for block in lines.chunk_by(|a, b| a.0 == b.0) {
        let inner: Vec<String> = block.iter().map(|(_, line)| format!("  {line}\n")).collect();
        out += &format!("relationship {} {{\n{}}}\n\n", block[0].0, inner.concat());
    }
    out
}
