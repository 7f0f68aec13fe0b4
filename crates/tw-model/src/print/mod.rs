//! Changes and schemas as SQL.
//!
//! A schema is printed as the diff from nothing, laid out for reading: one block a table, with its keys,
//! checks, indexes and comments; then what ties tables together. Names without a schema are printed
//! unqualified.
mod access;
mod column;
mod layout;
mod object;
mod statement;
mod table;

use crate::{change::Change, change::CommentOn, diff::diff, schema::Schema};

pub(crate) use object::view_comments;
pub use table::{constraint_definition, index_definition};
pub(crate) use table::{is_foreign, table_comments};

/// The statements that build the schema, roles and privileges included, on an empty database.
pub fn print(schema: &Schema) -> String {
    layout::lay_out(&diff(&Schema::default(), schema))
}

/// Changes as a script, laid out for reading.
pub fn script(changes: &[Change]) -> String {
    layout::lay_out(changes)
}

/// `schema.sql`: every object. It loads without [`print_roles`]: nothing in it names a role, so row
/// security and its policies, owners and privileges are all in the other half.
pub fn print_objects(schema: &Schema) -> String {
    half(schema, false)
}

/// `roles.sql`, loaded second: roles and memberships, owners, row security and policies, grants and
/// revokes, default privileges.
pub fn print_roles(schema: &Schema) -> String {
    half(schema, true)
}

fn half(schema: &Schema, roles: bool) -> String {
    let mut changes = diff(&Schema::default(), schema);
    changes.retain(|change| names_roles(change) == roles);
    layout::lay_out(&changes)
}

/// True for changes that belong to `roles.sql`.
pub fn names_roles(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateRole { .. }
            | Change::AlterRole { .. }
            | Change::DropRole { .. }
            | Change::Grant { .. }
            | Change::Revoke { .. }
            | Change::AddDefaultPrivilege { .. }
            | Change::DropDefaultPrivilege { .. }
            | Change::SetOwner { .. }
            | Change::SetRowSecurity { .. }
            | Change::CreatePolicy { .. }
            | Change::DropPolicy { .. }
            | Change::Comment { on: CommentOn::Role { .. } | CommentOn::Policy { .. }, .. }
    )
}
