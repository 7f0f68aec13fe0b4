//! Where tables and statements come from other than files of queries: a script loaded into a lab, a server's own record.
use super::workload::{MOST_STATEMENTS, Query, Workload};
use crate::{Failure, settle::load_what_loads};
use tw_lab::{Installation, Lab, LabOptions, Live};
use tw_model::trial::Actor;

/// The database that a script is loaded into.
const DATABASE: &str = "source";

/// A lab with the script's tables and rows, analysed; and what of the script was refused.
pub fn made(installation: &Installation, name: &str, text: &str) -> Result<(Lab, Vec<String>), Failure> {
    let lab = Lab::start(installation, &LabOptions::default())?;
    lab.create_database(DATABASE, None)?;
    let refused = load_what_loads(text, name, |sql| lab.load(DATABASE, sql))?;
    let mut session = lab.session(DATABASE, &Actor::Lab)?;
    let failed =
        |source| tw_lab::LabError::Server { doing: format!("the tables of {name} cannot be analysed"), source };
    session.client.batch_execute("VACUUM (ANALYZE)").map_err(failed)?;
    let sql = "SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
               AND c.reltuples > 0)";
    let failed = |source| tw_lab::LabError::Server { doing: format!("the tables of {name} cannot be read"), source };
    let empty: bool = session.client.query_one(sql, &[]).map_err(failed)?.get(0);
    if empty {
        let refused = if refused.is_empty() { String::new() } else { format!("\n{}", refused.join("\n")) };
        return Err(Failure::Path {
            path: name.into(),
            why: format!("no table has a row, and how useful an index is depends on the rows{refused}"),
            help: "Add statements that insert typical rows (INSERT ... SELECT ... FROM generate_series), and say how \
                   many rows there will be with --rows TABLE=N; or use --database on a server that has the data."
                .into(),
        });
    }
    Ok((lab, refused))
}

/// Looks into the lab that [`made`] gave, as one looks into a user's database.
pub fn look(lab: &Lab) -> Result<Live, Failure> {
    let at = lab.directory().display();
    Ok(Live::connect(&format!("host={at} port=5432 user={} dbname={DATABASE}", tw_lab::settings::OWNER))?)
}

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
