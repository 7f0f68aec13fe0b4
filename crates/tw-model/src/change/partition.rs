//! Joining and leaving a parent table: what a child has from its parent is not listed on it.
use super::apply::on_table;
use crate::schema::*;

/// ATTACH: the child's equal constraints and indexes become the parent's.
pub(super) fn attach(schema: &mut Schema, table: &Name, parent: &Name, bound: &str) {
    let from_parent = schema.table(parent).cloned().unwrap_or_default();
    on_table(schema, table, |t| {
        t.partition_of = Some((parent.clone(), bound.to_string()));
        t.constraints.retain(|c| {
            !from_parent.constraints.iter().any(|p| match p.kind {
                ConstraintKind::Check { .. } => p.name == c.name,
                _ => p.kind == c.kind && p.deferrable == c.deferrable,
            })
        });
        t.indexes.retain(|i| !from_parent.indexes.iter().any(|p| same_index(p, i)));
        for column in &mut t.columns {
            if from_parent.column(&column.name).is_some_and(|c| c.identity.is_some()) {
                column.identity = None;
            }
        }
    });
}

/// DETACH: the child keeps what it had from the parent. Keys and indexes get the names that the server
/// makes up; those it had before it was attached are not known.
pub(super) fn detach(schema: &mut Schema, table: &Name, parent: &Name) {
    let from_parent = schema.table(parent).cloned().unwrap_or_default();
    on_table(schema, table, |t| {
        t.partition_of = None;
        for constraint in from_parent.constraints {
            let made_up = |columns: &[String], end: &str| {
                format!("{}_{}", t.name.name, [columns, &[end.to_string()]].concat().join("_"))
            };
            let name = match &constraint.kind {
                ConstraintKind::Primary { .. } => made_up(&[], "pkey"),
                ConstraintKind::Unique { columns, .. } => made_up(columns, "key"),
                ConstraintKind::Check { no_inherit: true, .. } => continue,
                _ => constraint.name.clone(),
            };
            t.constraints.push(Constraint { name, comment: None, ..constraint });
        }
        for index in from_parent.indexes {
            let part = |p: &IndexPart| {
                if p.is_expression { "expr".into() } else { p.column.clone() }
            };
            let parts: Vec<String> = index.parts.iter().map(part).collect();
            t.indexes.push(Index { name: format!("{}_{}_idx", t.name.name, parts.join("_")), comment: None, ..index });
        }
    });
}

/// INHERIT: the child's copies of the parent's checks are the parent's from now on.
pub(super) fn join(schema: &mut Schema, table: &Name, parent: &Name) {
    let from_parent = schema.table(parent).cloned().unwrap_or_default();
    on_table(schema, table, |t| {
        if !t.inherits.contains(parent) {
            t.inherits.push(parent.clone());
        }
        t.constraints.retain(|c| !from_parent.constraint(&c.name).is_some_and(is_inherited));
    });
}

/// True for constraints that every child must have.
pub(crate) fn is_inherited(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Check { no_inherit: false, .. })
}

/// NO INHERIT: what only the parent gave becomes the table's own.
pub(super) fn leave(schema: &mut Schema, table: &Name, parent: &Name) {
    let from_parent = schema.table(parent).cloned().unwrap_or_default();
    let others: Vec<Table> = schema.tables.clone();
    on_table(schema, table, |t| {
        if !t.inherits.contains(parent) {
            return;
        }
        t.inherits.retain(|p| p != parent);
        let elsewhere = |column: &str| {
            let mut parents = others.iter().filter(|o| t.inherits.contains(&o.name));
            parents.any(|p| p.column(column).is_some())
        };
        for c in &mut t.columns {
            c.inherited = c.inherited && elsewhere(&c.name);
        }
        let checks = from_parent
            .constraints
            .into_iter()
            .filter(|c| matches!(c.kind, ConstraintKind::Check { no_inherit: false, .. }));
        t.constraints.extend(checks.map(|c| Constraint { comment: None, ..c }));
    });
}

fn same_index(a: &Index, b: &Index) -> bool {
    let bare = |i: &Index| Index { name: String::new(), options: vec![], comment: None, ..i.clone() };
    bare(a) == bare(b)
}
