//! Trials: how a claim is tried, as data. One executor runs them, one judge compares.
use crate::{change::Change, claim::ClaimId};
use serde::{Deserialize, Serialize};

/// How a claim is tried. Everything in it is concrete: it can be replayed from the receipt alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The claim.
    pub claim: ClaimId,
    /// The data it starts from.
    pub base: Base,
    /// How it is kept apart from others.
    pub isolation: Apart,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What must make it fail.
    pub twin: Twin,
}

/// The database a trial starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// The schema without rows.
    Empty,
    /// The schema with the sample, and the same sample in the plain tables (namespace `plain`).
    Sample,
    /// The same, but what is planned is planned as if the tables were as large as on the day the brief plans for.
    /// What is not planned runs on the sample.
    Horizon,
}

/// How a trial is kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Apart {
    /// Every step in one session and one transaction, rolled back. A refused step is undone to the
    /// savepoint before it.
    Rollback,
    /// Its own copy of the base database; sessions commit.
    Clone,
    /// Its own server; for crashes.
    Cluster,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Session number, from 1. Only `Clone` trials have more than one.
    pub session: u8,
    /// Who does it.
    pub actor: Actor,
    /// One statement. `:'name'` stands for a value kept by an earlier step, as a quoted literal.
    pub sql: String,
    /// Names under which the first row's values are kept, in column order.
    pub keep: Vec<String>,
    /// What must happen.
    pub expect: Expect,
    /// It only prepares: when it goes otherwise nothing was tried, so the claim is undecided, not refuted.
    #[serde(default)]
    pub setup: bool,
}

/// Who does a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "actor", content = "role", rename_all = "snake_case")]
pub enum Actor {
    /// The owner of the schema: not a superuser.
    Owner,
    /// A designed role, as its session user.
    Role(String),
    /// The lab's superuser: only to hide an index or to read the catalogue.
    Lab,
}

/// What must happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "expect", rename_all = "snake_case")]
pub enum Expect {
    /// It is accepted.
    Accepted,
    /// It is accepted and changes (or returns) so many rows.
    Affects {
        /// Rows.
        rows: u64,
    },
    /// It is refused with this SQLSTATE, by this constraint where one is named.
    Refused {
        /// SQLSTATE.
        sqlstate: String,
        /// Constraint, or column for 23502.
        constraint: Option<String>,
    },
    /// It returns exactly these rows (text form; null is none).
    Rows {
        /// Rows.
        rows: Vec<Vec<Option<String>>>,
    },
    /// It returns what an earlier step returned (0-based index); in the same order when `ordered`.
    SameAs {
        /// Step index.
        step: usize,
        /// Order counts.
        ordered: bool,
    },
    /// It is accepted and touches as many rows as an earlier step did.
    SameCount {
        /// Step index.
        step: usize,
    },
    /// It waits for a lock (the executor goes on with other sessions; a later [`Expect::Resumes`]
    /// step of this session tells how it ended).
    Blocks,
    /// The blocked statement of this session ends so. `sql` is empty.
    Resumes {
        /// How it ends.
        ending: Box<Expect>,
    },
    /// `sql` is a query: its plan (EXPLAIN) uses this index.
    Uses {
        /// Index or constraint name.
        index: String,
    },
    /// `sql` is a query: its plan does not use this index.
    Avoids {
        /// Index or constraint name.
        index: String,
    },
    /// `sql` is a query: its plan uses each of these indexes and reads none of these tables whole.
    Seeks {
        /// Index or constraint names.
        indexes: Vec<String>,
        /// Table names.
        tables: Vec<String>,
    },
    /// `sql` is a query: its plan, were this index not there, reads this table whole. `Horizon` trials only.
    Suffers {
        /// Index or constraint name.
        without: String,
        /// Table name.
        table: String,
    },
    /// `sql` is a query, executed with EXPLAIN (ANALYZE, BUFFERS): the pages it touches stay within
    /// `4 × result pages + 10 × tree height`, where result pages are the pages that
    /// the result comes from (at most one for each row and table) or fills (bytes over 8192), whichever is more,
    /// and tree height is the largest height among the B-trees of the tables it touches.
    Bounded,
    /// It is accepted; the pages that it touches and the time that it takes are kept as figures. Run twice, the first time
    /// undone, so that the figures are of a warm cache. Not for statements that end a transaction.
    Priced {
        /// What is priced: `the core`.
        what: String,
    },
    /// `sql` returns one number, and it is this one, give or take so many percent of it.
    Near {
        /// The number.
        value: u64,
        /// How far off it may be.
        percent: u32,
    },
    /// `sql` is an insert that names `:'id'`: it runs with fresh ids from several sessions at once until
    /// the server is killed (SIGKILL, every process) under load; after recovery every acknowledged id is
    /// there. `Cluster` trials only.
    SurvivesCrash {
        /// Query that counts how many of the ids in `:ids` (an array literal) are there.
        count: String,
        /// Concurrent sessions.
        sessions: u8,
        /// Acknowledged commits before the kill.
        commits: u64,
    },
    /// Any of these.
    OneOf {
        /// Alternatives.
        of: Vec<Expect>,
    },
}

/// What must make a trial fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "twin", rename_all = "snake_case")]
pub enum Twin {
    /// The same steps on a schema with these (physical) edits.
    Schema {
        /// Edits, in order.
        changes: Vec<Change>,
    },
    /// Weaker steps on the same schema: the same schedule one isolation level lower, say.
    Steps {
        /// What is weaker, one phrase.
        weaker: String,
        /// The steps.
        steps: Vec<Step>,
    },
    /// A server with this setting changed; for durability.
    Setting {
        /// Setting.
        name: String,
        /// Value.
        value: String,
    },
}
