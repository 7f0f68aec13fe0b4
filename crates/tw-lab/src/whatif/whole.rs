//! All rows of a user's tables, copied into a lab.
use super::sample::{Drawn, SampleError, lab_error};
use crate::{
    LabError, LiveError,
    lab::{Lab, check_free_space},
    live::Live,
    session::Session,
};
use std::io::Write;
use tw_model::{ident::quote, schema::Name, trial::Actor};

/// The share of a machine's memory that its server's buffers take at most here.
const MOST_MEMORY: u64 = 4;

/// The setting of a server that holds as many pages as the user's does, if this machine has the memory: whether a plan
/// that reads pages again and again is slow hangs on it.
pub fn buffers(live: &mut Live) -> Result<(String, String), LiveError> {
    let sql = "SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers'))";
    let rows = live.rows("the server's settings cannot be read", sql, &[])?;
    let memory = rustix::system::sysinfo();
    let memory = memory.totalram as u64 * u64::from(memory.mem_unit);
    let most = memory / MOST_MEMORY;
    let bytes = rows.first().map_or(most, |row| row.get::<_, i64>(0) as u64).min(most);
    Ok(("shared_buffers".into(), format!("{}kB", bytes >> 10)))
}

/// Copies the rows of each table in place of those that it has; `told` hears of a table when its turn comes.
///
/// Refuses beforehand where they would not fit on the disk: as much as the tables take, and as much again for indexes.
pub fn copy(
    live: &mut Live,
    lab: &Lab,
    database: &str,
    tables: &[Drawn],
    told: &dyn Fn(&Name),
) -> Result<(), SampleError> {
    const INDEXES: f64 = 2.0;
    let bytes = tables.iter().map(|t| t.pages * tw_model::layout::PAGE_BYTES as f64).sum::<f64>() * INDEXES;
    check_free_space(lab.directory(), lab.options.keep_free_bytes + bytes as u64).map_err(SampleError::Lab)?;
    let mut session = lab.session(database, &Actor::Lab).map_err(SampleError::Lab)?;
    let prepare = "SET session_replication_role = replica; SET statement_timeout = 0";
    session.client.batch_execute(prepare).map_err(|e| lab_error("a session", e))?;
    for table in tables.iter().filter(|t| !t.columns.is_empty()) {
        told(&table.table);
        let full = format!("{}.{}", quote(&table.table.schema), quote(&table.table.name));
        let cleared = session.client.batch_execute(&format!("TRUNCATE {full}"));
        cleared.map_err(|e| lab_error(&full, e))?;
        let list: Vec<String> = table.columns.iter().map(|c| quote(c)).collect();
        let sql = format!("COPY {full} ({}) FROM STDIN", list.join(", "));
        let mut writer = session.client.copy_in(&sql).map_err(|e| lab_error(&full, e))?;
        let full_disk = |e: std::io::Error| {
            SampleError::Lab(LabError::Io { doing: format!("keeping the rows of {full}"), source: e })
        };
        live.copy_out(&table.table, &table.columns, &mut |piece| writer.write_all(piece).map_err(full_disk))?;
        writer.finish().map_err(|e| lab_error(&full, e))?;
    }
    session.client.batch_execute("VACUUM (ANALYZE)").map_err(|e| lab_error("all tables", e))
}

/// Makes a session ready to build indexes on all rows and to run queries on them.
pub fn prepare(session: &mut Session) -> Result<(), LabError> {
    let settings = "SET statement_timeout = '10min'; SET maintenance_work_mem = '256MB'";
    session.client.batch_execute(settings).map_err(LabError::server("a session cannot be prepared"))
}

/// Builds an index, and makes the extension that it needs. Its bytes.
pub fn build(session: &mut Session, extension: Option<&str>, sql: &str, index: &Name) -> Result<u64, LabError> {
    let failed = || LabError::server(format!("not built on all rows: {sql}"));
    if let Some(extension) = extension {
        let sql = format!("CREATE EXTENSION IF NOT EXISTS {}", quote(extension));
        session.client.batch_execute(&sql).map_err(LabError::server(format!("there is no {extension}")))?;
    }
    session.client.batch_execute(sql).map_err(failed())?;
    let name = format!("{}.{}", quote(&index.schema), quote(&index.name));
    let row = session.client.query_one("SELECT pg_relation_size($1::text::regclass)", &[&name]).map_err(failed())?;
    Ok(row.get::<_, i64>(0) as u64)
}

/// Gathers statistics of all tables.
pub fn analyse(session: &mut Session) -> Result<(), LabError> {
    session.client.batch_execute("ANALYZE").map_err(LabError::server("the tables cannot be analysed"))
}
