//! The server's statistics, with a handful of questions however many tables there are.
use super::Answers;
use crate::LiveError;
use postgres::Row;
use std::collections::BTreeMap;
use tw_model::observed::{ColumnSpread, IndexUse, SequenceUse, Slot, Statistics, TableUse};

/// Namespaces that are the server's own.
const OURS: &str = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'";

/// Uses are counted since the last reset, or, when there was none, at least since the server started.
const DATABASE: &str = "\
SELECT extract(epoch FROM now() - coalesce(d.stats_reset, pg_catalog.pg_postmaster_start_time()))::float8 / 86400,
       d.blks_hit::float8, d.blks_read::float8, pg_catalog.age(b.datfrozenxid)::float8
FROM pg_catalog.pg_stat_database d JOIN pg_catalog.pg_database b ON b.oid = d.datid
WHERE b.datname = pg_catalog.current_database()";

const TABLES: &str = "\
SELECT n.nspname::text, c.relname::text, greatest(s.n_live_tup, c.reltuples, 0)::float8, s.n_dead_tup::float8,
       s.n_mod_since_analyze::float8, (c.relpages::float8 * pg_catalog.current_setting('block_size')::float8),
       s.seq_scan::float8, s.seq_tup_read::float8, coalesce(s.idx_scan, 0)::float8, s.n_tup_upd::float8,
       s.n_tup_hot_upd::float8, coalesce(s.last_analyze, s.last_autoanalyze) IS NOT NULL OR c.reltuples > 0,
       extract(epoch FROM now() - greatest(s.last_vacuum, s.last_autovacuum))::float8 / 86400,
       pg_catalog.age(c.relfrozenxid)::float8,
       (n.nspname, c.relname) IN (SELECT u.schemaname, u.tablename FROM pg_catalog.pg_publication_tables u
         JOIN pg_catalog.pg_publication p ON p.pubname = u.pubname WHERE p.pubupdate OR p.pubdelete),
       c.relreplident IN ('f', 'i') OR c.relreplident = 'd' AND
         EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
       (c.relpages + coalesce(k.pages, 0) + coalesce(a.relpages + ak.pages, 0))::float8
         * pg_catalog.current_setting('block_size')::float8
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
LEFT JOIN (SELECT i.indrelid, sum(x.relpages)::int8 AS pages FROM pg_catalog.pg_index i
           JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid GROUP BY 1) k ON k.indrelid = c.oid
LEFT JOIN pg_catalog.pg_class a ON a.oid = c.reltoastrelid
LEFT JOIN LATERAL (SELECT sum(x.relpages)::int8 AS pages FROM pg_catalog.pg_index i
                   JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = a.oid) ak ON true
WHERE c.relkind = 'r' AND c.relpersistence <> 't'";

const INDEXES: &str = "\
SELECT n.nspname::text, t.relname::text, c.relname::text, coalesce(s.idx_scan, 0)::float8,
       (c.relpages::float8 * pg_catalog.current_setting('block_size')::float8), NOT i.indisvalid
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_stat_all_indexes s ON s.indexrelid = i.indexrelid
WHERE t.relkind IN ('r', 'm') AND c.relpersistence <> 't'";

/// Values only where they are few. Statistics of partitioned tables are those of all partitions.
const COLUMNS: &str = "\
SELECT n.nspname::text, s.tablename::text, s.attname::text, s.null_frac::float8, s.n_distinct::float8,
       s.avg_width::float8, few.v, few.f
FROM pg_catalog.pg_stats s JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
LEFT JOIN LATERAL (SELECT s.most_common_vals::text::text[] AS v, s.most_common_freqs AS f
                   WHERE s.n_distinct BETWEEN 1 AND 12) few ON true
WHERE s.inherited = EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = s.tablename
                            AND c.relkind = 'p')";

/// Asked of `pg_sequence`, in which all are sequences: a condition on `pg_class` may be tried on tables first, and fails.
const SEQUENCES: &str = "\
SELECT n.nspname::text, c.relname::text, pg_catalog.pg_sequence_last_value(q.seqrelid)::float8,
       least(CASE WHEN q.seqincrement > 0 THEN q.seqmax ELSE -q.seqmin END,
             CASE a.atttypid WHEN 'int2'::pg_catalog.regtype THEN 32767 WHEN 'int4'::pg_catalog.regtype THEN 2147483647 END)::float8,
       tn.nspname::text, t.relname::text, a.attname::text, q.seqincrement > 0
