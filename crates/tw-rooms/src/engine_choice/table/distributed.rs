//! Relational engines that spread one database over many machines: Spanner, its derivatives, and Calvin's.
use super::*;

const RELATIONAL: &[DataModel] = &[DataModel::Relational];

const CRDB_TRANSACTIONS: &str = "https://cockroachlabs.com/docs/stable/architecture/transaction-layer";
const CRDB_VERSIONS: &str = "https://github.com/cockroachdb/docs/blob/main/src/current/_data/versions.csv";

const COCKROACHDB_26_2: Engine = Engine {
    id: "cockroachdb",
    name: "CockroachDB",
    version: "v26.2",
    latest: unknown("the newest patch was not read"),
    models: known(RELATIONAL, "relational, spread over nodes by key range", CRDB_TRANSACTIONS),
    isolation: known(
        Strongest::Serializable,
        "serializable",
        "https://www.cockroachlabs.com/glossary/distributed-db/serializable-isolation/",
    ),
    scope: known(Scope::Anything, "any rows of the cluster", CRDB_TRANSACTIONS),
    references: unknown("its page on foreign keys was not read"),
    distributed: known(
        Distributed::Native,
        "an atomic commit protocol of its own (Parallel Commits) across key ranges",
        CRDB_TRANSACTIONS,
    ),
    log: known(Log::WriteAhead, "writes are agreed on by a Raft log before they are acknowledged", CRDB_TRANSACTIONS),
    replication: known(
        &[Replication::Consensus],
        "Raft groups",
        "https://cockroachlabs.com/glossary/distributed-db/replication-layer",
    ),
    end_of_life: known(Date(2027, 10, 27), "assistance support to 2027-10-27", CRDB_VERSIONS),
    licence: known(
        Licence::SourceAvailable,
        "CockroachDB Software License; clusters need a licence key",
        "https://www.cockroachlabs.com/docs/v26.3/licensing-faqs",
    ),
};

const COCKROACHDB_25_4: Engine = Engine {
    version: "v25.4",
    end_of_life: known(Date(2027, 5, 3), "assistance support to 2027-05-03", CRDB_VERSIONS),
    ..COCKROACHDB_26_2
};

const YB_TRANSACTIONS: &str = "https://docs.yugabyte.com/stable/architecture/transactions";
const YB_VERSIONS: &str =
    "https://raw.githubusercontent.com/yugabyte/yugabyte-db/master/docs/data/currentVersions.json";

const YUGABYTEDB_2025_2: Engine = Engine {
    id: "yugabytedb",
    name: "YugabyteDB",
    version: "v2025.2",
    latest: known("2025.2.8.0", "2025.2.8.0, the newest release when read", YB_VERSIONS),
    models: known(
        &[DataModel::Relational, DataModel::WideColumn],
        "relational (YSQL, PostgreSQL's own language) and wide-column (YCQL)",
        "https://docs.yugabyte.com/stable/explore/transactions",
    ),
    isolation: known(
        Strongest::Serializable,
        "serializable, snapshot and read committed",
        "https://docs.yugabyte.com/architecture/transactions/isolation-levels/",
    ),
    scope: known(Scope::Anything, "any rows of the cluster", YB_TRANSACTIONS),
    references: unknown("its page on foreign keys was not read"),
    distributed: known(
        Distributed::Native,
        "distributed transactions across tablets, after Spanner, on hybrid clocks",
        YB_TRANSACTIONS,
    ),
    log: known(
        Log::WriteAhead,
        "writes are agreed on by a Raft log",
        "https://docs.yugabyte.com/stable/architecture/design-goals.md",
    ),
    replication: known(
        &[Replication::Consensus],
        "Raft groups; asynchronous between clusters",
        "https://www.mintlify.com/yugabyte/yugabyte-db/concepts/consistency-model",
    ),
    end_of_life: known(Date(2028, 6, 11), "2028-06-11 (long-term support)", YB_VERSIONS),
    licence: unknown("the licence was not read"),
};

const SPANNER_PAPER: &str = "https://courses.cs.washington.edu/courses/csep552/13sp/lectures/6/spanner.pdf";
const SPANNER_DOCS: &str = "https://docs.cloud.google.com/spanner/docs.md.txt";

const SPANNER: Engine = Engine {
    id: "spanner",
    name: "Google Spanner",
    version: "service",
    latest: unknown("a service: it has no versions to choose"),
    models: known(
        &[DataModel::Relational, DataModel::Graph, DataModel::KeyValue],
        "relational, graph and key-value, as a managed service only",
        SPANNER_DOCS,
    ),
    isolation: known(
        Strongest::Serializable,
        "external consistency: serializable in real-time order",
        "https://docs.cloud.google.com/spanner/docs/true-time-external-consistency?hl=ja",
    ),
    scope: known(Scope::Anything, "any rows", SPANNER_PAPER),
    references: known(
        true,
        "joins; foreign keys",
        "https://cloud.google.com/spanner/docs/foreign-keys/overview?hl=es-419",
    ),
    distributed: known(Distributed::Native, "two-phase commit over Paxos groups, ordered by TrueTime", SPANNER_PAPER),
    log: known(Log::WriteAhead, "a write-ahead log per tablet", SPANNER_PAPER),
    replication: known(&[Replication::Consensus], "Paxos groups, synchronous", SPANNER_DOCS),
    end_of_life: unknown("a service: no date was read"),
    licence: known(Licence::Proprietary, "commercial, one provider", SPANNER_DOCS),
};

const FAUNA_LOG: &str = "https://dev.to/fauna/introducing-automated-log-topology-in-faunadb-2-6-eab";
const FAUNA_END: &str = "https://raw.githubusercontent.com/api-evangelist/fauna/refs/heads/main/llms/fauna-llms.txt";

const FAUNA: Engine = Engine {
    id: "fauna",
    name: "Fauna (after Calvin)",
    version: "service",
    latest: unknown("a service: it had no versions to choose"),
    models: known(
        &[DataModel::Relational, DataModel::Document],
        "document-relational, as a managed service",
        FAUNA_END,
    ),
    isolation: known(Strongest::Serializable, "strictly serializable", FAUNA_LOG),
    scope: known(Scope::Anything, "any documents", FAUNA_LOG),
    references: unknown("its page on references was not read"),
    distributed: known(
        Distributed::Native,
        "Calvin: transactions are ordered first and then executed, without two-phase commit",
        FAUNA_LOG,
    ),
    log: known(Log::WriteAhead, "a replicated transaction log", FAUNA_LOG),
    replication: known(&[Replication::Consensus], "log replicas", FAUNA_LOG),
    end_of_life: known(Date(2025, 5, 30), "shut down on 2025-05-30", FAUNA_END),
    licence: known(Licence::Proprietary, "a service", FAUNA_END),
};

pub const ENGINES: &[Engine] = &[COCKROACHDB_26_2, COCKROACHDB_25_4, YUGABYTEDB_2025_2, SPANNER, FAUNA];
