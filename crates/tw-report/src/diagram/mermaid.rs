//! The physical diagram as a Mermaid `erDiagram`.
use super::tables::{is_reference, is_unique, short_type, shown};
use crate::text::one_line;
use std::fmt::Write;
use tw_model::schema::{ConstraintKind, Schema, Table};

/// The tables of the schema as Mermaid text. Names and types that its grammar does not take are
/// written with `_`, and the true name stands beside them as a comment.
pub fn er_mermaid(schema: &Schema) -> String {
    let mut out = String::from("erDiagram\n");
    let drawn = || schema.tables.iter().filter(|t| t.partition_of.is_none());
    for table in drawn() {
        let _ = writeln!(out, "    {} {{", quoted(&shown(&table.name)));
        for column in &table.columns {
            let ty = word(&short_type(&column.ty));
            let name = word(&column.name);
            let mut keys = vec![];
            if table.primary_key().contains(&column.name) {
                keys.push("PK");
            }
            if is_reference(table, &column.name) {
                keys.push("FK");
            }
            let alone = std::slice::from_ref(&column.name);
            if !keys.contains(&"PK") && is_unique(table, alone) {
                keys.push("UK");
            }
            let mut notes = vec![];
            if name != column.name {
                notes.push(column.name.clone());
            }
            if !column.not_null {
                notes.push("optional".into());
            }
            let _ = write!(out, "        {ty} {name}");
            if !keys.is_empty() {
                let _ = write!(out, " {}", keys.join(", "));
            }
            if !notes.is_empty() {
                let _ = write!(out, " {}", quoted(&notes.join(", ")));
            }
            out.push('\n');
        }
        out.push_str("    }\n");
    }
    for table in drawn() {
        references(&mut out, table, schema);
    }
    out
}

fn references(out: &mut String, table: &Table, schema: &Schema) {
    for constraint in &table.constraints {
        let ConstraintKind::Foreign { columns, target, .. } = &constraint.kind else {
            continue;
        };
        if !schema.tables.iter().any(|t| t.name == *target && t.partition_of.is_none()) {
            continue;
        }
        let optional = columns.iter().any(|c| table.column(c).is_some_and(|c| !c.not_null));
        let one = if optional { "|o" } else { "||" };
        let many = if is_unique(table, columns) { "o|" } else { "o{" };
        let _ = writeln!(
            out,
            "    {} {one}--{many} {} : {}",
            quoted(&shown(target)),
            quoted(&shown(&table.name)),
            quoted(&columns.join(", "))
        );
    }
}

/// A quoted Mermaid string: what its lexer forbids inside quotes is replaced.
fn quoted(text: &str) -> String {
    let inner: String = one_line(text)
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '%' | '\\' | '\u{fffd}' => '_',
            _ => c,
        })
        .collect();
    let inner = if inner.is_empty() { "_".to_string() } else { inner };
    format!("\"{inner}\"")
}

/// A bare Mermaid word: a letter or underscore, then letters, digits, `-_[]()`.
fn word(text: &str) -> String {
    let mut out: String = text
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '(' | ')' | '[' | ']' => c,
            _ => '_',
        })
        .collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert_str(0, "x_");
    }
    out
}
