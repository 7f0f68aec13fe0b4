//! What the tests stand on.
use tw_lab::{
    Lab, LabOptions, Session, discover,
    pour::{Asked, Destination, Options, Plan, PourError, Report, plan, pour},
};
use tw_model::{schema::Schema, trial::Actor};

/// A lab of the newest server there is, or of the first of `TABLEWRIGHT_PG_BIN`.
pub fn lab() -> Lab {
    let found = discover(None).unwrap_or_else(|e| panic!("{e}"));
    Lab::start(&found[0], &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// A new database, with its owner's session.
pub fn database(lab: &Lab, name: &str) -> Session {
    lab.drop_database(name).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database(name, None).unwrap_or_else(|e| panic!("{e}"));
    lab.session(name, &Actor::Owner).unwrap_or_else(|e| panic!("{e}"))
}

/// Where a user would say it is.
pub fn address(lab: &Lab, name: &str) -> String {
    format!("host={} user=tablewright_owner dbname={name}", lab.directory().display())
}

/// Connects, plans and pours.
pub fn filled(lab: &Lab, name: &str, asked: &Asked, options: &Options) -> Result<(Schema, Plan, Report), PourError> {
    let mut to = Destination::connect(&address(lab, name))?;
    let schema = to.introspect()?.schema;
    let plan = plan(&schema, asked, &mut |question| to.ask(question))?;
    let report = pour(&mut to, &plan, options, &mut |_| {})?;
    Ok((schema, plan, report))
}

pub fn options(workers: usize) -> Options {
    Options { workers, streams: workers, go_on: false }
}

pub fn number(session: &mut Session, sql: &str) -> i64 {
    session.client.query_one(sql, &[]).unwrap_or_else(|e| panic!("{sql}: {e:?}")).get(0)
}

/// Every table holds as many rows as the plan says.
pub fn counts(session: &mut Session, plan: &Plan) {
    for table in &plan.tables {
        let rows = number(session, &format!("SELECT count(*) FROM ONLY {}", table.printed()));
        let all = number(session, &format!("SELECT count(*) FROM {}", table.printed()));
        assert!(rows == table.rows as i64 || all >= table.rows as i64, "{}: {rows}, {all}", table.printed());
    }
}
