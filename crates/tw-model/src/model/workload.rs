//! What will be asked of the database, how often, and how fast it must answer.
use crate::Origin;
use crate::sql::EntitySql;
use serde::{Deserialize, Serialize};

/// One named query or transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Name, snake_case, unique.
    pub name: String,
    /// Parameters in signature order.
    pub params: Vec<Param>,
    /// Calls per second; none when unsaid.
    pub rate_per_s: Option<f64>,
    /// The rate is a peak, not a mean.
    pub peak: bool,
    /// 95th percentile target, milliseconds.
    pub p95_ms: Option<f64>,
    /// 99th percentile target, milliseconds.
    pub p99_ms: Option<f64>,
    /// Isolation level; none is read committed.
    pub isolation: Option<Isolation>,
    /// The role that runs it.
    pub role: Option<String>,
    /// Declared a scan: it may touch pages in proportion to its tables.
    pub scan: bool,
    /// The answer may be so old, in seconds; none is what is true now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_s: Option<u64>,
    /// The statements; several are one transaction.
    pub statements: Vec<Statement>,
    /// The brief line of the signature.
    pub origin: Origin,
}

impl Query {
    /// A query of which nothing is said but its name.
    pub fn bare(name: &str, origin: Origin) -> Query {
        Query {
            name: name.to_string(),
            params: vec![],
            rate_per_s: None,
            peak: false,
            p95_ms: None,
            p99_ms: None,
            isolation: None,
            role: None,
            scan: false,
            oldest_s: None,
            statements: vec![],
            origin,
        }
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Name without the colon.
    pub name: String,
    /// What it stands for.
    pub ty: ParamType,
    /// `drawn zipf 1.1`: how callers choose it.
    pub drawn_zipf: Option<f64>,
}

/// What a parameter stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ParamType {
    /// `User.email`: a value of that attribute.
    Attribute {
        /// Entity.
        entity: String,
        /// Attribute.
        attribute: String,
    },
    /// `Account`: the key of a row of that entity.
    Entity {
        /// Entity.
        entity: String,
    },
    /// Any type: `money`, `int`.
    Type {
        /// The type.
        ty: super::Type,
    },
}

/// Transaction isolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// The default.
    ReadCommitted,
    /// Snapshot isolation.
    RepeatableRead,
    /// Serializable snapshot isolation.
    Serializable,
}

impl Isolation {
    /// SQL words.
    pub fn sql(self) -> &'static str {
        match self {
            Isolation::ReadCommitted => "READ COMMITTED",
            Isolation::RepeatableRead => "REPEATABLE READ",
            Isolation::Serializable => "SERIALIZABLE",
        }
    }
}

/// One `>` statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The statement, resolved against the entities.
    pub sql: EntitySql,
    /// `expect n rows`.
    pub expect_rows: Option<u64>,
    /// `returning a into :x`: names that later statements may use as `:x`, in order.
    pub into: Vec<String>,
    /// The brief line.
    pub origin: Origin,
}

impl Statement {
    /// A statement that promises nothing of its rows.
    pub fn bare(sql: EntitySql, origin: Origin) -> Statement {
        Statement { sql, expect_rows: None, into: vec![], origin }
    }
}
