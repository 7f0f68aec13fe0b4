//! SQL written against entities: resolved once, rendered against any mapping of entities to tables.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A statement in entity SQL. `pieces`, concatenated, are the statement: rendering replaces the
/// resolved pieces and keeps every other byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntitySql {
    /// The brief's text, without `expect ...` and `into :x` tails.
    pub text: String,
    /// What it does.
    pub kind: StatementKind,
    /// The text, cut at everything that was resolved.
    pub pieces: Vec<Piece>,
    /// Every occurrence of an entity that rows are read from (an insert's target is not one), in the
    /// order of the text, with what is asked of it.
    pub scans: Vec<Scan>,
    /// The entity written, for insert, update and delete, with the attributes written.
    pub writes: Option<Write>,
    /// The statement orders its result (the outermost `order by`), so that row order is meant.
    pub ordered: bool,
    /// Rows at most, when the outermost `limit` (or `fetch first`) is a plain number.
    pub limit: Option<u64>,
    /// Entities whose rows are locked by `for update` and its siblings, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<String>,
}

impl EntitySql {
    /// A statement of which nothing is resolved: enough to be written.
    pub fn bare(text: impl Into<String>, kind: StatementKind) -> EntitySql {
        let text = text.into();
        EntitySql {
            text,
            kind,
            pieces: vec![],
            scans: vec![],
            writes: None,
            ordered: false,
            limit: None,
            locks: vec![],
        }
    }
}

/// An expression over one entity's attributes: a check, a default predicate, a filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntityExpr {
    /// The brief's text, without the outer parentheses.
    pub text: String,
    /// The text, cut at every attribute.
    pub pieces: Vec<Piece>,
    /// Attributes and ends named, in order of first use, without repeats.
    pub attributes: Vec<String>,
}

/// Kind of statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatementKind {
    /// SELECT (or WITH ... SELECT).
    Select,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
}

/// Qualifier of a reference to an expression's own row from a query inside it: rendered as the qualifier
/// that the expression is given, else as the name of the entity's table.
pub const OWN_ROW: &str = "own row";

/// A part of a statement. `list` is true where several columns may stand bare, separated by commas
/// (select lists, insert columns, VALUES, GROUP BY, ORDER BY, inside row constructors); elsewhere they
/// need parentheses. Aliases and qualifiers are as printed, quoted where needed. A list piece directly
/// followed by a text that begins with a sort direction is given that direction on every column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "piece", rename_all = "snake_case")]
pub enum Piece {
    /// Copied as is.
    Text {
        /// The bytes.
        text: String,
    },
    /// An entity in relation position.
    Relation {
        /// Entity name.
        entity: String,
        /// Alias to add after the table name, when the text gives none and one is needed.
        add_alias: Option<String>,
        /// Rows are written here (INSERT INTO, UPDATE, DELETE FROM), not only read.
        #[serde(default)]
        write: bool,
    },
    /// An attribute or relation end.
    Attribute {
        /// Entity that has it.
        entity: String,
        /// Attribute or end name.
        name: String,
        /// Alias that qualifies it.
        qualifier: Option<String>,
        /// Several columns may stand bare.
        list: bool,
    },
    /// `key`, or an alias that stands for its row's key.
    Key {
        /// Entity.
        entity: String,
        /// Alias that qualifies it.
        qualifier: Option<String>,
        /// Several columns may stand bare.
        list: bool,
    },
    /// `*` or `alias.*`: every attribute of the entity.
    Star {
        /// Entity.
        entity: String,
        /// Alias that qualifies it.
        qualifier: Option<String>,
    },
    /// `:name`.
    Param {
        /// Parameter name.
        name: String,
        /// Several columns may stand bare.
        list: bool,
    },
    /// `null` or `default` given to an end or `key`: said once for each of its columns.
    Each {
        /// The word.
        text: String,
        /// Entity that has the end.
        entity: String,
        /// Attribute or end name, or `key`.
        name: String,
        /// Several columns may stand bare.
        list: bool,
    },
    /// `search(attribute, ` up to the words sought: a full-text match, see [`crate::render::search_match`].
    /// The pieces after it hold the words and the closing parenthesis.
    Search {
        /// Entity.
        entity: String,
        /// Attribute name.
        name: String,
        /// Alias that qualifies it.
        qualifier: Option<String>,
    },
}

