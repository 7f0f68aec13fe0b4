//! The physical diagram: tables with their columns, keys and references.
use super::{
    BOXES_DRAWN, Place,
    draw::{Edge, End, Node, Row, svg},
};
use crate::text::anchor;
use std::collections::BTreeMap;
use tw_model::schema::{Column, Constraint, ConstraintKind, Name, Schema, Table};

/// Rows drawn of one table; a table with more says how many are missing.
const ROWS_DRAWN: usize = 40;

/// Which tables a drawing shows, and how much of them.
pub struct Drawn<'a> {
    /// Makes the ids of a page's drawings differ.
    pub id: String,
    /// Drawn with their columns.
    pub tables: Vec<&'a Table>,
    /// Drawn by name alone, since tables of the drawing refer to them.
    pub beside: Vec<&'a Table>,
    /// Of the columns, only those of keys and references are drawn.
    pub keys_only: bool,
}

/// The tables of the schema as SVG. Partitions are drawn as a note on their parent.
pub fn er_svg(schema: &Schema, place: Place) -> String {
    let all = wholes(schema);
    let left_out = all.len().saturating_sub(BOXES_DRAWN);
    let tables = all[..all.len() - left_out].to_vec();
    let drawn = Drawn { id: "tables".into(), tables, beside: vec![], keys_only: false };
    drawn_svg(schema, &drawn, "Tables and their references", left_out, place)
}

/// Some tables of the schema as SVG.
pub fn drawn_svg(schema: &Schema, drawn: &Drawn, title: &str, left_out: usize, place: Place) -> String {
    let (nodes, edges) = tables(schema, drawn);
    let mut about: Vec<String> = edges.iter().map(|e| format!("{}.", e.spoken)).collect();
    if left_out > 0 {
        about.push(format!("{left_out} more tables are not drawn."));
    }
    if about.is_empty() {
        about.push("Tables without references.".into());
    }
    svg(&drawn.id, title, &about.join(" "), &nodes, &edges, place)
}

/// Tables that are no partition of another.
pub fn wholes(schema: &Schema) -> Vec<&Table> {
    schema.tables.iter().filter(|t| t.partition_of.is_none()).collect()
}

/// The boxes and edges of a drawing.
pub fn tables(schema: &Schema, drawn: &Drawn) -> (Vec<Node>, Vec<Edge>) {
    let boxes: Vec<Boxed<'_>> = drawn
        .tables
        .iter()
        .map(|table| Boxed { table, columns: columns_drawn(table, drawn.keys_only) })
        .chain(drawn.beside.iter().map(|table| Boxed { table, columns: vec![] }))
        .collect();
    let index: BTreeMap<&Name, usize> = boxes.iter().enumerate().map(|(i, b)| (&b.table.name, i)).collect();
    let nodes = boxes.iter().enumerate().map(|(i, b)| node(schema, b, i >= drawn.tables.len())).collect();
    let mut edges = vec![];
    for (holder, table) in drawn.tables.iter().enumerate() {
        for constraint in &table.constraints {
            edges.extend(reference(&boxes[holder], holder, constraint, &index, &boxes));
        }
    }
    (nodes, edges)
}

/// A table with the columns that are drawn of it.
struct Boxed<'a> {
    table: &'a Table,
    columns: Vec<&'a Column>,
}

fn columns_drawn(table: &Table, keys_only: bool) -> Vec<&Column> {
    let key = table.primary_key();
    let all = table.columns.iter();
    all.filter(|c| !keys_only || key.contains(&c.name) || is_reference(table, &c.name)).collect()
}

/// Name of a table as pages show it: with its namespace when that is not `public`.
pub fn shown(name: &Name) -> String {
    if name.schema.is_empty() || name.schema == "public" {
        name.name.clone()
    } else {
        format!("{}.{}", name.schema, name.name)
    }
}

