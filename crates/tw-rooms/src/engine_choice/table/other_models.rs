//! Wide-column, key-value, document and graph engines.
use super::*;

const CASSANDRA_TRANSACTIONS: &str =
    "https://docs.datastax.com/en/cassandra/1.2/cassandra/dml/dml_about_transactions_c.html";
const CASSANDRA_LWT: &str = "https://www.scylladb.com/glossary/cassandra-lightweight-transactions-lwt";
const CASSANDRA_EOL: &str = "https://endoflife.date/api/v1/products/apache-cassandra/";

const CASSANDRA_5_0: Engine = Engine {
    id: "cassandra",
    name: "Apache Cassandra",
    version: "5.0",
    latest: known("5.0.8", "5.0.8, the newest release on 2026-05-06", CASSANDRA_EOL),
    models: known(
        &[DataModel::WideColumn, DataModel::KeyValue],
        "wide-column",
        "https://www.endoflife.date/apache-cassandra",
    ),
    isolation: known(
        Strongest::Eventual,
        "tunable consistency; serial only for a compare-and-set on one partition (Paxos)",
        CASSANDRA_LWT,
    ),
    scope: known(Scope::Partition, "one row or partition; a batch is not isolated", CASSANDRA_TRANSACTIONS),
    references: known(false, "no joins and no foreign keys", CASSANDRA_TRANSACTIONS),
    distributed: known(Distributed::No, "none across partitions", CASSANDRA_LWT),
    log: known(
        Log::WriteAhead,
        "commit log before the acknowledgement; forced to disk per batch or periodically, as configured",
        "https://docs.datastax.com/en/cassandra-oss/2.1/cassandra/dml/dml_durability_c.html",
    ),
    replication: known(
        &[Replication::Leaderless],
        "leaderless; each read and write says how many replicas must answer",
        "https://docs.datastax.com/en/cassandra/2.1/cassandra/dml/dml_tunable_consistency_c.html",
    ),
    end_of_life: unsettled("supported; no date is set (it ends when three newer releases are out)", CASSANDRA_EOL),
    licence: known(Licence::Open, "free and open source", "https://www.endoflife.date/apache-cassandra"),
};

const CASSANDRA_4_1: Engine = Engine {
    version: "4.1",
    latest: known("4.1.11", "4.1.11, the newest release on 2026-05-06", CASSANDRA_EOL),
    ..CASSANDRA_5_0
};

const RIAK_CONSISTENCY: &str = "https://docs.riak.com/riak/kv/2.0.5/learn/concepts/strong-consistency/index.html";
const RIAK_START: &str = "https://openriak.github.io/riak/InstallAndStartGuide.html";
const RIAK_WIKI: &str = "https://wiki.privacytools.io/wiki/Riak";

const RIAK_3_4: Engine = Engine {
    id: "riak",
    name: "Riak KV",
    version: "3.4",
    latest: known("3.4.0", "3.4.0", RIAK_START),
    models: known(&[DataModel::KeyValue], "key-value", RIAK_WIKI),
    isolation: known(
        Strongest::Eventual,
        "eventual; strong consistency per key is experimental and not for production",
        RIAK_CONSISTENCY,
    ),
    scope: known(Scope::Object, "one key", RIAK_CONSISTENCY),
    references: known(false, "values under keys; no joins or references", RIAK_WIKI),
    distributed: known(Distributed::No, "none across keys", RIAK_CONSISTENCY),
    log: unsettled("Bitcask by default; how it is forced to disk was not read", RIAK_WIKI),
    replication: known(
        &[Replication::Leaderless],
        "masterless, three copies by default; conflicts by version vectors and data types",
        RIAK_WIKI,
    ),
    end_of_life: unknown("no date was read"),
    licence: known(Licence::Open, "Apache 2.0", RIAK_WIKI),
};

const MONGODB_TRANSACTIONS: &str = "https://www.mongodb.com/docs/manual/core/transactions-production-consideration.md";
const MONGODB_EOL: &str = "https://www.mongodb.com/es/legal/support-policy/lifecycles";

const MONGODB_8_0: Engine = Engine {
    id: "mongodb",
    name: "MongoDB",
    version: "8.0",
    latest: known("8.0.20", "8.0.20, the newest release when read", "https://endoflife.date/api/mongodb.json"),
    models: known(&[DataModel::Document], "documents", MONGODB_TRANSACTIONS),
    isolation: known(
        Strongest::Snapshot,
        "snapshot (read concern \"snapshot\" with write concern \"majority\")",
        "https://mongodb.com/docs/v4.4/reference/read-concern-snapshot",
    ),
    scope: known(
        Scope::Anything,
        "several documents, on replica sets and sharded clusters, with a cost its makers warn of",
        MONGODB_TRANSACTIONS,
    ),
    references: unknown("whether references can be enforced was not read"),
    distributed: known(Distributed::Native, "across shards", MONGODB_TRANSACTIONS),
    log: known(
        Log::WriteAhead,
        "journal: a write-ahead log, always on",
        "https://www.mongodb.com/docs/manual/core/journaling.md",
    ),
    replication: known(&[Replication::LeaderFollower], "replica sets", MONGODB_TRANSACTIONS),
    end_of_life: known(Date(2029, 10, 31), "2029-10-31", MONGODB_EOL),
    licence: unknown("the licence was not read"),
};

