//! Queries that a server has counted itself, with `pg_stat_statements`.
use crate::{LiveError, live::Live};
use tw_model::{ident::quote, observed::Query};

/// The queries of this database that ran most often, at most so many; none where the extension is not in the database.
pub fn queries(live: &mut Live, most: usize) -> Result<Option<Vec<Query>>, LiveError> {
    let doing = "the server's record of statements cannot be read";
    let installed = "SELECT n.nspname::text FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n \
                     ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'";
    let Some(schema) = live.rows(doing, installed, &[])?.first().map(|row| row.get::<_, String>(0)) else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT query, sum(calls)::float8, sum(rows)::float8 FROM {}.pg_stat_statements s \
         JOIN pg_catalog.pg_database d ON d.oid = s.dbid WHERE d.datname = pg_catalog.current_database() \
         AND query ~* '^\\s*(select|with|insert|update|delete|merge)\\M' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}",
        quote(&schema)
    );
    let one = |row: &postgres::Row| Query {
        name: String::new(),
        sql: row.get::<_, String>(0).trim().trim_end_matches(';').to_string(),
        calls: row.get(1),
        rows: Some(row.get(2)),
        place: None,
    };
    Ok(Some(live.rows(doing, &sql, &[])?.iter().map(one).collect()))
}
