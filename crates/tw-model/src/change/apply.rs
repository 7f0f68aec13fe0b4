//! What a change does to a schema: the same as its statements do on a server, dependants included.
use super::{Change, partition, privilege, property, remove, rename};
use crate::schema::*;

impl Change {
    /// Edits the schema. A change about an object that is not there does nothing.
    ///
    /// Where a server refuses the statement (a table that views read is dropped), the edit is made all
    /// the same. Default privileges are not acted out: a created object gets no grants by them.
    pub fn apply(&self, schema: &mut Schema) {
        match self {
            Change::CreateNamespace { namespace } => put(&mut schema.namespaces, namespace, |a, b| a.name == b.name),
            Change::DropNamespace { name } => remove::namespace(schema, name),
            Change::CreateExtension { extension } => put(&mut schema.extensions, extension, |a, b| a.name == b.name),
            Change::DropExtension { name } => schema.extensions.retain(|e| &e.name != name),
            Change::CreateType { ty } | Change::AlterType { to: ty, .. } => {
                put(&mut schema.types, ty, |a, b| a.name == b.name)
            }
            Change::DropType { name } => remove::ty(schema, name),
            Change::AddEnumLabel { ty, label, before } => add_label(schema, ty, label, before),
            Change::CreateSequence { sequence } | Change::AlterSequence { to: sequence, .. } => {
                put(&mut schema.sequences, sequence, |a, b| a.name == b.name)
            }
            Change::DropSequence { name } => remove::sequence(schema, name),
            Change::CreateTable { table } => create_table(schema, table),
            Change::DropTable { name } => remove::table(schema, name),
            Change::RenameTable { from, to } => rename::table(schema, from, to),
            Change::RenameColumn { table, from, to } => rename::column(schema, table, from, to),
            Change::CreateView { view } => put(&mut schema.views, view, |a, b| a.name == b.name),
            Change::DropView { name, .. } => remove::view(schema, name),
            Change::CreateFunction { function } => create_function(schema, function),
            Change::DropFunction { name, arguments, .. } => remove::function(schema, name, arguments),
            Change::CreateRole { role } | Change::AlterRole { role } => {
                put(&mut schema.roles, role, |a, b| a.name == b.name)
            }
            Change::DropRole { name } => remove::role(schema, name),
            Change::Grant { grant } => privilege::give(schema, grant),
            Change::Revoke { grant } => privilege::take(schema, grant),
            Change::AddDefaultPrivilege { privilege } => privilege::add_default(schema, privilege),
            Change::DropDefaultPrivilege { privilege } => privilege::drop_default(schema, privilege),
            Change::SetOwner { on, owner } => property::set_owner(schema, on, owner),
            Change::Comment { on, text } => property::comment(schema, on, text),
            _ => self.apply_to_table(schema),
        }
    }

