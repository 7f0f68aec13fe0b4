//! A user's database, to look at: this type can only read.
//!
//! Every question runs in a read-only transaction of its own, with limits on its time and on its waits, so no
//! lock above `ACCESS SHARE` is taken and none is held for long. Nothing asks for a superuser.
use crate::{
    address::Address,
    error::{LabError, LiveError},
    introspect::{self, Introspection, Scope},
    session::Session,
};
use postgres::{Client, IsolationLevel, Row, types::ToSql};
use std::io::BufRead;
use tw_model::{ident::quote, schema::Name};

/// Milliseconds that one question may take.
pub const STATEMENT_MS: u32 = 60_000;
/// Milliseconds that it may wait for a lock: `ACCESS SHARE` waits for changes of a schema only.
pub const LOCK_MS: u32 = 2_000;

/// Words that a statement may begin with. A read-only transaction would take `LOCK` as well.
const READING: &[&str] = &["select", "with", "values", "table", "show", "explain"];

/// A connection to a database that is somebody's, which it cannot change.
pub struct Live {
    client: Client,
    /// `user@host:port/database`, for messages.
    pub shown: String,
    /// The server's version as it tells it: `15.18`.
    pub version: String,
    /// Its major.
    pub major: u32,
    /// The user is a superuser. Nothing here needs one; whoever shows a report may say so.
    pub superuser: bool,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Live({}, {})", self.shown, self.version)
    }
}

impl Live {
    /// Connects to a URL, a conninfo string or a database's name (see [`Address::read`]).
    pub fn connect(text: &str) -> Result<Live, LiveError> {
        Live::at(&Address::read(text)?)
    }

    /// Connects to an address.
    pub fn at(address: &Address) -> Result<Live, LiveError> {
        let mut client = address.connect("tablewright (reads only)")?;
        let doing = LiveError::server("the session cannot be made one that only reads");
        // A pooler may hand out sessions that others have set up: everything is said.
        let settings = format!(
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY; SET default_transaction_read_only = on; \
             SET statement_timeout = {STATEMENT_MS}; SET lock_timeout = {LOCK_MS}; \
             SET idle_in_transaction_session_timeout = {STATEMENT_MS}; SET DateStyle = 'ISO, YMD'; \
             SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET bytea_output = 'hex'; \
             SET extra_float_digits = 1; SET client_min_messages = warning; SET jit = off"
        );
        client.batch_execute(&settings).map_err(doing)?;
        let sql = "SELECT pg_catalog.current_setting('server_version'), \
                   pg_catalog.current_setting('server_version_num')::int4, \
                   COALESCE((SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user), false)";
        let row = client.query_one(sql, &[]).map_err(LiveError::server("the server's version cannot be read"))?;
        let (version, number): (String, i32) = (row.get(0), row.get(1));
        let version = version.split(' ').next().unwrap_or_default().to_string();
        let major = u32::try_from(number / 10_000).unwrap_or(0);
        if !(14..=18).contains(&major) {
            return Err(LiveError::Version { at: address.shown.clone(), version });
        }
        Ok(Live { client, shown: address.shown.clone(), version, major, superuser: row.get(2) })
    }

    /// A session for reads that are driven, again and again and timed: it cannot write, and has the same limits.
    pub fn reader(address: &Address) -> Result<Session, LabError> {
        let open = || {
            let mut live = Live::at(address)?;
            let pid = live
                .client
                .query_one("SELECT pg_catalog.pg_backend_pid()", &[])
                .map_err(LiveError::server("the session's process id cannot be read"))?
                .get(0);
            Ok(Session { client: live.client, pid })
        };
        open().map_err(|why: LiveError| LabError::Live(Box::new(why)))
    }

    /// The rows that one statement gives, in a read-only transaction that is rolled back. `doing` says what
    /// could not be done should it fail.
    pub fn rows(&mut self, doing: &str, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, LiveError> {
        let first = crate::split::words(sql).into_iter().find(|w| w != "(").unwrap_or_default();
        if !READING.contains(&first.as_str()) {
            return Err(LiveError::Refused { doing: doing.to_string(), first });
        }
        let mut transaction = self
            .client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .map_err(LiveError::server(doing))?;
        // The extended protocol takes one statement only: none can end the transaction and go on. Once a first
        // statement has run, a transaction cannot be made one that writes.
        transaction.query_one("SELECT 1", &[]).map_err(LiveError::server(doing))?;
        let rows = transaction.query(sql, params).map_err(LiveError::server(doing))?;
        transaction.rollback().map_err(LiveError::server(doing))?;
        Ok(rows)
    }

    /// Reads columns of all rows of a table, as COPY writes them, piece by piece, in a transaction that only reads. It
    /// takes as long as it takes: the limit of other statements does not hold for it.
    pub(crate) fn copy_out<E: From<LiveError>>(
        &mut self,
        table: &Name,
        columns: &[String],
        take: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = || LiveError::server(format!("the rows of {} cannot be read", table.name));
        let list: Vec<String> = columns.iter().map(|c| quote(c)).collect();
        let full = format!("{}.{}", quote(&table.schema), quote(&table.name));
        let sql = format!("COPY (SELECT {} FROM ONLY {full}) TO STDOUT", list.join(", "));
        let mut transaction = self.client.build_transaction().read_only(true).start().map_err(failed())?;
        transaction.batch_execute("SET LOCAL statement_timeout = 0").map_err(failed())?;
        let mut rows = transaction.copy_out(&sql).map_err(failed())?;
        loop {
            let piece =
                rows.fill_buf().map_err(|e| LiveError::Cut { table: table.name.clone(), why: e.to_string() })?;
            if piece.is_empty() {
                break;
            }
            take(piece)?;
            let many = piece.len();
            rows.consume(many);
        }
        drop(rows);
        Ok(transaction.rollback().map_err(failed())?)
    }

    /// Everything in the database that the model has words for, and what it has none for.
    pub fn introspect(&mut self, scope: &Scope) -> Result<Introspection, LiveError> {
        introspect::introspect_all(&mut self.client, scope)
            .map_err(LiveError::server(format!("the catalogue of {} cannot be read", self.shown)))
    }
}
