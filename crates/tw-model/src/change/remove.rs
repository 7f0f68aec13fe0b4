//! Removal, with what the server removes along: partitions, owned sequences, privileges, and the
//! constraints and indexes of a column.
use super::{
    apply::{family, on_table},
    uses,
};
use crate::schema::*;

/// DROP SCHEMA of an empty namespace.
pub(super) fn namespace(schema: &mut Schema, name: &str) {
    schema.namespaces.retain(|n| n.name != name);
    schema.default_privileges.retain(|d| d.schema.as_deref() != Some(name));
    privileges(schema, |on| matches!(on, GrantOn::Namespace { name: n } if n == name));
}

/// DROP TYPE.
pub(super) fn ty(schema: &mut Schema, name: &Name) {
    schema.types.retain(|t| &t.name != name);
    privileges(schema, |on| matches!(on, GrantOn::Type { name: n } if n == name));
}

/// DROP SEQUENCE.
pub(super) fn sequence(schema: &mut Schema, name: &Name) {
    schema.sequences.retain(|s| &s.name != name);
    privileges(schema, |on| matches!(on, GrantOn::Sequence { name: n } if n == name));
}

/// DROP VIEW.
pub(super) fn view(schema: &mut Schema, name: &Name) {
    schema.views.retain(|v| &v.name != name);
    privileges(schema, |on| matches!(on, GrantOn::Table { name: n } if n == name));
}

/// DROP ROUTINE.
pub(super) fn function(schema: &mut Schema, name: &Name, arguments: &str) {
    schema.functions.retain(|f| &f.name != name || f.arguments != arguments);
    privileges(schema, |on| matches!(on, GrantOn::Function { name: n, arguments: a } if n == name && a == arguments));
}

/// DROP ROLE.
pub(super) fn role(schema: &mut Schema, name: &str) {
    schema.roles.retain(|r| r.name != name);
    for role in &mut schema.roles {
        role.member_of.retain(|r| r != name);
    }
}

/// DROP TABLE: its partitions, sequences and privileges go along.
pub(super) fn table(schema: &mut Schema, name: &Name) {
    let mut gone = vec![name.clone()];
    let mut next = 0;
    while next < gone.len() {
        let parent = gone[next].clone();
        let partitions = schema.tables.iter().filter(|t| t.partition_of.as_ref().is_some_and(|(p, _)| p == &parent));
        gone.extend(partitions.map(|t| t.name.clone()));
        next += 1;
    }
    schema.tables.retain(|t| !gone.contains(&t.name));
    privileges(schema, |on| matches!(on, GrantOn::Table { name: n } if gone.contains(n)));
    owned_sequences(schema, |table, _| gone.contains(table));
}

/// DROP COLUMN: constraints, indexes, sequences and column privileges go along, in children too.
pub(super) fn column(schema: &mut Schema, table: &Name, column: &str) {
    for member in family(schema, table) {
        let mut gone = false;
        on_table(schema, &member, |t| {
            let own = &member == table || t.partition_of.is_some();
            gone = t.columns.iter().any(|c| c.name == column && (own || c.inherited));
            if gone {
                t.columns.retain(|c| c.name != column);
                t.constraints.retain(|c| !uses::constraint(c, column));
                t.indexes.retain(|i| !uses::index(i, column));
            }
        });
        if gone {
            for list in [&mut schema.grants, &mut schema.revokes] {
                list.retain_mut(|g| {
                    let here = matches!(&g.on, GrantOn::Table { name } if name == &member);
                    let before = g.columns.len();
                    if here {
                        g.columns.retain(|c| c != column);
                    }
                    before == 0 || !g.columns.is_empty()
                });
            }
            owned_sequences(schema, |t, c| t == &member && c == column);
        }
    }
}

fn owned_sequences(schema: &mut Schema, by: impl Fn(&Name, &str) -> bool) {
    let owned =
        schema.sequences.iter().filter(|s| s.owned_by.as_ref().is_some_and(|(table, column)| by(table, column)));
    for name in owned.map(|s| s.name.clone()).collect::<Vec<_>>() {
        sequence(schema, &name);
    }
}

fn privileges(schema: &mut Schema, on: impl Fn(&GrantOn) -> bool) {
    schema.grants.retain(|g| !on(&g.on));
    schema.revokes.retain(|g| !on(&g.on));
}
