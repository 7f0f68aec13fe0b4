//! Relational engines that keep the data of one database on one machine and its copies.
use super::*;

const RELATIONAL: &[DataModel] = &[DataModel::Relational];
const RELATIONAL_AND_DOCUMENT: &[DataModel] = &[DataModel::Relational, DataModel::Document];

const PG_VERSIONING: &str = "https://www.postgresql.org/support/versioning/";
const PG_WAL: &str = "https://postgresql.org/docs/9.2/runtime-config-wal.html";
const PG_SSI: &str = "https://github.com/postgres/postgres/blob/master/src/backend/storage/lmgr/README-SSI";
const EOL_REPO: &str = "https://github.com/endoflife-date/endoflife.date/blob/master/products/postgresql.md";

const POSTGRESQL_18: Engine = Engine {
    id: "postgresql",
    name: "PostgreSQL",
    version: "18",
    latest: known("18.6", "18.6, the newest minor release on 2026-10-05", PG_VERSIONING),
    models: known(RELATIONAL_AND_DOCUMENT, "relational; documents as jsonb, graphs by recursive queries", EOL_REPO),
    isolation: known(
        Strongest::Serializable,
        "serializable, by serializable snapshot isolation: conflicts are refused with 40001",
        PG_SSI,
    ),
    scope: known(Scope::Anything, "any rows of one database", PG_SSI),
    references: known(true, "joins; foreign keys enforced by the server", EOL_REPO),
    distributed: known(
        Distributed::TwoPhaseCommit,
        "PREPARE TRANSACTION: takes part in a two-phase commit that an outside manager drives",
        "https://man.archlinux.org/man/PREPARE_TRANSACTION.7.en",
    ),
    log: known(Log::WriteAhead, "write-ahead log, forced to disk before a commit is acknowledged", PG_WAL),
    replication: known(
        &[Replication::LeaderFollower],
        "streaming of the write-ahead log to followers, synchronous or not; archiving for point-in-time recovery",
        PG_WAL,
    ),
    end_of_life: known(
        Date(2030, 11, 14),
        "2030-11-14, as quoted in project documentation of 2026-10-05",
        PG_VERSIONING,
    ),
    licence: known(Licence::Open, "PostgreSQL licence", "file:///usr/share/doc/postgresql-15/copyright"),
};

const POSTGRESQL_17: Engine = Engine {
    version: "17",
    latest: known("17.11", "17.11, the newest minor release on 2026-10-05", PG_VERSIONING),
    end_of_life: known(
        Date(2029, 11, 8),
        "2029-11-08, as quoted in project documentation of 2026-10-05",
        PG_VERSIONING,
    ),
    ..POSTGRESQL_18
};

const POSTGRESQL_16: Engine = Engine {
    version: "16",
    latest: known("16.15", "16.15, the newest minor release on 2026-10-05", PG_VERSIONING),
    end_of_life: known(Date(2028, 11, 9), "2028-11-09", EOL_REPO),
    ..POSTGRESQL_18
};

const POSTGRESQL_15: Engine = Engine {
    version: "15",
    latest: known("15.19", "15.19, the newest minor release on 2026-10-05", PG_VERSIONING),
    end_of_life: known(Date(2027, 11, 11), "2027-11-11", EOL_REPO),
    ..POSTGRESQL_18
};

const POSTGRESQL_14: Engine = Engine {
    version: "14",
    latest: known("14.24", "14.24, the newest minor release on 2026-10-05", PG_VERSIONING),
    end_of_life: known(Date(2026, 11, 12), "2026-11-12", EOL_REPO),
    ..POSTGRESQL_18
};

const INNODB: &str = "https://dev.mysql.com/doc/refman/9.5/en/innodb-transaction-isolation-levels.html";
const MYSQL_EOL: &str = "https://endoflife.date/api/v1/products/mysql/";

const MYSQL_97: Engine = Engine {
    id: "mysql",
    name: "MySQL",
    version: "9.7",
    latest: known("9.7.0", "9.7.0, the newest release on 2026-05-25", MYSQL_EOL),
    models: known(RELATIONAL, "relational", INNODB),
    isolation: known(
        Strongest::Serializable,
        "serializable, by locking reads (InnoDB); repeatable read is the default",
        INNODB,
    ),
    scope: known(Scope::Anything, "any rows of InnoDB tables", INNODB),
    references: known(
        true,
        "joins; foreign keys enforced by InnoDB",
        "https://mariadb.com/docs/server-1/server-usage/storage-engines/innodb",
    ),
    distributed: known(
        Distributed::TwoPhaseCommit,
        "XA: takes part in a two-phase commit that an outside manager drives",
        "https://github.com/mysql/mysql-server/commit/c1401ad",
    ),
    log: known(
        Log::WriteAhead,
        "redo log on disk, replayed after a crash",
        "https://dev.mysql.com/doc/refman/9.5/en/innodb-redo-log.html",
    ),
    replication: known(
        &[Replication::LeaderFollower, Replication::MultiLeader],
        "binary log to replicas, and Group Replication",
        "https://github.com/mysql/mysql-server/commit/c1401ad",
    ),
    end_of_life: known(Date(2034, 4, 21), "2034-04-21 (long-term support)", MYSQL_EOL),
    licence: known(
        Licence::Open,
        "GPL 2.0, and commercial",
        "https://dev.mysql.com/doc/dev/mysql-server/9.0.1/sql__cmd__xa_8h_source.html",
    ),
};

