//! Statements that come from a server's own record.
use super::workload::{MOST_STATEMENTS, Query, Workload};
use crate::Failure;
use tw_lab::{Live, observe};

/// The statements that the server itself has counted, by how often they ran. Needs `pg_stat_statements`.
pub fn recorded(live: &mut Live) -> Result<Workload, Failure> {
    let shown = live.shown.clone();
    let failed = |why: String| Failure::Path {
        path: shown.clone().into(),
        why: format!("no file of queries was given, and {why}"),
        help: "Give the workload with --queries FILE, or have pg_stat_statements installed in the database and \
               readable (GRANT pg_read_all_stats)."
            .into(),
    };
    let found = observe::queries(live, MOST_STATEMENTS).map_err(|why| failed(why.to_string()))?;
    let found = found.ok_or_else(|| failed("the database does not have pg_stat_statements".into()))?;
    let queries = found.into_iter().enumerate().map(|(n, query)| Query {
        name: format!("statement {}", n + 1),
        sql: query.sql,
        weight: query.calls,
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
