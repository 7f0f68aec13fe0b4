//! Copies of a schema with rows. Most of what is planted among rows is planted in a transaction in one copy, looked at
//! from within it and rolled back; what a server tells of only once it is committed gets a copy of its own, which is
//! looked at as a live database is looked at, and dropped.
use super::given::Given;
use std::collections::{BTreeMap, BTreeSet};
use tw_engine::review::{Request, Source, observe as seeing, settings::Settings};
use tw_lab::{
    Lab, LabError, Live, Scope, Session, introspect_within, observe,
    pour::{self, Asked, Destination},
    settings::SUPERUSER,
    split,
};
use tw_model::{
    ident::quote,
    observed::{Observed, Statistics},
    schema::{Name, Schema, Table},
    trial::Actor,
};

/// Rows that are made up of every table, where the schema brings none.
const ROWS: u64 = 150;
/// What is said of every copy before anything else: a lab is set up to be quick. What is planted may say otherwise.
const SOUND: &str =
    "settings = { fsync = \"on\", full_page_writes = \"on\", autovacuum = \"on\", data_checksums = \"on\" }";
/// What is set in every copy beforehand, where a server would not have it.
const SET: &str = "alter database {database} set idle_in_transaction_session_timeout = '10min'";
/// Counts are told to the server now and not a second later. Before 15 it takes them when it likes.
const TOLD: &str = "do $$ begin perform pg_stat_force_next_flush();
exception when undefined_function then perform pg_sleep(1); end $$";
/// Tables whose rows the transaction has changed.
const CHANGED: &str = "select schemaname::text, relname::text from pg_catalog.pg_stat_xact_all_tables
where n_tup_ins + n_tup_upd + n_tup_del > 0";
/// What begins a plant that is committed.
const COMMITTED: &str = "-- committed\n";

/// A schema with rows, and what is seen of it when nothing is planted.
pub struct Copies<'l> {
    lab: &'l Lab,
    /// The database that is copied; nobody is connected to it.
    from: String,
    /// The name of a copy in which something is committed.
    pub copy: String,
    /// A session in the copy in which nothing ever is.
    session: Session,
    /// What is seen there.
    pub schema: Schema,
    /// The same, besides the schema.
    pub observed: Observed,
}

