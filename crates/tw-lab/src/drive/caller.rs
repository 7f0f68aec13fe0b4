//! One caller: a session with its statements prepared, doing one call after another.
use crate::{error::LabError, session::Session};
use bytes::BytesMut;
use postgres::{
    Client, Statement,
    types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked},
};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;
use tw_model::{drive::Call, model::Isolation};

/// Runs after a serialisation failure or deadlock, at most.
pub const RETRIES_MOST: u32 = 10;

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As asked.
    Done,
    /// A rule of the schema, or the call's own expectation, said no; everything is undone.
    Refused,
    /// An error that is no answer.
    Failed(String),
}

/// A session that serves calls.
pub struct Caller {
    session: Session,
    prepared: BTreeMap<usize, Vec<Statement>>,
}

/// A value as it was drawn (text) or as the server gave it (its binary form).
enum Value {
    Text(Option<String>),
    Given(Option<Vec<u8>>),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Given(bytes) => write!(f, "{bytes:?}"),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let bytes = match self {
            Value::Text(text) => text.as_deref().map(str::as_bytes),
            Value::Given(bytes) => bytes.as_deref(),
        };
        match bytes {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    fn encode_format(&self, _: &Type) -> Format {
        match self {
            Value::Text(_) => Format::Text,
            Value::Given(_) => Format::Binary,
        }
    }
    to_sql_checked!();
}

struct Given(Vec<u8>);

impl<'a> FromSql<'a> for Given {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Given(raw.to_vec()))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Caller {
    /// Prepares the statements of these calls in a session.
    pub fn new(mut session: Session, calls: &[(usize, &Call)]) -> Result<Caller, LabError> {
        let mut prepared = BTreeMap::new();
        for (n, call) in calls {
            let statements = call.statements.iter().map(|s| {
                session
                    .client
                    .prepare(&s.sql)
                    .map_err(LabError::server(format!("cannot prepare {}: {}", call.name, s.sql)))
            });
            prepared.insert(*n, statements.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Caller { session, prepared })
    }

    /// The server process that serves it.
    pub fn pid(&self) -> i32 {
        self.session.pid
    }

    /// Does a call, again after a serialisation failure as an application would; also how often it ran again.
    pub fn call(&mut self, n: usize, call: &Call, chosen: &BTreeMap<String, Option<String>>) -> (Ended, u32) {
        let Some(statements) = self.prepared.get(&n) else {
            return (Ended::Failed(format!("{} is not prepared in this session", call.name)), 0);
        };
        let mut retries = 0;
        loop {
            let result = if alone(call) {
                one(&mut self.session.client, call, statements, chosen)
            } else {
                transaction(&mut self.session.client, call, statements, chosen)
            };
            let error = match result {
                Ok(true) => return (Ended::Done, retries),
                Ok(false) => return (Ended::Refused, retries),
                Err(error) => error,
            };
            let state = error.code().map(|c| c.code().to_string()).unwrap_or_default();
            if matches!(state.as_str(), "40001" | "40P01") && retries < RETRIES_MOST {
                // The first again at once; then give the others room.
                std::thread::sleep(Duration::from_millis(u64::from(retries * retries)));
                retries += 1;
                continue;
            }
            let ended = match state.get(..2) {
                // Integrity rules, and what the design's own triggers raise.
                Some("23" | "P0") => Ended::Refused,
                _ => Ended::Failed(said(&error)),
            };
            return (ended, retries);
        }
    }
}

/// It needs no transaction of its own.
fn alone(call: &Call) -> bool {
    let plain = matches!(call.isolation, None | Some(Isolation::ReadCommitted));
    !call.guarded && plain && call.statements.len() == 1 && call.statements[0].expect_rows.is_none()
}

fn said(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error.to_string(),
    }
}

fn one(
    client: &mut Client,
    call: &Call,
    statements: &[Statement],
    chosen: &BTreeMap<String, Option<String>>,
) -> Result<bool, postgres::Error> {
    run(client, call, 0, &statements[0], chosen, &mut BTreeMap::new()).map(|_| true)
}

fn transaction(
    client: &mut Client,
    call: &Call,
    statements: &[Statement],
    chosen: &BTreeMap<String, Option<String>>,
) -> Result<bool, postgres::Error> {
    let level = call.isolation.unwrap_or(Isolation::ReadCommitted).sql();
    let guard = if call.guarded { " READ ONLY" } else { "" };
    client.batch_execute(&format!("BEGIN ISOLATION LEVEL {level}{guard}"))?;
    let mut kept = BTreeMap::new();
    for (n, statement) in statements.iter().enumerate() {
        let rows = match run(client, call, n, statement, chosen, &mut kept) {
            Ok(rows) => rows,
            Err(error) => {
                let _ = client.batch_execute("ROLLBACK");
                return Err(error);
            }
        };
        if call.statements[n].expect_rows.is_some_and(|wanted| wanted != rows) {
            client.batch_execute("ROLLBACK")?;
            return Ok(false);
        }
    }
    // A COMMIT that is refused has undone everything already.
    client.batch_execute("COMMIT").map(|()| true)
}

/// Runs one statement: the rows it touched or gave.
fn run(
    client: &mut Client,
    call: &Call,
    n: usize,
    statement: &Statement,
    chosen: &BTreeMap<String, Option<String>>,
    kept: &mut BTreeMap<String, Option<Vec<u8>>>,
) -> Result<u64, postgres::Error> {
    let told = &call.statements[n];
    let values: Vec<Value> = told
        .arguments
        .iter()
        .map(|name| match kept.get(name) {
            Some(bytes) => Value::Given(bytes.clone()),
            None => Value::Text(chosen.get(name).cloned().flatten()),
        })
        .collect();
    let arguments: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
    if statement.columns().is_empty() {
        return client.execute(statement, &arguments);
    }
    let rows = client.query(statement, &arguments)?;
    if let Some(row) = rows.first() {
        for (at, name) in told.keep.iter().enumerate().take(row.len()) {
            kept.insert(name.clone(), row.try_get::<_, Option<Given>>(at)?.map(|g| g.0));
        }
    }
    Ok(rows.len() as u64)
}
