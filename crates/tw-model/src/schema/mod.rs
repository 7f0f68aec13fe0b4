//! A schema: database objects by name, as a server reports them (or as a draft wants them).
//!
//! In a draft the identifiers are symbolic (`Account`, `balance`) and SQL fragments refer to columns
//! and tables as `⟦Account.balance⟧`; [`crate::draft`] gives physical names last. In a schema read
//! from a server every identifier and fragment is physical. Lists are kept sorted by the printer, not
//! here: table and column order is meaningful, all other order is not.
pub mod access;
pub mod table;

pub use access::*;
pub use table::*;

use serde::{Deserialize, Serialize};

/// A schema-qualified name. `schema` is empty in a draft until names are given.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name {
    /// Schema (namespace).
    pub schema: String,
    /// Object name.
    pub name: String,
}

impl Name {
    /// A name in a schema.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Name { schema: schema.into(), name: name.into() }
    }
    /// A symbolic name.
    pub fn symbol(name: impl Into<String>) -> Self {
        Name { schema: String::new(), name: name.into() }
    }
}

/// Everything in a database that we design, read, print and compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Namespaces besides the system's.
    pub namespaces: Vec<Namespace>,
    /// Installed extensions besides plpgsql.
    pub extensions: Vec<Extension>,
    /// Enums, domains, composites, ranges.
    pub types: Vec<TypeDef>,
    /// Sequences besides those of identity columns (a serial column's are here, with `owned_by`).
    pub sequences: Vec<Sequence>,
    /// Tables, partitioned tables and partitions.
    pub tables: Vec<Table>,
    /// Views and materialised views, in dependency order.
    pub views: Vec<View>,
    /// Functions and procedures.
    pub functions: Vec<Function>,
    /// Roles the design owns (a server's other roles are left out).
    pub roles: Vec<Role>,
    /// Privileges on every object, besides those PostgreSQL gives by default.
    pub grants: Vec<Grant>,
    /// Privileges that PostgreSQL gives by default (EXECUTE on functions to `public`, an owner's own)
    /// and that were taken away.
    pub revokes: Vec<Grant>,
    /// ALTER DEFAULT PRIVILEGES.
    pub default_privileges: Vec<DefaultPrivilege>,
}

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Namespace {
    /// Name.
    pub name: String,
    /// Owner role when it is not the schema's owner.
    pub owner: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

/// An extension.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// Name.
    pub name: String,
    /// Namespace it is installed in.
    pub schema: String,
}

/// A user-defined type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeDef {
    /// Name.
    pub name: Name,
    /// Definition.
    pub kind: TypeKind,
    /// Owner role when it is not the schema's owner.
    pub owner: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

/// Kinds of user-defined type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TypeKind {
    /// ENUM, labels in order.
    Enum {
        /// Labels.
        labels: Vec<String>,
    },
    /// DOMAIN.
    Domain {
        /// Base type.
        base: String,
        /// COLLATE, when not the base's.
        collation: Option<String>,
        /// DEFAULT.
        default: Option<String>,
        /// NOT NULL.
        not_null: bool,
        /// Named CHECK constraints: (name, definition as `pg_get_constraintdef` prints it).
        checks: Vec<(String, String)>,
    },
    /// Composite type: (attribute, type).
    Composite {
        /// Attributes.
        attributes: Vec<(String, String)>,
    },
    /// Range type.
    Range {
        /// Subtype.
        subtype: String,
        /// What else the definition says: (`subtype_diff`, `float8mi`), sorted.
        options: Vec<(String, String)>,
    },
}

/// A sequence that is not an identity column's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    /// Name.
    pub name: Name,
    /// Data type.
    pub ty: String,
    /// START.
    pub start: i64,
    /// INCREMENT.
    pub increment: i64,
    /// MINVALUE.
    pub min: i64,
    /// MAXVALUE.
    pub max: i64,
    /// CACHE.
    pub cache: i64,
    /// CYCLE.
    pub cycle: bool,
    /// OWNED BY table.column, if any.
    pub owned_by: Option<(Name, String)>,
    /// Owner role when it is not the schema's owner.
    pub owner: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

/// A view.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Name.
    pub name: Name,
    /// MATERIALIZED.
    pub materialized: bool,
    /// The query, without a final semicolon.
    pub query: String,
    /// `WITH (...)` options such as `security_invoker=true`.
    pub options: Vec<String>,
    /// Indexes of a materialised view.
    pub indexes: Vec<Index>,
    /// INSTEAD OF triggers.
    pub triggers: Vec<Trigger>,
    /// Owner role when it is not the schema's owner.
    pub owner: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
    /// Column comments.
    pub column_comments: Vec<(String, String)>,
}

/// A function or procedure. `definition` is the whole `CREATE FUNCTION` text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Name.
    pub name: Name,
    /// Identity arguments as `pg_get_function_identity_arguments` prints them; the overload's identity.
    pub arguments: String,
    /// True for a procedure.
    pub procedure: bool,
    /// True for an aggregate (its `definition` is a CREATE AGGREGATE text).
    pub aggregate: bool,
    /// The whole CREATE text without a final semicolon.
    pub definition: String,
    /// Owner role when it is not the schema's owner.
    pub owner: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

impl Schema {
    /// The table of that name.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.iter().find(|t| &t.name == name)
    }
    /// Every table but partitions, which have all they need from their parents.
    pub fn wholes(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|t| t.partition_of.is_none())
    }
    /// The partitions of a table.
    pub fn partitions<'a>(&'a self, parent: &'a Name) -> impl Iterator<Item = &'a Table> {
        self.tables.iter().filter(move |t| t.partition_of.as_ref().is_some_and(|(p, _)| p == parent))
    }
    /// The table of that name, to change.
    pub fn table_mut(&mut self, name: &Name) -> Option<&mut Table> {
        self.tables.iter_mut().find(|t| &t.name == name)
    }
}
