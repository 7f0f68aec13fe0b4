//! Tables and what hangs on them.
use super::Name;
use serde::{Deserialize, Serialize};

/// A table, partitioned table or partition.
///
/// Constraints, indexes and triggers that a child has from its parent are not listed on the child.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Name.
    pub name: Name,
    /// Columns in order (a partition lists its own too).
    pub columns: Vec<Column>,
    /// Constraints except NOT NULL.
    pub constraints: Vec<Constraint>,
    /// Indexes that no constraint owns.
    pub indexes: Vec<Index>,
    /// User triggers.
    pub triggers: Vec<Trigger>,
    /// Row-level policies.
    pub policies: Vec<Policy>,
    /// ENABLE ROW LEVEL SECURITY.
    pub row_security: bool,
    /// FORCE ROW LEVEL SECURITY.
    pub force_row_security: bool,
    /// `PARTITION BY` clause without the words: `RANGE (placed_at)`.
    pub partition_by: Option<String>,
    /// Parent and bound of a partition: `FOR VALUES FROM (...) TO (...)` or `DEFAULT`.
    pub partition_of: Option<(Name, String)>,
    /// Classic INHERITS parents.
    pub inherits: Vec<Name>,
    /// UNLOGGED.
    pub unlogged: bool,
    /// Storage parameters, sorted: (`fillfactor`, `90`).
    pub options: Vec<(String, String)>,
    /// Owner role when it is not the schema's owner.
    pub owner: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Type as `format_type` prints it.
    pub ty: String,
    /// NOT NULL.
    pub not_null: bool,
    /// What a named NOT NULL constraint (PostgreSQL 18) says beyond `not_null`; none when it says
    /// nothing more.
    pub not_null_as: Option<NotNull>,
    /// DEFAULT expression.
    pub default: Option<String>,
    /// GENERATED ALWAYS AS (expression) STORED or VIRTUAL.
    pub generated: Option<Generated>,
    /// GENERATED ... AS IDENTITY.
    pub identity: Option<Identity>,
    /// COLLATE when not the type's: a name (`C`), or SQL text when it holds a double quote
    /// (`public."nocase"`).
    pub collation: Option<String>,
    /// STORAGE when not the type's: `EXTERNAL`, ...
    pub storage: Option<String>,
    /// COMPRESSION when set.
    pub compression: Option<String>,
    /// Only there because a classic INHERITS parent has it (a partition's columns are not marked).
    pub inherited: bool,
    /// COMMENT.
    pub comment: Option<String>,
}

/// A NOT NULL constraint that is not the plain one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NotNull {
    /// Its name, when it is not one the server makes up (those end in `_not_null`).
    pub name: Option<String>,
    /// NO INHERIT.
    pub no_inherit: bool,
    /// NOT VALID.
    pub not_valid: bool,
}

/// A computed column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    /// Expression.
    pub expression: String,
    /// STORED, else VIRTUAL (PostgreSQL 18).
    pub stored: bool,
}

/// An identity column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// ALWAYS, else BY DEFAULT.
    pub always: bool,
    /// Sequence options that differ from the default, as SQL (`START WITH 100`); empty when none do.
    pub options: String,
}

/// A named constraint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// Name.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
    /// DEFERRABLE; `Some(true)` is INITIALLY DEFERRED.
    pub deferrable: Option<bool>,
    /// NOT VALID.
    pub not_valid: bool,
    /// COMMENT.
    pub comment: Option<String>,
}

/// Kinds of constraint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    Primary {
        /// Key columns.
        columns: Vec<String>,
        /// INCLUDE columns.
        include: Vec<String>,
    },
    /// UNIQUE.
    Unique {
        /// Columns.
        columns: Vec<String>,
        /// INCLUDE columns.
        include: Vec<String>,
        /// NULLS NOT DISTINCT (15+).
        nulls_not_distinct: bool,
    },
    /// CHECK.
    Check {
        /// Predicate without the outer parentheses.
        expression: String,
        /// NO INHERIT.
        no_inherit: bool,
    },
    /// FOREIGN KEY.
    Foreign {
        /// Referencing columns.
        columns: Vec<String>,
        /// Referenced table.
        target: Name,
        /// Referenced columns.
        target_columns: Vec<String>,
        /// ON DELETE.
        on_delete: crate::model::Action,
        /// ON UPDATE.
        on_update: crate::model::Action,
        /// MATCH FULL.
        match_full: bool,
    },
    /// EXCLUDE. `definition` is everything after the word EXCLUDE, as `pg_get_constraintdef` prints it.
    Exclude {
        /// `USING gist (bed WITH =, during WITH &&) WHERE (...)`.
        definition: String,
    },
    /// Any other constraint, whole, as `pg_get_constraintdef` prints it (for example the temporal
    /// constraints of 18).
    Other {
        /// The definition.
        definition: String,
    },
}

/// An index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Name.
    pub name: String,
    /// UNIQUE.
    pub unique: bool,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// Access method: `btree`, `gin`, `gist`, `brin`, `hash`, ...
    pub method: String,
    /// Key parts in order.
    pub parts: Vec<IndexPart>,
    /// INCLUDE columns.
    pub include: Vec<String>,
    /// Partial predicate without the outer parentheses.
    pub filter: Option<String>,
    /// Storage parameters, sorted.
    pub options: Vec<(String, String)>,
    /// COMMENT.
    pub comment: Option<String>,
}

/// One key part of an index.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexPart {
    /// A column name, or an expression when `is_expression`.
    pub column: String,
    /// `column` holds an expression.
    pub is_expression: bool,
    /// Operator class when not the type's default, with its options.
    pub opclass: Option<String>,
    /// COLLATE when not the column's.
    pub collation: Option<String>,
    /// DESC.
    pub desc: bool,
    /// NULLS FIRST (`Some(true)`) or LAST when not the default for the direction.
    pub nulls_first: Option<bool>,
}

/// A trigger. `definition` is the whole CREATE TRIGGER text as `pg_get_triggerdef` prints it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// Name.
    pub name: String,
    /// The whole CREATE text without a final semicolon.
    pub definition: String,
    /// `O`rigin, `D`isabled, `R`eplica or `A`lways, as `pg_trigger.tgenabled`.
    pub enabled: String,
    /// COMMENT.
    pub comment: Option<String>,
}

/// A row-level policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Name.
    pub name: String,
    /// PERMISSIVE, else RESTRICTIVE.
    pub permissive: bool,
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: String,
    /// Roles; `public` for everybody.
    pub roles: Vec<String>,
    /// USING expression.
    pub using: Option<String>,
    /// WITH CHECK expression.
    pub check: Option<String>,
    /// COMMENT.
    pub comment: Option<String>,
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
    /// The constraint of that name.
    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|c| c.name == name)
    }
    /// Columns of the primary key, empty when there is none.
    pub fn primary_key(&self) -> &[String] {
        self.constraints
            .iter()
            .find_map(|c| match &c.kind {
                ConstraintKind::Primary { columns, .. } => Some(columns.as_slice()),
                _ => None,
            })
            .unwrap_or(&[])
    }
}
