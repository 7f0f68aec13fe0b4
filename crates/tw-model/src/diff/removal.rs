//! The first half of a diff: what must go goes, dependants first.
use super::{
    Stage,
    doomed::{Doomed, Part, doomed},
    graph::{Object, in_order_of_hold},
};
use crate::{change::Change, print::is_foreign, schema::*};
use std::collections::BTreeSet;

/// Drops what is doomed.
pub(super) fn remove(stage: &mut Stage) {
    let d = doomed(stage.from, stage.to);
    free_kept_sequences(stage, &d);
    drop_parts(stage, &d.policies, |table, name| Change::DropPolicy { table, name });
    drop_parts(stage, &d.triggers, |table, name| Change::DropTrigger { table, name });
    let foreign: BTreeSet<Part> = stage
        .from
        .tables
        .iter()
        .flat_map(|t| t.constraints.iter().filter(|c| is_foreign(c)).map(|c| (t.name.clone(), c.name.clone())))
        .filter(|part| d.constraints.contains(part) || d.table(&part.0))
        .collect();
    for (table, name) in foreign {
        stage.emit(Change::DropConstraint { table, name });
    }
    leave_parents(stage, &d);
    for object in in_order_of_hold(stage.from).iter().rev() {
        let gone = d.objects.contains(object);
        match object {
            // A partition goes with its parent, a sequence with its column.
            Object::Table(name) if stage.now.table(name).is_none() => {}
            Object::Table(name) if gone => stage.emit(Change::DropTable { name: name.clone() }),
            Object::Table(name) => edit_table(stage, name, &d),
            Object::View(name) if gone => {
                let view = stage.from.views.iter().find(|v| &v.name == name);
                stage.emit(Change::DropView { name: name.clone(), materialized: view.is_some_and(|v| v.materialized) });
            }
            Object::View(name) => {
                drop_of(stage, name, &d.indexes, |table, name| Change::DropIndex { table, name });
            }
            Object::Function(name, arguments) if gone => {
                let mut all = stage.from.functions.iter();
                let function = all.find(|f| (&f.name, &f.arguments) == (name, arguments));
                stage.emit(Change::DropFunction {
                    name: name.clone(),
                    arguments: arguments.clone(),
                    procedure: function.is_some_and(|f| f.procedure),
                });
            }
            Object::Type(name) if gone => stage.emit(Change::DropType { name: name.clone() }),
            Object::Sequence(name) if gone && stage.now.sequences.iter().any(|s| &s.name == name) => {
                stage.emit(Change::DropSequence { name: name.clone() });
            }
            _ => {}
        }
    }
    drop_containers(stage);
}

/// A sequence that stays must not go with the column that owned it.
fn free_kept_sequences(stage: &mut Stage, d: &Doomed) {
    for s in &stage.from.sequences {
        let owner_goes = s.owned_by.as_ref().is_some_and(|o| d.table(&o.0) || d.columns.contains(o));
        let stays_with = |w: &&Sequence| w.name == s.name && w.owned_by != s.owned_by;
        if owner_goes && stage.to.sequences.iter().any(|w| stays_with(&w)) {
            let sequence = Sequence { owned_by: None, ..s.clone() };
            stage.emit(Change::AlterSequence { from: s.clone(), to: sequence });
        }
    }
}

fn leave_parents(stage: &mut Stage, d: &Doomed) {
    for t in &stage.from.tables {
        let Some(wanted) = stage.to.table(&t.name).filter(|_| !d.table(&t.name)) else {
            continue;
        };
        if let Some((parent, _)) = &t.partition_of
            && t.partition_of != wanted.partition_of
        {
            let (table, parent) = (t.name.clone(), parent.clone());
            stage.emit(Change::DetachPartition { table, parent });
        }
        for parent in t.inherits.iter().filter(|p| !wanted.inherits.contains(p)) {
            let (table, parent) = (t.name.clone(), parent.clone());
            stage.emit(Change::NoInherit { table, parent });
        }
        drop_copies(stage, t, wanted);
    }
}