impl<'l> Copies<'l> {
    /// Of a database to which nobody is connected. Where no rows can be made, it keeps those that it has.
    pub fn of(lab: &'l Lab, database: &str) -> Copies<'l> {
        let named = |what: &str| format!("{database} {what}");
        let (from, ground, copy) = (named("with rows"), named("as it is"), named("planted"));
        lab.create_database(&from, Some(database)).expect("a copy");
        if let Err(why) = fill(lab, &from) {
            println!("{database}: not every table has rows: {}", why.lines().next().unwrap_or_default());
        }
        let session = copied(lab, &from, &ground);
        let (schema, observed) = <(Schema, Observed)>::default();
        let mut copies = Copies { lab, from, copy, session, schema, observed };
        (copies.schema, copies.observed) = copies.within("").expect("nothing is refused");
        say(&mut copies.observed, Given { statistics: SOUND.into(), ..Given::default() }.statistics(database));
        copies
    }

    /// What is seen once this is planted; the server's words where it refuses it.
    pub fn seen(&mut self, given: &Given, at: &str) -> Result<(Schema, Observed), String> {
        let (schema, mut observed) = match (given.sql.strip_prefix(COMMITTED), given.sql.is_empty()) {
            (Some(sql), _) => self.committed(sql)?,
            (None, true) => (self.schema.clone(), self.observed.clone()),
            (None, false) => self.within(&given.sql)?,
        };
        say(&mut observed, Given { statistics: SOUND.into(), ..Given::default() }.statistics(at));
        say(&mut observed, given.statistics(at));
        Ok((schema, observed))
    }

    /// What is seen when nothing is planted and uses were counted over so many days.
    pub fn over(&self, days: u32) -> Observed {
        let mut observed = self.observed.clone();
        say(&mut observed, Statistics { days, ..Statistics::default() });
        observed
    }

    /// From within a transaction that is rolled back. Rows are looked at where they are not what they were.
    fn within(&mut self, sql: &str) -> Result<(Schema, Observed), String> {
        let mut transaction = self.session.client.transaction().expect("a transaction");
        let refused = |source| words(LabError::Server { doing: "refused".into(), source });
        transaction.batch_execute(sql).map_err(refused)?;
        let schema = introspect_within(&mut transaction, &Scope::default()).expect("the schema is read").schema;
        let changed = transaction.query(CHANGED, &[]).expect("what has changed");
        let changed = changed.iter().map(|row| Name::new(row.get::<_, String>(0), row.get::<_, String>(1)));
        let changed: BTreeSet<Name> = changed.collect();
        let before: BTreeMap<&Name, _> = self.schema.tables.iter().map(|t| (&t.name, t)).collect();
        let parts: BTreeSet<&Name> = (schema.tables.iter().filter(|t| changed.contains(&t.name)))
            .filter_map(|t| Some(&t.partition_of.as_ref()?.0))
            .collect();
        let known = |t: &&Table| before.get(&t.name) == Some(t) && !changed.contains(&t.name);
        let other = schema.tables.iter().filter(|t| !known(t) || parts.contains(&t.name));
        let part = Schema { tables: other.cloned().collect(), ..Schema::default() };
        let looked = observe::rows(&mut transaction, &part, observe::MOST_ROWS).unwrap_or_else(|e| panic!("{e}"));
        assert!(looked.left_out.is_empty(), "{:?}", looked.left_out);
        let mut rows = self.observed.rows.clone().unwrap_or_default();
        rows.extend(looked.tables);
        let statistics = observe::statistics(&mut transaction).unwrap_or_else(|e| panic!("{e}"));
        // Days that the server counted say nothing of what was planted now.
        let statistics = Some(Statistics { days: 0, ..statistics });
        Ok((schema, Observed { statistics, rows: Some(rows), queries: None }))
    }

    /// In a copy of its own.
    fn committed(&self, sql: &str) -> Result<(Schema, Observed), String> {
        let session = copied(self.lab, &self.from, &self.copy);
        let looked = run(session, sql).map(|()| look(self.lab, &self.copy));
        self.lab.drop_database(&self.copy).expect("the copy goes");
        looked
    }
}

/// A session in a new copy.
fn copied(lab: &Lab, from: &str, to: &str) -> Session {
    lab.create_database(to, Some(from)).expect("a copy");
    let mut session = lab.session(to, &Actor::Lab).expect("a session");
    session.client.batch_execute(&SET.replace("{database}", &quote(to))).expect("the copy is set up");
    drop(session);
    lab.session(to, &Actor::Lab).expect("a session")
}

/// Runs each statement by itself; what stands below a comment `-- refused` must be refused.
fn run(mut session: Session, sql: &str) -> Result<(), String> {
    for statement in split::split(sql).unwrap_or_else(|e| panic!("{}: {sql}", e.message)) {
        let refused = sql[..statement.offset].trim_end().ends_with("-- refused");
        match session.client.batch_execute(statement.text) {
            Ok(()) if refused => return Err(format!("it is not refused: {}", statement.text)),
            Err(source) if !refused => return Err(words(LabError::Server { doing: "refused".into(), source })),
            _ => {}
        }
    }
    session.client.batch_execute(TOLD).expect("the counts are told");
    Ok(())
}

/// What the server says of what it does not take.
pub fn words(refused: LabError) -> String {
    refused.to_string().lines().next().unwrap_or_default().to_string()
}

/// A user who sees all of it.
fn address(lab: &Lab, database: &str) -> String {
    format!("host={} port=5432 user={SUPERUSER} dbname='{database}'", lab.directory().display())
}

/// Looks at a database as `review --database URL --rows` does.
fn look(lab: &Lab, database: &str) -> (Schema, Observed) {
    let address = address(lab, database);
    let mut live = Live::connect(&address).unwrap_or_else(|e| panic!("{e}"));
    let schema = live.introspect(&Scope::default()).unwrap_or_else(|e| panic!("{e}")).schema;
    let source = Source::Database(address);
    let rows = Some(observe::MOST_ROWS);
    let request = Request { source, queries: None, rows, settings: Settings::default(), fix: false, pg_bin: None };
    let mut not_judged = vec![];
    let observed = seeing::of_live(&mut live, &schema, &request, &mut not_judged, &|_, _, _| {});
    // A server that has just started has counted for no time; all else must be seen.
    not_judged.retain(|n| n.what != "what nobody uses");
    assert!(not_judged.is_empty(), "{not_judged:?}");
    (schema, observed.unwrap_or_else(|e| panic!("{e}")))
}

/// Makes rows up. Where tables have some and the rest cannot be made to fit them, all are made anew.
fn fill(lab: &Lab, database: &str) -> Result<(), String> {
    poured(lab, database).or_else(|_| {
        let mut session = lab.session(database, &Actor::Lab).expect("a session");
        let tables = "select string_agg(format('%I.%I', n.nspname, c.relname), ', ') from pg_class c join pg_namespace n \
                      on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname !~ '^pg_|^information_schema$'";
        let tables: Option<String> = session.client.query_one(tables, &[]).expect("tables").get(0);
        let emptied = session.client.batch_execute(&format!("truncate {} cascade", tables.unwrap_or_default()));
        emptied.map_err(|source| words(LabError::Server { doing: "not emptied".into(), source }))?;
        drop(session);
        poured(lab, database)
    })
}

fn poured(lab: &Lab, database: &str) -> Result<(), String> {
    let made = || {
        let mut to = Destination::connect(&address(lab, database))?;
        let schema = to.introspect()?.schema;
        let asked = Asked { seed: 7, others: ROWS, ..Asked::default() };
        let plan = pour::plan(&schema, &asked, &mut |question| to.ask(question))?;
        pour::pour(&mut to, &plan, &pour::Options { workers: 1, streams: 1, go_on: false }, &mut |_| {})
    };
    made().map(drop).map_err(|e: pour::PourError| e.to_string())
}

/// What is said stands in the place of what was seen.
fn say(observed: &mut Observed, said: Statistics) {
    let all = observed.statistics.get_or_insert_default();
    all.tables.extend(said.tables);
    all.indexes.extend(said.indexes);
    all.columns.extend(said.columns);
    all.sequences.extend(said.sequences);
    all.settings.extend(said.settings);
    all.slots.extend(said.slots);
    all.days = all.days.max(said.days);
    if said.pages_read > 0.0 {
        (all.pages_found, all.pages_read) = (said.pages_found, said.pages_read);
    }
}
