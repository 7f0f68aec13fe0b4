//! Statements that come from a server's own record.
use super::workload::{MOST_STATEMENTS, Query, Workload};
use crate::Failure;
use tw_lab::Live;

/// The statements that the server itself has counted, by how often they ran. Needs `pg_stat_statements`.
pub fn recorded(live: &mut Live) -> Result<Workload, Failure> {
    let sql = format!(
        "SELECT query, sum(calls)::float8 FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid \
         WHERE d.datname = current_database() AND query ~* '^\\s*(select|with|insert|update|delete|merge)\\M' \
         GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST_STATEMENTS}"
    );
    let rows = live.rows("the statements of the server cannot be read", &sql, &[]).map_err(|e| Failure::Path {
        path: live.shown.clone().into(),
        why: format!("no file of queries was given, and the server's own record of statements cannot be read: {e}"),
        help: "Give the workload with --queries FILE, or have pg_stat_statements installed in the database and \
               readable (GRANT pg_read_all_stats)."
            .into(),
    })?;
    let queries = rows.iter().enumerate().map(|(n, row)| Query {
        name: format!("statement {}", n + 1),
        sql: row.get::<_, String>(0).trim().trim_end_matches(';').to_string(),
        weight: row.get(1),
        offset: 0,
    });
    Ok(Workload { queries: queries.collect(), problems: vec![] })
}

/// Seconds since the server began to count statements; none when it does not tell.
pub fn counted_s(live: &mut Live) -> Option<f64> {
    let sql = "SELECT extract(epoch FROM now() - stats_reset)::float8 FROM pg_stat_statements_info";
    let rows = live.rows("since when the server counts statements cannot be read", sql, &[]).ok()?;
    rows.first().and_then(|row| row.get(0))
}