/// What a child keeps of a parent that it left goes, unless it is wanted just so.
fn drop_copies(stage: &mut Stage, before: &Table, wanted: &Table) {
    let Some(now) = stage.now.table(&before.name).cloned() else {
        return;
    };
    for c in now.constraints.iter().filter(|c| before.constraint(&c.name).is_none()) {
        let same = |w: &Constraint| (&w.kind, w.deferrable) == (&c.kind, c.deferrable);
        if !wanted.constraint(&c.name).is_some_and(same) {
            let (table, name) = (now.name.clone(), c.name.clone());
            stage.emit(Change::DropConstraint { table, name });
        }
    }
    for i in now.indexes.iter().filter(|i| !before.indexes.iter().any(|b| b.name == i.name)) {
        if !wanted.indexes.contains(i) {
            let (table, name) = (now.name.clone(), i.name.clone());
            stage.emit(Change::DropIndex { table, name });
        }
    }
}

fn edit_table(stage: &mut Stage, name: &Name, d: &Doomed) {
    let Some(t) = stage.from.table(name) else {
        return;
    };
    let from_parent = |c: &Column| {
        let now = stage.now.table(name);
        let parent = now.and_then(|t| t.partition_of.as_ref()).map(|(p, _)| p);
        let inherited = parent.is_some_and(|p| stage.now.table(p).is_some_and(|p| p.column(&c.name).is_some()));
        inherited || now.and_then(|t| t.column(&c.name)).is_some_and(|c| c.inherited)
    };
    let part = |c: &Column| (name.clone(), c.name.clone());
    let own: Vec<&Column> = t.columns.iter().filter(|c| !from_parent(c)).collect();
    drop_of(stage, name, &d.indexes, |table, name| Change::DropIndex { table, name });
    let constraints: Vec<&Constraint> = t
        .constraints
        .iter()
        .filter(|c| !is_foreign(c) && d.constraints.contains(&(name.clone(), c.name.clone())))
        .collect();
    for c in constraints {
        let (table, name) = (name.clone(), c.name.clone());
        stage.emit(Change::DropConstraint { table, name });
    }
    for c in &t.columns {
        let gone = d.columns.contains(&part(c));
        if d.defaults.contains(&part(c)) && !gone {
            let (table, column) = (name.clone(), c.name.clone());
            stage.emit(Change::SetDefault { table, column, default: None });
        }
    }
    // Generated columns read the others.
    let (generated, plain): (Vec<&Column>, Vec<&Column>) = own.into_iter().partition(|c| c.generated.is_some());
    for c in generated.into_iter().chain(plain) {
        let (table, column) = (name.clone(), c.name.clone());
        if d.columns.contains(&part(c)) {
            stage.emit(Change::DropColumn { table, column });
        } else if d.parked.contains(&part(c)) {
            if stage.now.table(name).and_then(|t| t.column(&column)).is_some_and(|c| c.default.is_some()) {
                let (table, column) = (table.clone(), column.clone());
                stage.emit(Change::SetDefault { table, column, default: None });
            }
            let array = if c.ty.ends_with("[]") { "[]" } else { "" };
            let ty = format!("text{array}");
            stage.emit(Change::SetColumnType { table, column, ty, collation: None });
        }
    }
}

/// Extensions and namespaces, once empty.
fn drop_containers(stage: &mut Stage) {
    for e in &stage.from.extensions {
        if !stage.to.extensions.contains(e) {
            stage.emit(Change::DropExtension { name: e.name.clone() });
        }
    }
    for n in &stage.from.namespaces {
        if !stage.to.namespaces.iter().any(|w| w.name == n.name) {
            let inside = |d: &&DefaultPrivilege| d.schema.as_deref() == Some(&n.name);
            let privileges: Vec<_> = stage.now.default_privileges.iter().filter(inside).cloned().collect();
            for privilege in privileges {
                stage.emit(Change::DropDefaultPrivilege { privilege });
            }
            stage.emit(Change::DropNamespace { name: n.name.clone() });
        }
    }
}

/// The doomed parts of tables and views that stay.
fn drop_parts(stage: &mut Stage, parts: &BTreeSet<Part>, change: fn(Name, String) -> Change) {
    for (table, name) in parts {
        stage.emit(change(table.clone(), name.clone()));
    }
}

fn drop_of(stage: &mut Stage, at: &Name, parts: &BTreeSet<Part>, change: fn(Name, String) -> Change) {
    for (table, name) in parts.iter().filter(|(t, _)| t == at) {
        stage.emit(change(table.clone(), name.clone()));
    }
}
