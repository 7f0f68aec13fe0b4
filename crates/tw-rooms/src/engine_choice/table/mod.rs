//! The table of engines: one record per engine version, every cell with its source and the day it was read.
//!
//! Sources were read as stored copies, not live pages; the day is the day we read the copy. What we did
//! not read is unknown and says so: an unknown cell never counts for or against an engine.
mod distributed;
mod other_models;
mod relational;

pub use crate::kit::date::{Date, READ_ON};

/// One engine version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Engine {
    /// As a brief writes it: `postgresql`.
    pub id: &'static str,
    /// As its makers write it: `PostgreSQL`.
    pub name: &'static str,
    /// Major version or series: `18`, `8.4`, `v26.2`.
    pub version: &'static str,
    /// Newest release of that series we read of.
    pub latest: Cell<&'static str>,
    /// Data models it stores.
    pub models: Cell<&'static [DataModel]>,
    /// Strongest isolation between transactions.
    pub isolation: Cell<Strongest>,
    /// What one transaction may span.
    pub scope: Cell<Scope>,
    /// Whether it joins and enforces references between tables.
    pub references: Cell<bool>,
    /// How a transaction spans several machines.
    pub distributed: Cell<Distributed>,
    /// What makes a commit durable.
    pub log: Cell<Log>,
    /// How copies are kept.
    pub replication: Cell<&'static [Replication]>,
    /// Last day of support.
    pub end_of_life: Cell<Date>,
    /// Under which terms.
    pub licence: Cell<Licence>,
}

/// One fact of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell<T: Copy> {
    /// What we know; none is unknown.
    pub value: Option<T>,
    /// The fact in words; for an unknown, what is missing.
    pub text: &'static str,
    /// Where it was read; none exactly when it is unknown and nothing was found.
    pub source: Option<Source>,
}

/// Where a cell was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// Address of the page (or the path of an installed file).
    pub url: &'static str,
    /// Day.
    pub read: Date,
}

/// A data model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataModel {
    /// Tables, joins, constraints.
    Relational,
    /// Documents of free shape.
    Document,
    /// Nodes and edges.
    Graph,
    /// A value under a key.
    KeyValue,
    /// Rows under a partition key, wide and sorted.
    WideColumn,
}

/// Strongest isolation, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strongest {
    /// None between objects: replicas converge.
    Eventual,
    /// Read committed.
    ReadCommitted,
    /// Snapshot (repeatable read).
    Snapshot,
    /// Serializable.
    Serializable,
}

/// What one transaction may span, narrowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One object.
    Object,
    /// The rows of one partition, or the keys of one node.
    Partition,
    /// Any rows.
    Anything,
}

/// How a transaction spans machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distributed {
    /// Not at all.
    No,
    /// It can take part in a two-phase commit that something outside drives.
    TwoPhaseCommit,
    /// By itself, over consensus groups.
    Native,
}

/// What makes a commit durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// A log written before the commit is acknowledged.
    WriteAhead,
    /// A log that by default is forced to disk a moment after the acknowledgement.
    Lagging,
    /// It depends on the storage chosen below it.
    OfStorage,
}

/// How copies are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replication {
    /// One leader, followers wait or lag.
    LeaderFollower,
    /// Several leaders.
    MultiLeader,
    /// Any replica takes writes; quorums.
    Leaderless,
    /// Raft or Paxos groups.
    Consensus,
}

/// Terms of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Licence {
    /// Approved open source, or public domain.
    Open,
    /// The source is visible, use is limited.
    SourceAvailable,
    /// Neither.
    Proprietary,
}

/// Every engine version we know of, engines in the order a reader expects, newest version first.
pub fn engines() -> impl Iterator<Item = &'static Engine> {
    [relational::ENGINES, distributed::ENGINES, other_models::ENGINES].into_iter().flatten()
}

const fn known<T: Copy>(value: T, text: &'static str, url: &'static str) -> Cell<T> {
    Cell { value: Some(value), text, source: Some(Source { url, read: READ_ON }) }
}

/// Nothing was read about it.
const fn unknown<T: Copy>(text: &'static str) -> Cell<T> {
    Cell { value: None, text, source: None }
}

/// Something was read, and it does not settle the matter.
const fn unsettled<T: Copy>(text: &'static str, url: &'static str) -> Cell<T> {
    Cell { value: None, text, source: Some(Source { url, read: READ_ON }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell of an engine as (name, known, text, source).
    fn cells(e: &Engine) -> Vec<(&'static str, bool, &'static str, Option<Source>)> {
        macro_rules! rows {
            ($($field:ident),*) => { vec![$((stringify!($field), e.$field.value.is_some(), e.$field.text, e.$field.source)),*] };
        }
        rows!(latest, models, isolation, scope, references, distributed, log, replication, end_of_life, licence)
    }

    #[test]
    fn every_known_cell_has_words_a_source_and_a_day() {
        for engine in engines() {
            for (field, known, text, source) in cells(engine) {
                let place = format!("{} {} {field}", engine.name, engine.version);
                assert!(!text.is_empty(), "{place}: no words");
                assert!(!known || source.is_some(), "{place}: known without a source");
                assert!(source.is_none_or(|s| s.read == READ_ON && !s.url.is_empty()), "{place}");
            }
        }
    }

    #[test]
    fn no_engine_version_is_listed_twice() {
        let mut all: Vec<_> = engines().map(|e| (e.id, e.version)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn the_engines_of_the_requirements_are_all_there() {
        for id in [
            "postgresql",
            "mysql",
            "mariadb",
            "sqlite",
            "cassandra",
            "cockroachdb",
            "yugabytedb",
            "mongodb",
            "neo4j",
            "janusgraph",
            "riak",
            "redis",
            "spanner",
            "fauna",
            "sqlserver",
            "oracle",
        ] {
            assert!(engines().any(|e| e.id == id), "{id} is missing");
        }
        let majors: Vec<_> = engines().filter(|e| e.id == "postgresql").map(|e| e.version).collect();
        assert_eq!(majors, ["18", "17", "16", "15", "14"]);
    }
}
