//! A schema as Prisma's: models with both sides of each relation.
use super::super::{is_unique, references, types, wide_uniques};
use super::{ACTIONS, TYPES};
use tw_model::{
    ident,
    model::Action,
    schema::{Column, Name, Schema, Table, TypeKind},
};

pub(super) fn write(schema: &Schema) -> String {
    let mut out =
        String::from("datasource db {\n  provider = \"postgresql\"\n  url      = env(\"DATABASE_URL\")\n}\n\n");
    for ty in &schema.types {
        if let TypeKind::Enum { labels } = &ty.kind {
            out += &format!("enum {} {{\n", word(&ty.name.name));
            for label in labels {
                out += &format!("  {}{}\n", word(label), mapped("@map", &word(label), label));
            }
            out += &block_names(&ty.name);
            out += "}\n\n";
        }
    }
    for table in &schema.tables {
        out += &format!("model {} {{\n", model_name(&table.name));
        for column in &table.columns {
            out += &self::column(table, column, schema);
        }
        relations(&mut out, table, schema);
        if table.primary_key().len() > 1 {
            out += &format!("\n  @@id([{}])\n", words_of(table.primary_key()));
        }
        for columns in wide_uniques(table) {
            out += &format!("  @@unique([{}])\n", words_of(columns));
        }
        for index in &table.indexes {
            let columns: Vec<String> = index.parts.iter().map(|p| p.column.clone()).collect();
            out += &format!("  @@index([{}], map: {})\n", words_of(&columns), quoted(&index.name));
        }
        out += &block_names(&table.name);
        out += "}\n\n";
    }
    out.trim_end().to_string() + "\n"
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name that Prisma takes: a letter, then letters, digits and underscores.
fn word(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain } else { format!("n{plain}") }
}

fn words_of(names: &[String]) -> String {
    names.iter().map(|n| word(n)).collect::<Vec<_>>().join(", ")
}

fn mapped(attribute: &str, word: &str, name: &str) -> String {
    if word == name { String::new() } else { format!(" {attribute}({})", quoted(name)) }
}

/// Tables of other schemas are told by it, for models have one space of names.
fn model_name(name: &Name) -> String {
    if name.schema == "public" { word(&name.name) } else { word(&format!("{}_{}", name.schema, name.name)) }
}

fn block_names(name: &Name) -> String {
    let mut out = String::new();
    if model_name(name) != name.name {
        out += &format!("  @@map({})\n", quoted(&name.name));
    }
    if name.schema != "public" {
        out += &format!("  @@schema({})\n", quoted(&name.schema));
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}

/// Prisma's type and native type of a printed one.
fn prisma_type(sql: &str) -> Option<(String, String)> {
    let short = types::short(sql);
    let (base, parameters) = short.split_once('(').map_or((short.as_str(), ""), |(b, p)| (b, p.trim_end_matches(')')));
    let all = |parameters: &str| {
        if parameters.is_empty() { String::new() } else { format!("({})", parameters.replace(',', ", ")) }
    };
    let found = TYPES.iter().find(|(_, _, printed)| types::short(printed) == base)?;
    if found.1.is_empty() && !parameters.is_empty() {
        return None;
    }
    let native = if found.1.is_empty() { String::new() } else { format!(" @db.{}{}", found.1, all(parameters)) };
    Some((found.0.to_string(), native))
}

fn column(table: &Table, column: &Column, schema: &Schema) -> String {
    let (base, list) = column.ty.strip_suffix("[]").map_or((column.ty.as_str(), ""), |b| (b, "[]"));
    let of_enum = schema.types.iter().find(|t| ident::name(&t.name) == base).map(|t| word(&t.name.name));
    let (ty, native) = match of_enum {
        Some(name) => (name, String::new()),
        None => prisma_type(base).unwrap_or_else(|| (format!("Unsupported({})", quoted(base)), String::new())),
    };
    let name = word(&column.name);
    let mut said = String::new();
    if table.primary_key() == [column.name.clone()] {
        said += " @id";
    }
    if is_unique(table, &column.name) {
        said += " @unique";
    }
    if column.identity.is_some() {
        said += " @default(autoincrement())";
    }
    if let Some(default) = &column.default {
        said += &format!(" @default(dbgenerated({}))", quoted(default));
    }
    let optional = if column.not_null { "" } else { "?" };
    format!("  {name} {ty}{list}{optional}{said}{}{native}\n", mapped("@map", &name, &column.name))
}

/// Both sides of each relation: what this table refers to, and what refers to it.
fn relations(out: &mut String, table: &Table, schema: &Schema) {
    for (n, (columns, target, theirs, on_delete, on_update)) in references(table).enumerate() {
        let optional = columns.iter().any(|c| table.column(c).is_some_and(|c| !c.not_null));
        let action = |a: Action| ACTIONS.iter().find(|(_, b)| *b == a).map_or("NoAction", |(w, _)| w);
        *out += &format!(
            "  {}_{n}_ref {}{} @relation({}, fields: [{}], references: [{}], onDelete: {}, onUpdate: {})\n",
            model_name(target),
            model_name(target),
            if optional { "?" } else { "" },
            quoted(&relation_name(table, n)),
            words_of(columns),
            words_of(theirs),
            action(on_delete),
            action(on_update),
        );
    }
    for holder in &schema.tables {
        for (n, (columns, ..)) in references(holder).enumerate().filter(|(_, r)| *r.1 == table.name) {
            let alone = columns == holder.primary_key() || matches!(columns, [c] if is_unique(holder, c));
            let many = if alone { "?" } else { "[]" };
            let name = model_name(&holder.name);
            *out += &format!("  {name}_{n}_back {name}{many} @relation({})\n", quoted(&relation_name(holder, n)));
        }
    }
}

fn relation_name(table: &Table, n: usize) -> String {
    format!("{}_{n}", model_name(&table.name))
}
