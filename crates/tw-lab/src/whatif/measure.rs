//! What an index does on real rows: pages and time of a query with it and without, and time of writing.
use crate::{LabError, clock::Clock, execute::plan, session::Session};
use tw_model::{ident::quote, schema::Name};

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Pages touched.
    pub pages: u64,
    /// Seconds.
    pub seconds: f64,
}

/// Runs a statement in a transaction that is rolled back.
pub fn run(session: &mut Session, sql: &str) -> Result<Run, LabError> {
    let failed = || LabError::server("a query cannot be run");
    session.client.batch_execute("BEGIN").map_err(failed())?;
    let clock = Clock::start();
    let plan = plan::explain(&mut session.client, "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF", sql);
    let seconds = clock.seconds();
    session.client.batch_execute("ROLLBACK").map_err(failed())?;
    Ok(Run { pages: plan::touched(&plan.map_err(failed())?), seconds })
}

/// Hides or shows indexes for the statements that follow, in this database, for good.
pub fn show(session: &mut Session, indexes: &[Name], seen: bool) -> Result<(), LabError> {
    let names: Vec<String> = indexes.iter().map(|n| format!("{}.{}", quote(&n.schema), quote(&n.name))).collect();
    let sql = "UPDATE pg_catalog.pg_index SET indisvalid = $2 WHERE indexrelid = ANY($1::text[]::regclass[])";
    session.client.execute(sql, &[&names, &seen]).map(|_| ()).map_err(LabError::server("cannot hide indexes"))
}