    /// The changes whose subject is one table (and, for columns, its children).
    fn apply_to_table(&self, schema: &mut Schema) {
        match self {
            Change::AddColumn { table, column } => on_family(schema, table, |t| {
                if t.column(&column.name).is_none() {
                    let child = &t.name != table;
                    t.columns.push(Column {
                        inherited: column.inherited || child && t.partition_of.is_none(),
                        comment: column.comment.clone().filter(|_| !child),
                        identity: column.identity.clone().filter(|_| !child),
                        ..column.clone()
                    });
                }
            }),
            Change::DropColumn { table, column } => remove::column(schema, table, column),
            Change::SetColumnType { table, column, ty, collation } => on_family(schema, table, |t| {
                if let Some(c) = column_mut(t, column) {
                    c.ty.clone_from(ty);
                    c.collation.clone_from(collation);
                    // A new type brings its own.
                    (c.storage, c.compression) = (None, None);
                }
            }),
            Change::SetNotNull { table, column, not_null } => on_family(schema, table, |t| {
                if let Some(c) = column_mut(t, column) {
                    c.not_null = *not_null;
                    c.not_null_as = None;
                }
            }),
            Change::SetDefault { table, column, default } => on_family(schema, table, |t| {
                if let Some(c) = column_mut(t, column) {
                    c.default.clone_from(default);
                }
            }),
            Change::SetColumnProperty { table, from, to } => on_family(schema, table, |t| {
                let child = &t.name != table;
                if let Some(c) = column_mut(t, &to.name) {
                    set_property(c, from, to, child);
                }
            }),
            Change::AddConstraint { table, constraint } => add_constraint(schema, table, constraint),
            Change::ValidateConstraint { table, name } => on_table(schema, table, |t| {
                if let Some(c) = t.constraints.iter_mut().find(|c| &c.name == name) {
                    c.not_valid = false;
                }
            }),
            Change::DropConstraint { table, name } => {
                on_table(schema, table, |t| t.constraints.retain(|c| &c.name != name))
            }
            Change::CreateIndex { table, index } => {
                on_table(schema, table, |t| put(&mut t.indexes, index, |a, b| a.name == b.name));
                on_view(schema, table, |v| put(&mut v.indexes, index, |a, b| a.name == b.name));
            }
            Change::DropIndex { table, name } => {
                on_table(schema, table, |t| t.indexes.retain(|i| &i.name != name));
                on_view(schema, table, |v| v.indexes.retain(|i| &i.name != name));
            }
            Change::CreateTrigger { table, trigger } => {
                on_table(schema, table, |t| put(&mut t.triggers, trigger, |a, b| a.name == b.name));
                on_view(schema, table, |v| put(&mut v.triggers, trigger, |a, b| a.name == b.name));
            }
            Change::DropTrigger { table, name } => {
                on_table(schema, table, |t| t.triggers.retain(|x| &x.name != name));
                on_view(schema, table, |v| v.triggers.retain(|x| &x.name != name));
            }
            Change::SetRowSecurity { table, enabled, forced } => on_table(schema, table, |t| {
                t.row_security = *enabled;
                t.force_row_security = *forced;
            }),
            Change::CreatePolicy { table, policy } => {
                on_table(schema, table, |t| put(&mut t.policies, policy, |a, b| a.name == b.name))
            }
            Change::DropPolicy { table, name } => on_table(schema, table, |t| t.policies.retain(|p| &p.name != name)),
            Change::SetTableOptions { table, to: options, .. } => {
                on_table(schema, table, |t| t.options.clone_from(options))
            }
            Change::PartitionBy { table, by } => on_table(schema, table, |t| t.partition_by = Some(by.clone())),
            Change::OrderColumns { table, columns } => on_table(schema, table, |t| {
                t.columns.sort_by_key(|c| columns.iter().position(|name| *name == c.name).unwrap_or(usize::MAX))
            }),
            Change::SetLogged { table, logged } => on_table(schema, table, |t| t.unlogged = !logged),
            Change::AttachPartition { table, parent, bound } => partition::attach(schema, table, parent, bound),
            Change::DetachPartition { table, parent } => partition::detach(schema, table, parent),
            Change::Inherit { table, parent } => partition::join(schema, table, parent),
            Change::NoInherit { table, parent } => partition::leave(schema, table, parent),
            _ => {}
        }
    }
}

/// Replaces the item that is the same object, else appends it.
pub(super) fn put<T: Clone>(list: &mut Vec<T>, item: &T, same: impl Fn(&T, &T) -> bool) {
    match list.iter_mut().find(|other| same(other, item)) {
        Some(slot) => slot.clone_from(item),
        None => list.push(item.clone()),
    }
}

/// Edits one table.
pub(super) fn on_table(schema: &mut Schema, name: &Name, edit: impl FnOnce(&mut Table)) {
    if let Some(table) = schema.table_mut(name) {
        edit(table);
    }
}

fn on_view(schema: &mut Schema, name: &Name, edit: impl FnOnce(&mut View)) {
    if let Some(view) = schema.views.iter_mut().find(|v| &v.name == name) {
        edit(view);
    }
}

