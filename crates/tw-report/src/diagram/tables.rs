//! The physical diagram: tables with their columns, keys and references.
use super::{
    BOXES_DRAWN, Place,
    draw::{Edge, End, Node, Row, svg},
};
use crate::text::anchor;
use std::collections::BTreeMap;
use tw_model::schema::{Constraint, ConstraintKind, Name, Schema, Table};

/// Rows drawn of one table; a table with more says how many are missing.
const ROWS_DRAWN: usize = 40;

/// The tables of the schema as SVG. Partitions are drawn as a note on their parent.
pub fn er_svg(schema: &Schema, place: Place) -> String {
    let (nodes, edges, left_out) = tables(schema);
    let mut about: Vec<String> = edges.iter().map(|e| format!("{}.", e.spoken)).collect();
    if left_out > 0 {
        about.push(format!("{left_out} more tables are not drawn."));
    }
    if about.is_empty() {
        about.push("Tables without references.".into());
    }
    svg("tables", "Tables and their references", &about.join(" "), &nodes, &edges, place)
}

/// The boxes and edges of the diagram, and how many tables are left out.
pub fn tables(schema: &Schema) -> (Vec<Node>, Vec<Edge>, usize) {
    let all: Vec<&Table> = schema.tables.iter().filter(|t| t.partition_of.is_none()).collect();
    let left_out = all.len().saturating_sub(BOXES_DRAWN);
    let drawn = &all[..all.len() - left_out];
    let index: BTreeMap<&Name, usize> = drawn.iter().enumerate().map(|(i, t)| (&t.name, i)).collect();
    let nodes = drawn.iter().map(|t| node(schema, t)).collect();
    let mut edges = vec![];
    for (holder, table) in drawn.iter().enumerate() {
        for constraint in &table.constraints {
            edges.extend(reference(table, holder, constraint, &index, drawn));
        }
    }
    (nodes, edges, left_out)
}

/// Name of a table as pages show it: with its namespace when that is not `public`.
pub fn shown(name: &Name) -> String {
    if name.schema.is_empty() || name.schema == "public" {
        name.name.clone()
    } else {
        format!("{}.{}", name.schema, name.name)
    }
}

fn node(schema: &Schema, table: &Table) -> Node {
    let partitions =
        schema.tables.iter().filter(|t| t.partition_of.as_ref().is_some_and(|(p, _)| *p == table.name)).count();
    let key = table.primary_key();
    let mut rows: Vec<Row> = table
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
    table: &Table,
    holder: usize,
    constraint: &Constraint,
    index: &BTreeMap<&Name, usize>,
    drawn: &[&Table],
) -> Option<Edge> {
    let ConstraintKind::Foreign { columns, target, target_columns, .. } = &constraint.kind else {
        return None;
    };
    let target_at = *index.get(target)?;
    let row_of = |t: &Table, column: Option<&String>| {
        let at = t.columns.iter().position(|c| Some(&c.name) == column);
        Some(at.unwrap_or(0).min(ROWS_DRAWN - 1)).filter(|_| !t.columns.is_empty())
    };
    let optional = columns.iter().any(|c| table.column(c).is_some_and(|c| !c.not_null));
    Some(Edge {
        from: target_at,
        to: holder,
        from_row: row_of(drawn[target_at], target_columns.first()),
        to_row: row_of(table, telling(table, columns)),
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
