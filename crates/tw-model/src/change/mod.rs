//! The closed set of schema edits: the currency of decisions, fixes, twins and diffs.
//!
//! [`Change::apply`] edits a schema as a server would; [`Change::sql`] prints the statements. One type
//! serves drafts (symbolic identifiers) and servers (physical ones). Printing a schema is printing the
//! diff from the empty one.
mod apply;
pub(crate) mod partition;
pub(crate) mod privilege;
mod property;
mod remove;
mod rename;
pub mod uses;

use crate::schema::*;
use serde::{Deserialize, Serialize};

/// One edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[allow(missing_docs)] // the variants are the SQL statements of the same name
pub enum Change {
    CreateNamespace {
        namespace: Namespace,
    },
    DropNamespace {
        name: String,
    },
    CreateExtension {
        extension: Extension,
    },
    DropExtension {
        name: String,
    },
    CreateType {
        ty: TypeDef,
    },
    DropType {
        name: Name,
    },
    AddEnumLabel {
        ty: Name,
        label: String,
        before: Option<String>,
    },
    /// Edits a domain or a composite type in place; base and kind stay.
    AlterType {
        from: TypeDef,
        to: TypeDef,
    },
    CreateSequence {
        sequence: Sequence,
    },
    /// Replaces whatever differs; the name stays.
    AlterSequence {
        from: Sequence,
        to: Sequence,
    },
    DropSequence {
        name: Name,
    },
    CreateTable {
        table: Table,
    },
    DropTable {
        name: Name,
    },
    RenameTable {
        from: Name,
        to: String,
    },
    /// Replaces the storage parameters: those of `from` that `to` lacks go back to their defaults.
    SetTableOptions {
        table: Name,
        from: Vec<(String, String)>,
        to: Vec<(String, String)>,
    },
    SetLogged {
        table: Name,
        logged: bool,
    },
    AttachPartition {
        table: Name,
        parent: Name,
        bound: String,
    },
    DetachPartition {
        table: Name,
        parent: Name,
    },
    Inherit {
        table: Name,
        parent: Name,
    },
    NoInherit {
        table: Name,
        parent: Name,
    },
    /// Lays the table out in partitions: of a table that is not there yet. No statement does it to one that is.
    PartitionBy {
        table: Name,
        by: String,
    },
    /// Puts the columns in this order: of a table that is not there yet. No statement does it to one that is.
    OrderColumns {
        table: Name,
        columns: Vec<String>,
    },
    AddColumn {
        table: Name,
        column: Column,
    },
    DropColumn {
        table: Name,
        column: String,
    },
    RenameColumn {
        table: Name,
        from: String,
        to: String,
    },
    SetColumnType {
        table: Name,
        column: String,
        ty: String,
        collation: Option<String>,
    },
    SetNotNull {
        table: Name,
        column: String,
        not_null: bool,
    },
    SetDefault {
        table: Name,
        column: String,
        default: Option<String>,
    },
    /// Identity, storage, compression, the name of NOT NULL, or a generation taken away: whatever of
    /// these differs. (No statement gives an expression to a column that is there.)
    SetColumnProperty {
        table: Name,
        from: Column,
        to: Column,
    },
    AddConstraint {
        table: Name,
        constraint: Constraint,
    },
    ValidateConstraint {
        table: Name,
        name: String,
    },
    DropConstraint {
        table: Name,
        name: String,
    },
    CreateIndex {
        table: Name,
        index: Index,
    },
    DropIndex {
        table: Name,
        name: String,
    },
    CreateTrigger {
        table: Name,
        trigger: Trigger,
    },
    DropTrigger {
        table: Name,
        name: String,
    },
    SetRowSecurity {
        table: Name,
        enabled: bool,
        forced: bool,
    },
    CreatePolicy {
        table: Name,
        policy: Policy,
    },
    DropPolicy {
        table: Name,
        name: String,
    },
    CreateView {
        view: View,
    },
    DropView {
        name: Name,
        materialized: bool,
    },
    CreateFunction {
        function: Function,
    },
    DropFunction {
        name: Name,
        arguments: String,
        procedure: bool,
    },
    CreateRole {
        role: Role,
    },
    /// Replaces attributes, memberships and settings.
    AlterRole {
        role: Role,
    },
    DropRole {
        name: String,
    },
    Grant {
        grant: Grant,
    },
    Revoke {
        grant: Grant,
    },
    AddDefaultPrivilege {
        privilege: DefaultPrivilege,
    },
    DropDefaultPrivilege {
        privilege: DefaultPrivilege,
    },
    SetOwner {
        on: GrantOn,
        owner: Option<String>,
    },
    Comment {
        on: CommentOn,
        text: Option<String>,
    },
}

/// What a comment is on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs)] // the variants are the SQL object kinds of the same name
pub enum CommentOn {
    Namespace { name: String },
    Type { name: Name },
    Sequence { name: Name },
    Table { name: Name },
    Column { table: Name, column: String },
    Constraint { table: Name, name: String },
    Index { table: Name, name: String },
    Trigger { table: Name, name: String },
    Policy { table: Name, name: String },
    View { name: Name, materialized: bool },
    Function { name: Name, arguments: String },
    Role { name: String },
}

/// A schema object, or one property of it, that a claim rests on and a change touches.
///
/// Text form, e.g. `not null of accounts.balance`; [`crate::facts`] makes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fact(pub String);