const MYSQL_84: Engine = Engine {
    version: "8.4",
    latest: known("8.4.8", "8.4.8, the newest release when read", "https://endoflife.date/api/mysql.json"),
    end_of_life: known(Date(2032, 4, 30), "2032-04-30 (long-term support)", "https://endoflife.date/api/mysql.json"),
    ..MYSQL_97
};

const MYSQL_80: Engine = Engine {
    version: "8.0",
    latest: known("8.0.46", "8.0.46, the last release", "https://docs.oracle.com/cd/E17952_01/mysql-8.0-relnotes-en"),
    end_of_life: known(Date(2026, 4, 30), "April 2026", "https://docs.oracle.com/cd/E17952_01/mysql-8.0-relnotes-en"),
    ..MYSQL_97
};

const MARIADB_EOL: &str = "https://endoflife.date/api/mariadb.json";
const MARIADB_ISOLATION: &str = "https://mariadb.com/kb/en/set-transaction";

const MARIADB_118: Engine = Engine {
    id: "mariadb",
    name: "MariaDB",
    version: "11.8",
    latest: known("11.8.6", "11.8.6, the newest release when read", MARIADB_EOL),
    models: known(RELATIONAL, "relational", "https://mariadb.com/docs/server-1/server-usage/storage-engines/innodb"),
    isolation: known(
        Strongest::Serializable,
        "serializable, by locking reads (InnoDB)",
        "https://mariadb.com/kb/en/transactions-serializable",
    ),
    scope: known(Scope::Anything, "any rows of InnoDB tables", MARIADB_ISOLATION),
    references: known(
        true,
        "joins; foreign keys enforced by InnoDB",
        "https://mariadb.com/docs/server-1/server-usage/storage-engines/innodb",
    ),
    distributed: known(
        Distributed::TwoPhaseCommit,
        "XA: takes part in a two-phase commit that an outside manager drives",
        "https://github.com/MariaDB/server/commit/fb217449dc",
    ),
    log: known(
        Log::WriteAhead,
        "redo log on disk, replayed after a crash",
        "https://mariadb.com/docs/server-1/server-usage/storage-engines/innodb/innodb-redo-log",
    ),
    replication: known(
        &[Replication::LeaderFollower, Replication::MultiLeader],
        "replicas, and Galera clusters, whose lost updates and stale reads its own page lists",
        "https://mariadb.com/docs/galera-cluster/reference/mariadb-galera-cluster-known-limitations",
    ),
    end_of_life: known(Date(2028, 6, 4), "2028-06-04 (community, long-term support)", MARIADB_EOL),
    licence: unknown("the licence was not read"),
};

const MARIADB_114: Engine = Engine {
    version: "11.4",
    latest: unknown("the newest release was not read"),
    end_of_life: known(
        Date(2029, 5, 29),
        "2029-05-29 (long-term support)",
        "https://raw.githubusercontent.com/major/MySQLTuner-perl/master/mariadb_support.md",
    ),
    ..MARIADB_118
};

const SQLITE: &str = "https://endoflife.date/sqlite";

const SQLITE_3: Engine = Engine {
    id: "sqlite",
    name: "SQLite",
    version: "3",
    latest: known("3.51.2", "3.51.2, the newest release when read", SQLITE),
    models: known(RELATIONAL, "relational, in one file, inside the program that uses it", SQLITE),
    isolation: known(
        Strongest::Serializable,
        "serializable: one writer at any instant",
        "https://sqlite.org/whentouse.html",
    ),
    scope: known(Scope::Anything, "any rows of one file", SQLITE),
    references: known(
        true,
        "joins; foreign keys only where each connection switches them on",
        "https://www.skills.sh/clawic/skills/sqlite",
    ),
    distributed: known(Distributed::No, "none: a library, no server", SQLITE),
    log: known(
        Log::WriteAhead,
        "rollback journal, or a write-ahead log where switched on",
        "https://cloud.tencent.com/developer/section/1420456",
    ),
    replication: known(&[], "none of its own", SQLITE),
    end_of_life: known(Date(2050, 12, 31), "support is pledged through 2050", SQLITE),
    licence: known(Licence::Open, "public domain", SQLITE),
};