/// What a statement asks of one occurrence of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// Entity.
    pub entity: String,
    /// Alias, or the entity's name when it has none; a later occurrence of the same alias gets `#2`, `#3`.
    pub alias: String,
    /// Conditions that all must hold (top-level AND of WHERE and ON, semi-joins included); anything
    /// under OR or NOT is `Other`, as is a filter in ON on the side that an outer join keeps.
    pub predicates: Vec<Predicate>,
    /// Sort keys, when the outermost or enclosing ORDER BY names only this occurrence.
    pub order: Vec<Sort>,
    /// Grouping attributes of this occurrence.
    pub group: Vec<String>,
    /// The statement's LIMIT applies to this occurrence's order.
    pub limited: bool,
    /// Attributes, ends and `key` read anywhere, in order of first use; `*` reads them all.
    pub reads: Vec<String>,
}

/// A condition on one attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Predicate {
    /// Attribute or end name, or `key`.
    pub attribute: String,
    /// Operator class.
    pub op: PredicateOp,
    /// The other side.
    pub against: Against,
    /// The condition as written.
    pub text: String,
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredicateOp {
    /// `=`, or `in` with a subquery of one column; a bare flag is `= true`, `not flag` is `= false`.
    Equal,
    /// `<`, `<=`, `>`, `>=`, `between`.
    Range,
    /// `in (...)` of literals or `= any(:p)`.
    In,
    /// `like 'abc%'`, `like :p || '%'`, `starts_with(...)`.
    LikePrefix,
    /// `like '%abc%'`, `like :p`, `ilike`.
    LikeInfix,
    /// `@@` or `search(...)`: full text.
    Search,
    /// `is null`.
    IsNull,
    /// `is not null`.
    IsNotNull,
    /// `@>`, `?`, `&&` and other containment or overlap operators.
    Contains,
    /// Anything else.
    Other,
}

/// What an attribute is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Against {
    /// `:name`.
    Param {
        /// Parameter name.
        name: String,
    },
    /// A constant, unquoted.
    Literal {
        /// Its value.
        value: String,
    },
    /// An attribute (or `key`) of another occurrence, or a column of a derived table or common table
    /// expression: a join.
    Column {
        /// The other occurrence's alias (see [`Scan::alias`]), or the derived table's.
        alias: String,
        /// Its attribute or `key`, or the derived column.
        attribute: String,
    },
    /// Any other expression, or nothing.
    Expression,
}

/// One sort key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sort {
    /// Attribute, end or `key`.
    pub attribute: String,
    /// Descending.
    pub desc: bool,
}

/// What a statement writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Write {
    /// Entity.
    pub entity: String,
    /// Attributes or ends written; empty for delete.
    pub attributes: Vec<String>,
}

/// Where entities live: the physical names a statement is rendered with. Every name is as printed,
/// quoted where needed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// By entity name.
    pub relations: BTreeMap<String, MappedRelation>,
}

/// One entity's table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MappedRelation {
    /// What reads select from: a table, or a view where the entity is spread over several tables.
    pub read_from: String,
    /// The table that writes go to.
    pub write_to: String,
    /// Key columns in order.
    pub key: Vec<MappedColumn>,
    /// Columns of each attribute or end, in order.
    pub columns: BTreeMap<String, Vec<MappedColumn>>,
    /// What `*` stands for: attribute and end names in order (`key` for a surrogate key).
    pub all: Vec<String>,
}

/// A column of a mapped relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MappedColumn {
    /// Name as printed.
    pub name: String,
    /// Type as PostgreSQL prints it.
    pub ty: String,
}