fn node(schema: &Schema, drawn: &Boxed, beside: bool) -> Node {
    let table = drawn.table;
    let partitions =
        schema.tables.iter().filter(|t| t.partition_of.as_ref().is_some_and(|(p, _)| *p == table.name)).count();
    let key = table.primary_key();
    let mut rows: Vec<Row> = drawn
        .columns
        .iter()
        .map(|c| Row {
            mark: match (key.contains(&c.name), is_reference(table, &c.name)) {
                (true, true) => "PK FK",
                (true, false) => "PK",
                (false, true) => "FK",
                (false, false) => "",
            },
            name: c.name.clone(),
            note: short_type(&c.ty),
            optional: !c.not_null,
        })
        .collect();
    if rows.len() > ROWS_DRAWN {
        let more = rows.len() - ROWS_DRAWN + 1;
        rows.truncate(ROWS_DRAWN - 1);
        rows.push(Row { name: format!("… {more} more columns"), ..Row::default() });
    }
    Node {
        title: shown(&table.name),
        note: match (partitions, &table.partition_by) {
            _ if beside => "drawn elsewhere".into(),
            (0, None) => String::new(),
            (0, Some(_)) => "partitioned".into(),
            (n, _) => format!("{n} partitions"),
        },
        href: anchor("table", &shown(&table.name)),
        rows,
        weak: false,
    }
}

/// True when a foreign key of the table holds the column.
pub fn is_reference(table: &Table, column: &str) -> bool {
    table
        .constraints
        .iter()
        .any(|c| matches!(&c.kind, ConstraintKind::Foreign { columns, .. } if columns.iter().any(|x| x == column)))
}

fn reference(
    from: &Boxed,
    holder: usize,
    constraint: &Constraint,
    index: &BTreeMap<&Name, usize>,
    boxes: &[Boxed],
) -> Option<Edge> {
    let table = from.table;
    let ConstraintKind::Foreign { columns, target, target_columns, .. } = &constraint.kind else {
        return None;
    };
    let target_at = *index.get(target)?;
    let row_of = |b: &Boxed, column: Option<&String>| {
        let at = b.columns.iter().position(|c| Some(&c.name) == column);
        Some(at.unwrap_or(0).min(ROWS_DRAWN - 1)).filter(|_| !b.columns.is_empty())
    };
    let optional = columns.iter().any(|c| table.column(c).is_some_and(|c| !c.not_null));
    Some(Edge {
        from: target_at,
        to: holder,
        from_row: row_of(&boxes[target_at], target_columns.first()),
        to_row: row_of(from, telling(table, columns)),
        from_end: if optional { End::ZeroOrOne } else { End::One },
        to_end: if is_unique(table, columns) { End::ZeroOrOne } else { End::ZeroOrMore },
        label: String::new(),
        label_at_from: true,
        spoken: format!(
            "{}: {} ({}) references {} ({})",
            constraint.name,
            shown(&table.name),
            columns.join(", "),
            shown(target),
            target_columns.join(", ")
        ),
    })
}

/// The column that tells a reference of several columns from others: one that no other reference holds.
fn telling<'a>(table: &Table, columns: &'a [String]) -> Option<&'a String> {
    let holders = |column: &String| {
        table
            .constraints
            .iter()
            .filter(|c| matches!(&c.kind, ConstraintKind::Foreign { columns, .. } if columns.contains(column)))
            .count()
    };
    columns.iter().min_by_key(|c| holders(c))
}

/// True when the columns together cannot repeat.
pub fn is_unique(table: &Table, columns: &[String]) -> bool {
    let within = |key: &[String]| !key.is_empty() && key.iter().all(|c| columns.contains(c));
    table.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => within(columns),
        _ => false,
    }) || table.indexes.iter().any(|i| {
        let plain = i.unique && i.filter.is_none() && i.parts.iter().all(|p| !p.is_expression);
        let names: Vec<String> = i.parts.iter().map(|p| p.column.clone()).collect();
        plain && within(&names)
    })
}

/// The type as people write it: `timestamptz`, `varchar(20)`.
pub fn short_type(ty: &str) -> String {
    let base = ty.replace("character varying", "varchar").replace("double precision", "float8");
    for kind in ["timestamp", "time"] {
        if let Some(rest) = base.strip_prefix(kind) {
            if let Some(precision) = rest.strip_suffix(" with time zone") {
                return format!("{kind}tz{precision}");
            }
            if let Some(precision) = rest.strip_suffix(" without time zone") {
                return format!("{kind}{precision}");
            }
        }
    }
    base
}