const SQL_SERVER_2022: Engine = Engine {
    id: "sqlserver",
    name: "SQL Server",
    version: "2022",
    latest: unknown("the newest update was not read"),
    models: known(
        RELATIONAL,
        "relational",
        "https://learn.microsoft.com/en-us/sql/relational-databases/databases/databases",
    ),
    isolation: known(
        Strongest::Serializable,
        "serializable, by locks; snapshot beside it",
        "https://docs.progress.com/bundle/datadirect-connect-jdbc-51/page/Isolation-Levels_6.html",
    ),
    scope: known(
        Scope::Anything,
        "any rows",
        "https://docs.progress.com/bundle/datadirect-connect-jdbc-51/page/Isolation-Levels_6.html",
    ),
    references: unknown("its page on foreign keys was not read"),
    distributed: known(
        Distributed::TwoPhaseCommit,
        "through the Microsoft Distributed Transaction Coordinator",
        "https://learn.microsoft.com/en-us/sql/database-engine/availability-groups/windows/configure-availability-group-for-distributed-transactions",
    ),
    log: known(
        Log::WriteAhead,
        "transaction log; in a synchronous group the secondary's log is on disk before the commit is acknowledged",
        "https://learn.microsoft.com/ja-jp/%20sql/database-engine/availability-groups/windows/configure-availability-group-for-distributed-transactions?view=sql-server-2016",
    ),
    replication: known(
        &[Replication::LeaderFollower],
        "availability groups, synchronous or not",
        "https://learn.microsoft.com/en-us/sql/database-engine/availability-groups/windows/configure-availability-group-for-distributed-transactions",
    ),
    end_of_life: unsettled(
        "two copies disagree: extended support to 2033-01-11 or to 2032-01-12",
        "https://github.com/phongnguyend/sql-server-kit",
    ),
    licence: known(
        Licence::Proprietary,
        "commercial",
        "https://raw.githubusercontent.com/api-evangelist/microsoft-sql-server/refs/heads/main/lifecycle/microsoft-sql-server-lifecycle.yml",
    ),
};

const SQL_SERVER_2025: Engine = Engine {
    version: "2025",
    end_of_life: known(
        Date(2036, 1, 6),
        "extended support to 2036-01-06",
        "https://raw.githubusercontent.com/api-evangelist/microsoft-sql-server/refs/heads/main/lifecycle/microsoft-sql-server-lifecycle.yml",
    ),
    ..SQL_SERVER_2022
};

const ORACLE_EOL: &str = "https://endoflife.date/api/v1/products/oracle-database/";
const ORACLE_CONCEPTS: &str =
    "https://docs.oracle.com/en/database/oracle/oracle-database/21/cncpt/data-concurrency-and-consistency.html";

const ORACLE_26AI: Engine = Engine {
    id: "oracle",
    name: "Oracle Database",
    version: "26ai",
    latest: unknown("the newest update was not read"),
    models: known(RELATIONAL, "relational", ORACLE_CONCEPTS),
    isolation: unsettled(
        "read committed, and a level named serializable in which statements see the start of the transaction; whether that excludes write skew was not read",
        ORACLE_CONCEPTS,
    ),
    scope: known(Scope::Anything, "any rows", ORACLE_CONCEPTS),
    references: known(
        true,
        "joins; integrity constraints",
        "https://docs.oracle.com/en/database/oracle/oracle-database/19/cncpt/toc.htm",
    ),
    distributed: unknown("its page on distributed transactions was not read"),
    log: unknown("its page on the redo log was not read"),
    replication: unknown("its page on standby databases was not read"),
    end_of_life: known(Date(2031, 12, 31), "premier support to 2031-12-31", ORACLE_EOL),
    licence: known(Licence::Proprietary, "commercial", ORACLE_EOL),
};

const ORACLE_19C: Engine = Engine {
    version: "19c",
    end_of_life: known(Date(2029, 12, 31), "premier support to 2029-12-31", ORACLE_EOL),
    ..ORACLE_26AI
};

pub const ENGINES: &[Engine] = &[
    POSTGRESQL_18,
    POSTGRESQL_17,
    POSTGRESQL_16,
    POSTGRESQL_15,
    POSTGRESQL_14,
    MYSQL_97,
    MYSQL_84,
    MYSQL_80,
    MARIADB_118,
    MARIADB_114,
    SQLITE_3,
    SQL_SERVER_2025,
    SQL_SERVER_2022,
    ORACLE_26AI,
    ORACLE_19C,
];
