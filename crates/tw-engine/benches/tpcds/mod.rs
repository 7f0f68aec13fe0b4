//! TPC-DS for the benches, as `scripts/fetch-tpcds` makes it.
use std::{fs::File, path::Path};
use tw_engine::index::workload::Query;
use tw_lab::Lab;
use tw_model::trial::Actor;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}; scripts/fetch-tpcds makes it", path.display()))
}

/// Makes `database` with the tables, their primary keys and rows, and statistics with the visibility map set.
pub fn load(lab: &Lab, database: &str, from: &Path) {
    lab.create_database(database, None).unwrap_or_else(|e| panic!("{e}"));
    lab.load(database, &read(&from.join("schema.sql"))).unwrap_or_else(|e| panic!("{e}"));
    let mut session = lab.session(database, &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("settings");
    let sql =
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1";
    for row in session.client.query(sql, &[]).expect("the tables") {
        let table: String = row.get(0);
        let mut rows = File::open(from.join(format!("{table}.csv"))).unwrap_or_else(|e| panic!("{table}: {e}"));
        let mut to = session.client.copy_in(&format!("COPY {table} FROM STDIN (FORMAT csv)")).expect("COPY");
        std::io::copy(&mut rows, &mut to).unwrap_or_else(|e| panic!("{table}: {e}"));
        to.finish().unwrap_or_else(|e| panic!("{table}: {e}"));
    }
    session.client.batch_execute("VACUUM (FREEZE, ANALYZE)").expect("statistics");
}

/// The 99 queries.
pub fn queries(from: &Path) -> Vec<Query> {
    let query = |n: u32| Query {
        name: n.to_string(),
        sql: read(&from.join(format!("{n}.sql"))).trim().trim_end_matches(';').to_string(),
        weight: 1.0,
        offset: 0,
    };
    (1..=99).map(query).collect()
}
