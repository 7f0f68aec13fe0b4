//! Roles and privileges.
use super::Name;
use serde::{Deserialize, Serialize};

/// A role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Name.
    pub name: String,
    /// LOGIN.
    pub login: bool,
    /// Attributes that should never be true of a designed role: SUPERUSER, CREATEDB, CREATEROLE,
    /// REPLICATION, BYPASSRLS, those that are, sorted.
    pub powers: Vec<String>,
    /// INHERIT.
    pub inherit: bool,
    /// CONNECTION LIMIT; -1 is none.
    pub connection_limit: i32,
    /// Roles it is a member of.
    pub member_of: Vec<String>,
    /// ALTER ROLE ... SET, sorted.
    pub settings: Vec<(String, String)>,
    /// COMMENT.
    pub comment: Option<String>,
}

/// A privilege given on an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// The object.
    pub on: GrantOn,
    /// Role; `public` for everybody.
    pub role: String,
    /// `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `REFERENCES`, `TRIGGER`, `USAGE`, `EXECUTE`, ...
    pub privilege: String,
    /// Columns it is limited to, sorted; empty is the whole object.
    pub columns: Vec<String>,
    /// WITH GRANT OPTION.
    pub grantable: bool,
}

/// What a privilege is on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GrantOn {
    /// A table or view.
    Table {
        /// Name.
        name: Name,
    },
    /// A sequence.
    Sequence {
        /// Name.
        name: Name,
    },
    /// A function, with its identity arguments.
    Function {
        /// Name.
        name: Name,
        /// Identity arguments.
        arguments: String,
    },
    /// A type or domain.
    Type {
        /// Name.
        name: Name,
    },
    /// A namespace.
    Namespace {
        /// Name.
        name: String,
    },
    /// The database itself.
    Database,
}

/// One ALTER DEFAULT PRIVILEGES entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DefaultPrivilege {
    /// Role whose future objects it is about.
    pub owner: String,
    /// Namespace; none is every namespace.
    pub schema: Option<String>,
    /// `TABLES`, `SEQUENCES`, `FUNCTIONS`, `TYPES` or `SCHEMAS`.
    pub objects: String,
    /// The role that gets it; `public` for everybody.
    pub role: String,
    /// Privileges, sorted.
    pub privileges: Vec<String>,
    /// REVOKE (a privilege that PostgreSQL gives by default is taken away), else GRANT.
    pub revoke: bool,
}
