//! Owners and comments: the properties that every kind of object has.
use super::{CommentOn, apply::column_mut};
use crate::schema::*;

/// Gives an object (and a table's own sequences) to a role.
pub(super) fn set_owner(schema: &mut Schema, on: &GrantOn, owner: &Option<String>) {
    if let Some(new) = owner {
        // What was granted to it is its own now.
        schema.grants.retain(|g| g.on != *on || g.role != *new);
    }
    let slot = match on {
        GrantOn::Table { name } => {
            let view = schema.views.iter_mut().find(|v| &v.name == name);
            let table = schema.tables.iter_mut().find(|t| &t.name == name);
            let owned = |s: &&mut Sequence| s.owned_by.as_ref().is_some_and(|(t, _)| t == name);
            for sequence in schema.sequences.iter_mut().filter(owned) {
                sequence.owner.clone_from(owner);
            }
            table.map(|t| &mut t.owner).or(view.map(|v| &mut v.owner))
        }
        GrantOn::Sequence { name } => schema.sequences.iter_mut().find(|s| &s.name == name).map(|s| &mut s.owner),
        GrantOn::Function { name, arguments } => {
            schema.functions.iter_mut().find(|f| &f.name == name && &f.arguments == arguments).map(|f| &mut f.owner)
        }
        GrantOn::Type { name } => schema.types.iter_mut().find(|t| &t.name == name).map(|t| &mut t.owner),
        GrantOn::Namespace { name } => schema.namespaces.iter_mut().find(|n| &n.name == name).map(|n| &mut n.owner),
        GrantOn::Database => None,
    };
    if let Some(slot) = slot {
        slot.clone_from(owner);
    }
}

/// Sets or removes a comment.
pub(super) fn comment(schema: &mut Schema, on: &CommentOn, text: &Option<String>) {
    if let CommentOn::Column { table, column } = on
        && let Some(view) = schema.views.iter_mut().find(|v| &v.name == table)
    {
        view.column_comments.retain(|(c, _)| c != column);
        let comment = text.iter().map(|text| (column.clone(), text.clone()));
        view.column_comments.extend(comment);
    } else if let Some(slot) = comment_mut(schema, on) {
        slot.clone_from(text);
    }
}

/// Where the comment on something is kept, when that thing is there.
fn comment_mut<'a>(schema: &'a mut Schema, on: &CommentOn) -> Option<&'a mut Option<String>> {
    Some(match on {
        CommentOn::Namespace { name } => &mut schema.namespaces.iter_mut().find(|n| &n.name == name)?.comment,
        CommentOn::Type { name } => &mut schema.types.iter_mut().find(|t| &t.name == name)?.comment,
        CommentOn::Sequence { name } => &mut schema.sequences.iter_mut().find(|s| &s.name == name)?.comment,
        CommentOn::Table { name } => &mut schema.table_mut(name)?.comment,
        CommentOn::Column { table, column } => &mut column_mut(schema.table_mut(table)?, column)?.comment,
        CommentOn::Constraint { table, name } => {
            let table = schema.table_mut(table)?;
            &mut table.constraints.iter_mut().find(|c| &c.name == name)?.comment
        }
        CommentOn::Index { table, name } => {
            let tables = schema.tables.iter_mut().filter(|t| &t.name == table);
            let views = schema.views.iter_mut().filter(|v| &v.name == table);
            let mut indexes = tables.flat_map(|t| &mut t.indexes).chain(views.flat_map(|v| &mut v.indexes));
            &mut indexes.find(|i| &i.name == name)?.comment
        }
        CommentOn::Trigger { table, name } => {
            let tables = schema.tables.iter_mut().filter(|t| &t.name == table);
            let views = schema.views.iter_mut().filter(|v| &v.name == table);
            let mut triggers = tables.flat_map(|t| &mut t.triggers).chain(views.flat_map(|v| &mut v.triggers));
            &mut triggers.find(|t| &t.name == name)?.comment
        }
        CommentOn::Policy { table, name } => {
            let table = schema.table_mut(table)?;
            &mut table.policies.iter_mut().find(|p| &p.name == name)?.comment
        }
        CommentOn::View { name, .. } => &mut schema.views.iter_mut().find(|v| &v.name == name)?.comment,
        CommentOn::Function { name, arguments } => {
            let mut functions = schema.functions.iter_mut();
            &mut functions.find(|f| &f.name == name && &f.arguments == arguments)?.comment
        }
        CommentOn::Role { name } => &mut schema.roles.iter_mut().find(|r| &r.name == name)?.comment,
    })
}
