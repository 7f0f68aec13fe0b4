//! Edits that fixes are made of.
use super::TableScene;
use tw_model::{
    change::{Change, CommentOn},
    schema::{Constraint, Index},
};

/// Puts a constraint in the place of one of the same name; its comment stays.
pub fn replaced(table: &TableScene, constraint: Constraint) -> Vec<Change> {
    let (name, comment) = (constraint.name.clone(), constraint.comment.clone());
    let mut changes = vec![
        Change::DropConstraint { table: table.name().clone(), name: name.clone() },
        Change::AddConstraint { table: table.name().clone(), constraint: Constraint { comment: None, ..constraint } },
    ];
    if comment.is_some() {
        let on = CommentOn::Constraint { table: table.name().clone(), name };
        changes.push(Change::Comment { on, text: comment });
    }
    changes
}

/// Puts an index in the place of one of the same name.
pub fn replaced_index(table: &TableScene, index: Index) -> Vec<Change> {
    vec![
        Change::DropIndex { table: table.name().clone(), name: index.name.clone() },
        Change::CreateIndex { table: table.name().clone(), index },
    ]
}

/// Takes an index away.
pub fn dropped_index(table: &TableScene, name: &str) -> Vec<Change> {
    vec![Change::DropIndex { table: table.name().clone(), name: name.into() }]
}
