//! A list of changes laid out for reading: what belongs to a table stands with it.
use crate::{
    change::{Change, CommentOn},
    ident::name,
    mention::Mentions,
    schema::{Index, Name},
};

/// The statements with semicolons, grouped under short headers. The order is the changes' but for the
/// plain indexes and comments of a new object, which move up to it.
pub(super) fn lay_out(changes: &[Change]) -> String {
    let mut out = String::new();
    let functions: Vec<&Name> = changes
        .iter()
        .filter_map(|c| match c {
            Change::CreateFunction { function } => Some(&function.name),
            _ => None,
        })
        .collect();
    if !functions.is_empty() {
        out.push_str("SET check_function_bodies = off;\n");
    }
    let mut taken = vec![false; changes.len()];
    let mut section = String::new();
    for at in 0..changes.len() {
        if taken[at] {
            continue;
        }
        let header = header(&changes[at]);
        if header != section || stands_apart(&changes[at]) {
            out.push('\n');
        }
        if header != section {
            out.push_str(&format!("-- {header}\n"));
            section = header;
        }
        push(&mut out, &changes[at]);
        for later in at + 1..changes.len() {
            if !taken[later] && belongs(&changes[at], &changes[later], &functions) {
                taken[later] = true;
                push(&mut out, &changes[later]);
            }
        }
    }
    out.trim_start().to_string()
}

fn push(out: &mut String, change: &Change) {
    let mut statements = change.sql();
    if let Change::SetRowSecurity { .. } = change {
        // Nothing is forced on a table that was just made.
        statements.retain(|s| !s.contains(" NO FORCE "));
    }
    for statement in statements {
        out.push_str(&statement);
        out.push_str(";\n");
    }
}

fn header(change: &Change) -> String {
    match change {
        Change::CreateTable { table } => return format!("Table {}", name(&table.name)),
        Change::CreateView { view } if view.materialized => {
            return format!("Materialised view {}", name(&view.name));
        }
        Change::CreateView { view } => return format!("View {}", name(&view.name)),
        _ => {}
    }
    let title = match change {
        Change::CreateNamespace { .. } => "Schemas",
        Change::CreateExtension { .. } => "Extensions",
        Change::CreateType { .. } | Change::AlterType { .. } | Change::AddEnumLabel { .. } => "Types",
        Change::CreateSequence { .. } => "Sequences",
        Change::AlterSequence { .. } => "Sequences of columns",
        Change::CreateFunction { .. } => "Functions",
        Change::AddConstraint { constraint, .. } if super::table::is_foreign(constraint) => "Foreign keys",
        Change::AddConstraint { .. } => "Constraints",
        Change::CreateIndex { .. } => "Indexes",
        Change::CreateTrigger { .. } => "Triggers",
        Change::SetRowSecurity { .. } | Change::CreatePolicy { .. } => "Row security",
        Change::Comment { .. } => "Comments",
        Change::CreateRole { .. } => "Roles",
        Change::SetOwner { .. } => "Owners",
        Change::Grant { .. } | Change::Revoke { .. } => "Privileges",
        Change::AddDefaultPrivilege { .. } => "Privileges on objects to come",
        _ => "Changes",
    };
    title.to_string()
}

/// Objects that are set off by an empty line from the one before.
fn stands_apart(change: &Change) -> bool {
    matches!(change, Change::CreateFunction { .. } | Change::CreatePolicy { .. })
}

/// True when `later` is a plain part of the object that `head` creates.
fn belongs(head: &Change, later: &Change, functions: &[&Name]) -> bool {
    match (head, later) {
        (Change::CreateTable { table }, Change::CreateIndex { table: at, index }) => {
            &table.name == at && !uses_function(index, functions)
        }
        (Change::CreateTable { table }, Change::Comment { on, .. }) => match on {
            CommentOn::Table { name } | CommentOn::Column { table: name, .. } => name == &table.name,
            CommentOn::Constraint { table: at, name } => at == &table.name && table.constraint(name).is_some(),
            _ => false,
        },
        (Change::CreateView { view }, Change::CreateIndex { table, index }) => {
            &view.name == table && !uses_function(index, functions)
        }
        (
            Change::CreateView { view },
            Change::Comment { on: CommentOn::View { name, .. } | CommentOn::Column { table: name, .. }, .. },
        ) => name == &view.name,
        (Change::CreateFunction { function }, Change::Comment { on, .. }) => {
            let CommentOn::Function { name, arguments } = on else {
                return false;
            };
            (name, arguments) == (&function.name, &function.arguments)
        }
        (Change::CreateType { ty }, Change::Comment { on, .. }) => {
            matches!(on, CommentOn::Type { name } if name == &ty.name)
        }
        (Change::CreateRole { role }, Change::Comment { on, .. }) => {
            matches!(on, CommentOn::Role { name } if name == &role.name)
        }
        _ => false,
    }
}

fn uses_function(index: &Index, functions: &[&Name]) -> bool {
    let expressions = index.parts.iter().filter(|p| p.is_expression).map(|p| p.column.as_str());
    let mentions = Mentions::of(expressions.chain(index.filter.as_deref()));
    functions.iter().any(|f| mentions.names_loosely(f))
}