FROM pg_catalog.pg_sequence q JOIN pg_catalog.pg_class c ON c.oid = q.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
     AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
LEFT JOIN pg_catalog.pg_class t ON t.oid = a.attrelid LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
WHERE NOT q.seqcycle AND pg_catalog.has_sequence_privilege(q.seqrelid, 'SELECT, USAGE')";

/// Settings that rules ask for, as sessions of this database and role begin with them: ours has changed some.
const SETTINGS: &str = "\
SELECT name, coalesce(reset_val, setting) FROM pg_catalog.pg_settings WHERE name IN ('autovacuum', 'autovacuum_freeze_max_age',
  'autovacuum_vacuum_scale_factor', 'autovacuum_vacuum_threshold', 'data_checksums', 'fsync', 'full_page_writes',
  'idle_in_transaction_session_timeout', 'listen_addresses', 'password_encryption', 'ssl', 'track_counts', 'zero_damaged_pages')";

const SLOTS: &str = "\
SELECT slot_name::text, active, coalesce(CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0
         ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn) END, 0)::float8
FROM pg_catalog.pg_replication_slots WHERE NOT temporary";

/// Reads the statistics that the user may see.
pub fn statistics(of: &mut impl Answers) -> Result<Statistics, LiveError> {
    let mut all = Statistics::default();
    let mut ask = |sql: &str, within: bool| {
        let joined = if sql.contains("WHERE") { "AND" } else { "WHERE" };
        let sql = if within { format!("{sql} {joined} {OURS}") } else { sql.to_string() };
        of.ask("the server's statistics cannot be read", &sql)
    };
    for row in ask(DATABASE, false)? {
        all.days = whole(row.get(0));
        (all.pages_found, all.pages_read, all.transactions) = (row.get(1), row.get(2), row.get(3));
    }
    all.tables = ask(TABLES, true)?.iter().map(|row| (path(row, 2), table(row))).collect();
    let index = |row: &Row| IndexUse { scans: row.get(3), bytes: row.get(4), invalid: row.get(5) };
    all.indexes = ask(INDEXES, true)?.iter().map(|row| (path(row, 3), index(row))).collect();
    all.columns = ask(COLUMNS, true)?.iter().map(|row| (path(row, 3), column(row))).collect();
    for row in ask(SEQUENCES, true)? {
        let (last, end): (Option<f64>, f64) = (row.get(2), row.get(3));
        let up: bool = row.get(7);
        let column: [Option<String>; 3] = [row.get(4), row.get(5), row.get(6)];
        let column = column.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default().join(".");
        // One that goes down is told as one that goes up.
        let last = last.unwrap_or(0.0) * if up { 1.0 } else { -1.0 };
        all.sequences.insert(path(&row, 2), SequenceUse { last, end, column });
    }
    all.settings = ask(SETTINGS, false)?.iter().map(|row| (row.get(0), row.get(1))).collect();
    let slot = |row: &Row| Slot { active: row.get(1), bytes: row.get(2) };
    all.slots = ask(SLOTS, false)?.iter().map(|row| (row.get(0), slot(row))).collect::<BTreeMap<_, _>>();
    Ok(all)
}

/// The first columns joined by dots.
fn path(row: &Row, parts: usize) -> String {
    (0..parts).map(|n| row.get::<_, String>(n)).collect::<Vec<_>>().join(".")
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn whole(days: f64) -> u32 {
    days.clamp(0.0, 1e6) as u32
}

fn table(row: &Row) -> TableUse {
    TableUse {
        rows: row.get(2),
        dead_rows: row.get(3),
        changed_rows: row.get(4),
        bytes: row.get(5),
        scans: row.get(6),
        scanned_rows: row.get(7),
        index_scans: row.get(8),
        updates: row.get(9),
        hot_updates: row.get(10),
        analysed: row.get(11),
        vacuumed_days: row.get::<_, Option<f64>>(12).map(whole),
        transactions: row.get(13),
        published: row.get(14),
        identified: row.get(15),
        whole_bytes: row.get(16),
    }
}

fn column(row: &Row) -> ColumnSpread {
    let values: Option<Vec<Option<String>>> = row.get(6);
    let shares: Option<Vec<f32>> = row.get(7);
    let values = values.unwrap_or_default().into_iter().zip(shares.unwrap_or_default());
    ColumnSpread {
        null_share: row.get(3),
        distinct: row.get(4),
        width: row.get(5),
        values: values.filter_map(|(value, share)| Some((value?, f64::from(share)))).collect(),
    }
}
