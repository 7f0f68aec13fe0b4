//! Candidates built for real on a sample, so that the planner costs every access method as it is.
use super::abreast::abreast;
use crate::{LabError, lab::Lab, session::Session};
use postgres::Client;
use tw_model::{ident::quote, schema::Name, trial::Actor};

/// An index to build.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Its table.
    pub table: Name,
    /// Name it gets, in the table's schema.
    pub name: String,
    /// The CREATE INDEX statement.
    pub sql: String,
    /// The predicate of a partial index.
    pub filter: Option<String>,
    /// The extension it needs.
    pub extension: Option<String>,
    /// It is a B-tree.
    pub is_btree: bool,
}

/// An index that was built.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// Pages of the file.
    pub pages: u64,
    /// Entries: rows that its predicate keeps.
    pub rows: f64,
    /// Of a B-tree: equal entries would share their room. It is built without, so that its size tells how large one
    /// entry is; what sharing saves depends on the number of rows.
    pub shares: bool,
    /// Different keys among the rows, and how many of those only one row has; known where equal entries share room.
    pub keys: Option<(f64, f64)>,
}

/// Builds them on a database, two at a time; what the server refuses is told in its words.
pub fn build(lab: &Lab, database: &str, wanted: &[Wanted]) -> Result<Vec<Result<Built, String>>, LabError> {
    let mut session = lab.session(database, &Actor::Lab)?;
    let failed = || LabError::server("cannot prepare the database for candidates");
    for extension in wanted.iter().filter_map(|w| w.extension.as_ref()) {
        let sql = format!("CREATE EXTENSION IF NOT EXISTS {}", quote(extension));
        session.client.batch_execute(&sql).map_err(failed())?;
    }
    let inspect =
        format!("CREATE SCHEMA IF NOT EXISTS {INSPECT}; CREATE EXTENSION IF NOT EXISTS pageinspect SCHEMA {INSPECT}");
    let can_inspect = session.client.batch_execute(&inspect).is_ok();
    drop(session);
    let sessions = (0..SESSIONS).map(|_| lab.session(database, &Actor::Lab));
    let mut sessions = sessions.collect::<Result<Vec<Session>, LabError>>()?;
    abreast(&mut sessions, wanted, |session, wanted| {
        Ok(one(&mut session.client, wanted, can_inspect).map_err(|error| said(&error)))
    })
}

/// Drops indexes that are not worth asking about.
pub fn drop_all(lab: &Lab, database: &str, indexes: &[Name]) -> Result<(), LabError> {
    let mut session = lab.session(database, &Actor::Lab)?;
    indexes.iter().try_for_each(|name| {
        let sql = format!("DROP INDEX {}.{}", quote(&name.schema), quote(&name.name));
        session.client.batch_execute(&sql).map_err(LabError::server("cannot drop a candidate"))
    })
}

const SESSIONS: usize = 2;
const INSPECT: &str = "tablewright_lab";

fn said(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_string())
}

fn one(client: &mut Client, wanted: &Wanted, can_inspect: bool) -> Result<Built, postgres::Error> {
    client.batch_execute(&wanted.sql)?;
    let full = format!("{}.{}", quote(&wanted.table.schema), quote(&wanted.name));
    let row = client.query_one(
        "SELECT pg_relation_size($1::text::regclass)::int8 / current_setting('block_size')::int8, \
         reltuples::float8 FROM pg_class WHERE oid = $1::text::regclass",
        &[&full],
    )?;
    let (pages, rows): (i64, f64) = (row.get(0), row.get(1));
    let mut built = Built { pages: pages as u64, rows: rows.max(0.0), shares: false, keys: None };
    if wanted.is_btree && can_inspect {
        let sql = format!("SELECT allequalimage FROM {INSPECT}.bt_metap($1)");
        built.shares = client.query_one(&sql, &[&full])?.get(0);
    }
    if built.shares {
        built.keys = Some(keys(client, wanted, &full)?);
    }
    Ok(built)
}

/// How varied the keys of an index are among the rows that are there.
fn keys(client: &mut Client, wanted: &Wanted, full: &str) -> Result<(f64, f64), postgres::Error> {
    let sql = "SELECT string_agg(pg_get_indexdef($1::text::regclass, n, true), ', ' ORDER BY n), max(n)::int4 \
               FROM pg_index i, generate_series(1, i.indnkeyatts::int4) n WHERE i.indexrelid = $1::text::regclass";
    let list: String = client.query_one(sql, &[&full])?.get(0);
    let table = format!("{}.{}", quote(&wanted.table.schema), quote(&wanted.table.name));
    let filter = wanted.filter.as_ref().map(|f| format!(" WHERE {f}")).unwrap_or_default();
    let sql = format!(
        "SELECT count(*)::float8, (count(*) FILTER (WHERE many = 1))::float8 \
         FROM (SELECT count(*) AS many FROM {table}{filter} GROUP BY {list}) AS k"
    );
    let row = client.query_one(&sql, &[])?;
    Ok((row.get(0), row.get(1)))
}
