//! The second half of a diff: what `to` has and the stage lacks.
use super::{
    Stage,
    graph::{Object, in_order},
    table::{alter_table, create_table},
};
use crate::{change::Change, print::is_foreign, schema::*};

/// Creates and edits until only owners, comments and privileges differ.
pub(super) fn create(stage: &mut Stage) {
    roles(stage);
    for n in &stage.to.namespaces {
        if !stage.now.namespaces.iter().any(|o| o.name == n.name) {
            let namespace = Namespace { owner: None, comment: None, ..n.clone() };
            stage.emit(Change::CreateNamespace { namespace });
        }
    }
    for extension in &stage.to.extensions {
        if !stage.now.extensions.contains(extension) {
            let extension = extension.clone();
            stage.emit(Change::CreateExtension { extension });
        }
    }
    for object in in_order(stage.to) {
        match object {
            Object::Type(name) => ty(stage, &name),
            Object::Sequence(name) => sequence(stage, &name),
            Object::Function(name, arguments) => function(stage, &name, &arguments),
            Object::Table(name) => table(stage, &name),
            Object::View(name) => view(stage, &name),
        }
    }
    indexes(stage);
    foreign_keys(stage);
    triggers(stage);
    for s in &stage.to.sequences {
        sequence(stage, &s.name);
    }
}

/// Roles, each after those it is a member of.
fn roles(stage: &mut Stage) {
    let mut left: Vec<&Role> = stage.to.roles.iter().collect();
    while !left.is_empty() {
        let waits = |r: &Role| left.iter().any(|o| o.name != r.name && r.member_of.contains(&o.name));
        let next = left.iter().position(|r| !waits(r)).unwrap_or(0);
        let wanted = left.remove(next);
        let role = Role { comment: None, ..wanted.clone() };
        match stage.now.roles.iter().find(|r| r.name == wanted.name) {
            None => stage.emit(Change::CreateRole { role }),
            Some(old) => {
                let comment = old.comment.clone();
                let role = Role { comment, ..role };
                if *old != role {
                    stage.emit(Change::AlterRole { role });
                }
            }
        }
    }
}

fn ty(stage: &mut Stage, name: &Name) {
    let Some(wanted) = stage.to.types.iter().find(|t| &t.name == name) else {
        return;
    };
    let Some(old) = stage.now.types.iter().find(|t| &t.name == name).cloned() else {
        let ty = TypeDef { owner: None, comment: None, ..wanted.clone() };
        return stage.emit(Change::CreateType { ty });
    };
    if old.kind == wanted.kind {
        return;
    }
    let (TypeKind::Enum { labels: have }, TypeKind::Enum { labels }) = (&old.kind, &wanted.kind) else {
        let to = TypeDef { kind: wanted.kind.clone(), ..old.clone() };
        return stage.emit(Change::AlterType { from: old, to });
    };
    for (at, label) in labels.iter().enumerate().filter(|(_, l)| !have.contains(l)) {
        let before = labels[at..].iter().find(|l| have.contains(l)).cloned();
        let (ty, label) = (name.clone(), label.clone());
        stage.emit(Change::AddEnumLabel { ty, label, before });
    }
}

/// Creates or edits; the owning column is named once it is there.
fn sequence(stage: &mut Stage, name: &Name) {
    let Some(wanted) = stage.to.sequences.iter().find(|s| &s.name == name) else {
        return;
    };
    let now = |stage: &Stage| stage.now.sequences.iter().find(|s| &s.name == name).cloned();
    if now(stage).is_none() {
        let sequence = Sequence { owned_by: None, owner: None, comment: None, ..wanted.clone() };
        stage.emit(Change::CreateSequence { sequence });
    }
    let Some(old) = now(stage) else {
        return;
    };
    let mut owned_by = None;
    if let Some((table, column)) = &wanted.owned_by
        && let Some(t) = stage.now.table(table)
        && t.column(column).is_some()
    {
        owned_by.clone_from(&wanted.owned_by);
        if old.owned_by != owned_by && old.owner != t.owner {
            // A sequence must have its table's owner.
            let owner = t.owner.clone();
            if old.owned_by.is_some() {
                let to = Sequence { owned_by: None, ..old.clone() };
                stage.emit(Change::AlterSequence { from: old, to });
            }
            let on = GrantOn::Sequence { name: name.clone() };
            stage.emit(Change::SetOwner { on, owner });
        }
    }
    let Some(from) = now(stage) else {
        return;
    };
    let to = Sequence { owned_by, owner: from.owner.clone(), comment: from.comment.clone(), ..wanted.clone() };
    if from != to {
        stage.emit(Change::AlterSequence { from, to });
    }
}

fn function(stage: &mut Stage, name: &Name, arguments: &str) {
    let same = |f: &&Function| (&f.name, f.arguments.as_str()) == (name, arguments);
    let Some(wanted) = stage.to.functions.iter().find(|f| same(f)) else {
        return;
    };
    let old = stage.now.functions.iter().find(|f| same(f));
    if old.is_none_or(|f| f.definition != wanted.definition) {
        let function = Function { owner: None, comment: None, ..wanted.clone() };
        stage.emit(Change::CreateFunction { function });
    }
}

fn table(stage: &mut Stage, name: &Name) {
    if let Some(wanted) = stage.to.table(name) {
        if stage.now.table(name).is_none() {
            create_table(stage, wanted);
        }
        alter_table(stage, wanted);
    }
}

fn view(stage: &mut Stage, name: &Name) {
    let Some(wanted) = stage.to.views.iter().find(|v| &v.name == name) else {
        return;
    };
    if !stage.now.views.iter().any(|v| &v.name == name) {
        let view = View {
            indexes: vec![],
            triggers: vec![],
            owner: None,
            comment: None,
            column_comments: vec![],
            ..wanted.clone()
        };
        stage.emit(Change::CreateView { view });
    }
}

/// Tables and views with their indexes and triggers, `to`'s first.
fn hosts(schema: &Schema) -> impl Iterator<Item = (&Name, &[Index], &[Trigger])> {
    let tables = schema.tables.iter().map(|t| (&t.name, &t.indexes[..], &t.triggers[..]));
    let views = schema.views.iter().map(|v| (&v.name, &v.indexes[..], &v.triggers[..]));
    tables.chain(views)
}

fn indexes(stage: &mut Stage) {
    let now: std::collections::BTreeSet<(Name, String)> =
        hosts(&stage.now).flat_map(|(n, indexes, _)| indexes.iter().map(|i| (n.clone(), i.name.clone()))).collect();
    for (table, indexes, _) in hosts(stage.to) {
        for i in indexes.iter().filter(|i| !now.contains(&(table.clone(), i.name.clone()))) {
            let index = Index { comment: None, ..i.clone() };
            let table = table.clone();
            stage.emit(Change::CreateIndex { table, index });
        }
    }
}

fn triggers(stage: &mut Stage) {
    let now: std::collections::BTreeSet<(Name, String)> =
        hosts(&stage.now).flat_map(|(n, _, triggers)| triggers.iter().map(|t| (n.clone(), t.name.clone()))).collect();
    for (table, _, triggers) in hosts(stage.to) {
        for t in triggers.iter().filter(|t| !now.contains(&(table.clone(), t.name.clone()))) {
            let trigger = Trigger { comment: None, ..t.clone() };
            let table = table.clone();
            stage.emit(Change::CreateTrigger { table, trigger });
        }
    }
}

fn foreign_keys(stage: &mut Stage) {
    for t in &stage.to.tables {
        for c in t.constraints.iter().filter(|c| is_foreign(c)) {
            super::table::constraint(stage, &t.name, c);
        }
    }
}