/// Names of a table, its partitions and its classic children, the table first.
pub(super) fn family(schema: &Schema, name: &Name) -> Vec<Name> {
    let mut all = vec![name.clone()];
    let mut next = 0;
    while next < all.len() {
        let parent = all[next].clone();
        for t in &schema.tables {
            let partition = t.partition_of.as_ref().is_some_and(|(p, _)| p == &parent);
            if (partition || t.inherits.contains(&parent)) && !all.contains(&t.name) {
                all.push(t.name.clone());
            }
        }
        next += 1;
    }
    all
}

/// Edits a table and, as `ALTER TABLE` does without ONLY, everything that inherits from it.
pub(super) fn on_family(schema: &mut Schema, name: &Name, mut edit: impl FnMut(&mut Table)) {
    for member in family(schema, name) {
        on_table(schema, &member, &mut edit);
    }
}

/// The column of that name, to change.
pub(super) fn column_mut<'a>(table: &'a mut Table, name: &str) -> Option<&'a mut Column> {
    table.columns.iter_mut().find(|c| c.name == name)
}

fn create_table(schema: &mut Schema, table: &Table) {
    let mut table = table.clone();
    if table.columns.is_empty()
        && let Some((parent, _)) = &table.partition_of
        && let Some(parent) = schema.table(parent)
    {
        table.columns.clone_from(&parent.columns);
        for column in &mut table.columns {
            column.identity = None;
            column.comment = None;
        }
    }
    for key in table.primary_key().to_vec() {
        if let Some(column) = column_mut(&mut table, &key) {
            column.not_null = true;
        }
    }
    put(&mut schema.tables, &table, |a, b| a.name == b.name);
}

/// CREATE OR REPLACE keeps owner and comment.
fn create_function(schema: &mut Schema, function: &Function) {
    let same = |a: &Function, b: &Function| (&a.name, &a.arguments) == (&b.name, &b.arguments);
    let old = schema.functions.iter().find(|f| same(f, function)).cloned();
    let mut function = function.clone();
    if let Some(old) = old {
        function.owner = function.owner.or(old.owner);
        function.comment = function.comment.or(old.comment);
    }
    put(&mut schema.functions, &function, same);
}

fn add_label(schema: &mut Schema, ty: &Name, label: &str, before: &Option<String>) {
    let Some(TypeKind::Enum { labels }) = schema.types.iter_mut().find(|t| &t.name == ty).map(|t| &mut t.kind) else {
        return;
    };
    if labels.iter().any(|l| l == label) {
        return;
    }
    let at = before.as_ref().and_then(|before| labels.iter().position(|l| l == before)).unwrap_or(labels.len());
    labels.insert(at, label.to_string());
}

/// A child's merged copy of a CHECK is not listed; a primary key makes its columns NOT NULL.
fn add_constraint(schema: &mut Schema, table: &Name, constraint: &Constraint) {
    on_table(schema, table, |t| put(&mut t.constraints, constraint, |a, b| a.name == b.name));
    match &constraint.kind {
        ConstraintKind::Check { no_inherit: false, .. } => on_family(schema, table, |t| {
            if &t.name != table {
                t.constraints.retain(|c| c.name != constraint.name);
            }
        }),
        ConstraintKind::Primary { columns, .. } => on_family(schema, table, |t| {
            for column in columns {
                if let Some(c) = column_mut(t, column) {
                    c.not_null = true;
                }
            }
        }),
        _ => {}
    }
}

fn set_property(column: &mut Column, from: &Column, to: &Column, child: bool) {
    if from.storage != to.storage {
        column.storage.clone_from(&to.storage);
    }
    if to.generated.is_none() {
        column.generated = None;
    }
    if child {
        return;
    }
    if from.identity != to.identity {
        column.identity.clone_from(&to.identity);
    }
    if from.compression != to.compression {
        column.compression.clone_from(&to.compression);
    }
    if from.not_null_as != to.not_null_as {
        column.not_null_as.clone_from(&to.not_null_as);
    }
}
