//! The database that rows are poured into: one that somebody named for this purpose. It is a type of its own, and
//! no trial or reading compiles against it.
use super::{
    binary::Oids,
    error::PourError,
    plan::{Plan, Question},
};
use crate::{
    address::Address,
    fill::copy,
    introspect::{self, Introspection, Scope},
};
use postgres::{Client, SimpleQueryMessage};
use tw_model::ident::quote;

/// A database to fill.
pub struct Destination {
    address: Address,
    /// `user@host:port/database`, for messages.
    pub shown: String,
    client: Client,
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Destination({})", self.shown)
    }
}

/// Loading takes as long as it takes; waiting for somebody's lock does not. Values are read as they are written.
const SESSION: &str = "SET statement_timeout = 0; SET lock_timeout = '30s'; \
     SET idle_in_transaction_session_timeout = 0; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; \
     SET TimeZone = 'UTC'; SET client_encoding = 'UTF8'; SET client_min_messages = warning";

impl Destination {
    /// Connects to a URL, a conninfo string or a database's name (see [`Address::read`]).
    pub fn connect(text: &str) -> Result<Destination, PourError> {
        let address = Address::read(text)?;
        let client = session(&address)?;
        Ok(Destination { shown: address.shown.clone(), address, client })
    }

    /// One more session.
    pub(super) fn session(&self) -> Result<Client, PourError> {
        session(&self.address)
    }

    /// The first session.
    pub(super) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// What it holds.
    pub fn introspect(&mut self) -> Result<Introspection, PourError> {
        let read = introspect::introspect_all(&mut self.client, &Scope::default());
        read.map_err(PourError::server(format!("the catalogue of {} cannot be read", self.shown)))
    }

    /// Runs a script whole or not at all.
    pub fn load(&mut self, doing: &str, script: &str) -> Result<(), PourError> {
        let refused = || PourError::server(doing);
        let mut transaction = self.client.transaction().map_err(refused())?;
        // The script names things of `public` without saying so.
        transaction.batch_execute("SET LOCAL search_path = public").map_err(refused())?;
        transaction.batch_execute(script).map_err(refused())?;
        transaction.commit().map_err(refused())
    }

    /// Rows that each table holds: none, as many as planned, or others. Rows of tables with few are counted.
    pub(super) fn held(&mut self, plan: &Plan) -> Result<Vec<u64>, PourError> {
        let mut held = vec![];
        for table in &plan.tables {
            let sql = format!("SELECT EXISTS (SELECT FROM ONLY {0}) OR EXISTS (SELECT FROM {0})", table.printed());
            let doing = format!("cannot look whether {} is empty", table.printed());
            let some: bool = self.client.query_one(&sql, &[]).map_err(PourError::server(&doing))?.get(0);
            let rows = if some {
                let sql = format!("SELECT count(*) FROM {}", table.printed());
                self.client.query_one(&sql, &[]).map_err(PourError::server(&doing))?.get::<_, i64>(0)
            } else {
                0
            };
            held.push(u64::try_from(rows).unwrap_or(0));
        }
        Ok(held)
    }

    /// Identifiers of the types that the plan's values must name.
    pub fn oids(&mut self, plan: &Plan) -> Result<Oids, PourError> {
        oids(&mut self.client, plan)
    }

    /// Evaluates a rule on rows.
    pub fn ask(&mut self, question: &Question) -> Result<Vec<bool>, PourError> {
        ask(&mut self.client, question)
    }
}

fn session(address: &Address) -> Result<Client, PourError> {
    let mut client = address.connect("tablewright fill")?;
    client.batch_execute(SESSION).map_err(PourError::server("the session cannot be prepared"))?;
    Ok(client)
}

/// Identifiers of the types that the plan's values must name, of any database with the schema.
pub fn oids(client: &mut Client, plan: &Plan) -> Result<Oids, PourError> {
    let mut names: Vec<&str> = vec![];
    for column in plan.tables.iter().flat_map(|t| &t.columns) {
        column.form.names(&mut names);
    }
    names.sort_unstable();
    names.dedup();
    let sql = "SELECT pg_catalog.to_regtype($1)::oid";
    let mut found = Oids::new();
    for name in names {
        let row = client
            .query_one(sql, &[&name])
            .map_err(PourError::server(format!("the type {name} cannot be looked up")))?;
        if let Some(oid) = row.get::<_, Option<u32>>(0) {
            found.insert(name.to_string(), oid);
        }
    }
    Ok(found)
}

const CANDIDATES: &str = "pg_temp.\"rows asked about\"";
const NUMBER: &str = "\"number of the row\"";

/// Evaluates a rule on rows in a temporary table: for each, whether it passes. Nothing is left behind.
pub fn ask(client: &mut Client, question: &Question) -> Result<Vec<bool>, PourError> {
    let doing = || PourError::server(format!("a rule cannot be looked at: {}", question.rule));
    let columns: Vec<String> = question.columns.iter().map(|(name, ty)| format!("{} {ty}", quote(name))).collect();
    let create = format!("CREATE TEMPORARY TABLE \"rows asked about\" ({NUMBER} bigint, {})", columns.join(", "));
    client.batch_execute(&create).map_err(doing())?;
    let result = (|| {
        let cells: Vec<Vec<Option<String>>> =
            (0..question.columns.len()).map(|c| question.rows.iter().map(|row| row[c].clone()).collect()).collect();
        copy::copy_in(client, CANDIDATES, &copy::encode(&cells, true))?;
        client.simple_query(&format!("SELECT {NUMBER} FROM {CANDIDATES} WHERE ({}) IS NOT FALSE", question.rule))
    })();
    let dropped = client.batch_execute(&format!("DROP TABLE {CANDIDATES}"));
    let mut passes = vec![false; question.rows.len()];
    for message in result.map_err(doing())? {
        if let SimpleQueryMessage::Row(row) = message
            && let Some(place) = row.get(0).and_then(|n| n.parse::<usize>().ok())
            && let Some(pass) = passes.get_mut(place)
        {
            *pass = true;
        }
    }
    dropped.map_err(doing())?;
    Ok(passes)
}
