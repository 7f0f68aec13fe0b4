//! A twin's edits, made by whoever may make them.
use super::TrialError;
use crate::settings::OWNER;
use postgres::Client;
use tw_model::{
    change::{Change, CommentOn},
    ident::quote,
};

/// Who makes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The schema's owner.
    Owner,
    /// The superuser: roles, ownership, extensions.
    Lab,
}

/// Who makes this change.
pub fn by(change: &Change) -> By {
    match change {
        Change::CreateRole { .. }
        | Change::AlterRole { .. }
        | Change::DropRole { .. }
        | Change::SetOwner { .. }
        | Change::CreateExtension { .. }
        | Change::DropExtension { .. }
        | Change::Grant { .. }
        | Change::Revoke { .. }
        | Change::Comment { on: CommentOn::Role { .. }, .. } => By::Lab,
        _ => By::Owner,
    }
}

/// True for a change of what all databases of a server share; it cannot be made in one copy of a base.
pub fn is_server_wide(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateRole { .. }
            | Change::AlterRole { .. }
            | Change::DropRole { .. }
            | Change::Comment { on: CommentOn::Role { .. }, .. }
    )
}

/// Makes the changes in order over a superuser's session, inside its transaction when it has one.
pub fn apply(client: &mut Client, changes: &[Change]) -> Result<(), TrialError> {
    for change in changes {
        let become_it = match by(change) {
            By::Owner => format!("SET SESSION AUTHORIZATION {OWNER}"),
            By::Lab => "SET SESSION AUTHORIZATION DEFAULT".to_string(),
        };
        let mut statements = change.sql();
        // A column of another type has no statistics, and a plan without them says nothing of the change.
        if let Change::SetColumnType { table, .. } = change {
            let namespace = if table.schema.is_empty() { "public" } else { &table.schema };
            statements.push(format!("ANALYZE {}.{}", quote(namespace), quote(&table.name)));
        }
        if statements.is_empty() {
            // A twin that changes nothing would prove nothing.
            return Err(TrialError::Twin { sql: format!("{change:?}"), why: "it prints no statement".into() });
        }
        for sql in std::iter::once(become_it).chain(statements) {
            client.batch_execute(&sql).map_err(|error| TrialError::Twin {
                why: match error.as_db_error() {
                    Some(db) => format!("{} ({})", db.message(), db.code().code()),
                    None => error.to_string(),
                },
                sql,
            })?;
        }
    }
    client
        .batch_execute("SET SESSION AUTHORIZATION DEFAULT")
        .map_err(crate::LabError::server("cannot become the superuser again"))?;
    Ok(())
}