const MONGODB_7_0: Engine = Engine {
    version: "7.0",
    latest: known("7.0.31", "7.0.31, the newest release when read", "https://endoflife.date/api/mongodb.json"),
    end_of_life: known(Date(2027, 8, 31), "2027-08-31", MONGODB_EOL),
    ..MONGODB_8_0
};

const REDIS_TRANSACTIONS: &str = "https://redis.io/topics/transactions/";
const REDIS_EOL: &str = "https://github.com/endoflife-date/endoflife.date/blob/master/products/redis.md";

const REDIS_8_6: Engine = Engine {
    id: "redis",
    name: "Redis",
    version: "8.6",
    latest: known("8.6.1", "8.6.1, the newest release when read", REDIS_EOL),
    models: known(&[DataModel::KeyValue], "data structures under keys, in memory", REDIS_EOL),
    isolation: known(
        Strongest::Serializable,
        "queued commands run alone, one after the other, on one node; nothing is rolled back",
        REDIS_TRANSACTIONS,
    ),
    scope: known(
        Scope::Partition,
        "the keys of one node; behaviour varies in clusters",
        "https://redis.io/commands/exec",
    ),
    references: known(false, "values under keys; no joins or references", REDIS_EOL),
    distributed: known(Distributed::No, "none", "https://redis.io/commands/exec"),
    log: known(
        Log::Lagging,
        "append-only file, forced to disk once a second by default: a crash may lose that second",
        "https://cloud.google.com/memorystore/docs/cluster/about-aof-persistence",
    ),
    replication: known(&[Replication::LeaderFollower], "built-in replication", REDIS_EOL),
    end_of_life: unsettled("supported; no date is set", REDIS_EOL),
    licence: known(Licence::Open, "AGPL 3.0 (or RSAL 2, or SSPL 1, at the user's choice)", REDIS_EOL),
};

const NEO4J_INTERNALS: &str = "https://neo4j.com/docs/operations-manual/current/database-internals";
const NEO4J_INTRODUCTION: &str = "https://neo4j.com/docs/operations-manual/current/introduction/";
const NEO4J_EOL: &str = "https://endoflife.date/api/neo4j.json";

const NEO4J_2026: Engine = Engine {
    id: "neo4j",
    name: "Neo4j",
    version: "2026.04",
    latest: known("2026.04.0", "2026.04.0, the newest release when read", NEO4J_EOL),
    models: known(&[DataModel::Graph], "property graph", NEO4J_INTRODUCTION),
    isolation: known(
        Strongest::ReadCommitted,
        "read committed; more only by locks that the query takes itself",
        NEO4J_INTERNALS,
    ),
    scope: known(Scope::Anything, "any nodes and relationships of one database", NEO4J_INTERNALS),
    references: known(
        true,
        "relationships are stored and cannot dangle; rules between values are the application's",
        NEO4J_INTERNALS,
    ),
    distributed: unknown("transactions across databases were not read about"),
    log: known(Log::WriteAhead, "write-ahead transaction log", NEO4J_INTERNALS),
    replication: known(&[Replication::Consensus], "clusters, in the Enterprise Edition only", NEO4J_INTRODUCTION),
    end_of_life: unsettled("supported until the next monthly release", NEO4J_EOL),
    licence: unsettled("Community and Enterprise editions; the terms were not read", NEO4J_INTRODUCTION),
};

const NEO4J_5_26: Engine = Engine {
    version: "5.26",
    latest: known("5.26.21", "5.26.21, the newest release in 2026-02", "https://neo4j.com/current-neo4j-versions/"),
    end_of_life: unsettled(
        "long-term support; the date was not read",
        "https://github.com/endoflife-date/endoflife.date/blob/master/products/neo4j.md",
    ),
    ..NEO4J_2026
};

const JANUSGRAPH_TRANSACTIONS: &str = "https://docs.janusgraph.org/basics/transactions";
const JANUSGRAPH: &str = "https://github.com/lfai/proposing-projects/blob/master/proposals/janusgraph.adoc";

const JANUSGRAPH_ANY: Engine = Engine {
    id: "janusgraph",
    name: "JanusGraph (Apache TinkerPop)",
    version: "latest",
    latest: unknown("the newest release was not read"),
    models: known(&[DataModel::Graph], "property graph over another engine's storage", JANUSGRAPH),
    isolation: known(
        Strongest::Eventual,
        "that of the storage below: not ACID on Cassandra or HBase",
        JANUSGRAPH_TRANSACTIONS,
    ),
    scope: known(
        Scope::Object,
        "one element: several rows are not written atomically on Cassandra or HBase",
        JANUSGRAPH_TRANSACTIONS,
    ),
    references: known(true, "edges are stored; rules between values are the application's", JANUSGRAPH),
    distributed: known(Distributed::No, "none of its own", JANUSGRAPH_TRANSACTIONS),
    log: known(Log::OfStorage, "that of the storage below", JANUSGRAPH),
    replication: unsettled("that of the storage below", JANUSGRAPH),
    end_of_life: unknown("no date was read"),
    licence: known(Licence::Open, "Apache 2.0", JANUSGRAPH),
};

pub const ENGINES: &[Engine] = &[
    CASSANDRA_5_0,
    CASSANDRA_4_1,
    RIAK_3_4,
    MONGODB_8_0,
    MONGODB_7_0,
    REDIS_8_6,
    NEO4J_2026,
    NEO4J_5_26,
    JANUSGRAPH_ANY,
];
