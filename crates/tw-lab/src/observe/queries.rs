//! Queries that a server has counted itself, with `pg_stat_statements`.
use crate::{LiveError, live::Live};
use std::collections::BTreeMap;
use tw_model::{
    ident::quote,
    observed::{Caller, Query},
};

/// The queries of this database that ran most often, at most so many; none where the extension is not in the database.
pub fn queries(live: &mut Live, most: usize) -> Result<Option<Vec<Query>>, LiveError> {
    let doing = "the server's record of statements cannot be read";
    let installed = "SELECT n.nspname::text FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n \
                     ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'";
    let Some(schema) = live.rows(doing, installed, &[])?.first().map(|row| row.get::<_, String>(0)) else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT query, sum(calls)::float8, sum(rows)::float8, \
         CASE WHEN pg_catalog.min(s.userid) = pg_catalog.max(s.userid) \
         THEN pg_catalog.pg_get_userbyid(pg_catalog.min(s.userid))::text END FROM {}.pg_stat_statements s \
         JOIN pg_catalog.pg_database d ON d.oid = s.dbid WHERE d.datname = pg_catalog.current_database() \
         AND query ~* '^\\s*(select|with|insert|update|delete|merge)\\M' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most}",
        quote(&schema)
    );
    let one = |row: &postgres::Row| Query {
        name: String::new(),
        sql: row.get::<_, String>(0).trim().trim_end_matches(';').to_string(),
        calls: row.get(1),
        rows: Some(row.get(2)),
        role: row.get(3),
        place: None,
    };
    Ok(Some(live.rows(doing, &sql, &[])?.iter().map(one).collect()))
}

/// Name, roles whose privileges it has, and its `statement_timeout` as it is set for it here, else anywhere, else for all.
const CALLERS: &str = "
SELECT r.rolname::text,
       ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_roles g WHERE g.oid <> r.oid AND NOT r.rolsuper
             AND pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE') ORDER BY 1),
       (SELECT CASE WHEN t.value ~ '^[0-9]+$' THEN t.value::float8
               ELSE pg_catalog.date_part('epoch', t.value::interval) * 1000 END
        FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) c,
             LATERAL (SELECT pg_catalog.split_part(c, '=', 2) AS value) t
        WHERE c LIKE 'statement\\_timeout=%' AND s.setrole IN (0, r.oid) AND s.setdatabase IN (0, d.oid)
        ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1)
FROM pg_catalog.pg_roles r, pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/// Every role by its name, as one that asks this database.
pub fn callers(live: &mut Live) -> Result<BTreeMap<String, Caller>, LiveError> {
    let rows = live.rows("the roles that ask cannot be read", CALLERS, &[])?;
    let one = |row: &postgres::Row| (row.get(0), Caller { member_of: row.get(1), timeout_ms: row.get(2) });
    Ok(rows.iter().map(one).collect())
}
