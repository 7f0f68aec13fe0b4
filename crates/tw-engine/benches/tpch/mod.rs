//! TPC-H for the benches: schema, rows from a packaged generator, and the 22 queries with the parameters of the
//! specification's validation run (TPC-H 2.4.x.3).
#![allow(dead_code)] // each bench uses its part
use std::io::Write;
use std::sync::Mutex;
use tpchgen::{csv::*, generators::*, q_and_a::queries as text};
use tw_lab::Lab;
use tw_model::trial::Actor;

/// The tables, without keys and indexes.
pub const SCHEMA: &str = include_str!("schema.sql");
/// The primary keys.
pub const KEYS: &str = include_str!("keys.sql");
/// The tables by name, largest first.
pub const TABLES: [&str; 8] = ["lineitem", "orders", "partsupp", "part", "customer", "supplier", "nation", "region"];

/// Pieces that the rows of a large table are generated and copied in.
const PIECES: i32 = 8;

/// Makes `database` and fills the tables at that scale (1 is about 1.1 GB of heap), from two sessions at once; then
/// the primary keys when asked for, and statistics with the visibility map set.
pub fn load(lab: &Lab, database: &str, scale: f64, keys: bool) {
    lab.create_database(database, None).unwrap_or_else(|e| panic!("{e}"));
    lab.load(database, SCHEMA).unwrap_or_else(|e| panic!("{e}"));
    let mut jobs: Vec<(&str, i32)> = vec![];
    for table in TABLES {
        let pieces = if matches!(table, "nation" | "region") { 1 } else { PIECES };
        jobs.extend((1..=pieces).map(|piece| (table, piece)));
    }
    // Rows of a table stay in the order they are generated in: one session takes a table as a whole.
    let groups = [vec!["lineitem"], TABLES[1..].to_vec()];
    std::thread::scope(|scope| {
        for group in groups {
            let jobs = &jobs;
            scope.spawn(move || {
                for (table, piece) in jobs.iter().filter(|(table, _)| group.contains(table)) {
                    copy(lab, database, table, *piece, scale);
                }
            });
        }
    });
    let script = if keys { KEYS } else { "" };
    let statements: Vec<&str> = script.split(';').filter(|s| s.contains("ALTER")).collect();
    each(lab, database, &statements);
    let statistics: Vec<String> = TABLES.iter().map(|t| format!("VACUUM (FREEZE, ANALYZE) {t}")).collect();
    each(lab, database, &statistics.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Runs statements from two sessions at once, without a time limit.
pub fn each(lab: &Lab, database: &str, statements: &[&str]) {
    let queue = Mutex::new(statements.iter().rev().collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let queue = &queue;
            scope.spawn(move || {
                let mut session = lab.session(database, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
                session
                    .client
                    .batch_execute("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
                    .expect("settings");
                loop {
                    let next = queue.lock().expect("no worker panics").pop();
                    let Some(sql) = next else { return };
                    session.client.batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
                }
            });
        }
    });
}

fn copy(lab: &Lab, database: &str, table: &str, piece: i32, scale: f64) {
    let mut session = lab.session(database, &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    session.client.batch_execute("SET statement_timeout = 0").expect("settings");
    let mut to = session.client.copy_in(&format!("COPY {table} FROM STDIN (FORMAT csv)")).expect("COPY");
    macro_rules! rows {
        ($generator:ident, $csv:ident, $pieces:expr) => {
            for row in $generator::new(scale, piece, $pieces).iter() {
                writeln!(to, "{}", $csv::new(row)).expect("a row is taken");
            }
        };
    }
    match table {
        "region" => rows!(RegionGenerator, RegionCsv, 1),
        "nation" => rows!(NationGenerator, NationCsv, 1),
        "part" => rows!(PartGenerator, PartCsv, PIECES),
        "supplier" => rows!(SupplierGenerator, SupplierCsv, PIECES),
        "partsupp" => rows!(PartSuppGenerator, PartSuppCsv, PIECES),
        "customer" => rows!(CustomerGenerator, CustomerCsv, PIECES),
        "orders" => rows!(OrderGenerator, OrderCsv, PIECES),
        _ => rows!(LineItemGenerator, LineItemCsv, PIECES),
    }
    to.finish().expect("the rows are taken");
}

/// A query of the benchmark by number, 1 to 22, with validation parameters, as one statement PostgreSQL runs.
/// Number 15 makes its view as a common table expression, as the specification's variant does.
pub fn query(number: usize) -> String {
    let (sql, parameters): (&str, &[&str]) = match number {
        1 => (text::Q1, &["90"]),
        2 => (text::Q2, &["15", "BRASS", "EUROPE"]),
        3 => (text::Q3, &["BUILDING", "1995-03-15"]),
        4 => (text::Q4, &["1993-07-01"]),
        5 => (text::Q5, &["ASIA", "1994-01-01"]),
        6 => (text::Q6, &["1994-01-01", "0.06", "24"]),
        7 => (text::Q7, &["FRANCE", "GERMANY"]),
        8 => (text::Q8, &["BRAZIL", "AMERICA", "ECONOMY ANODIZED STEEL"]),
        9 => (text::Q9, &["green"]),
        10 => (text::Q10, &["1993-10-01"]),
        11 => (text::Q11, &["GERMANY", "0.0001"]),
        12 => (text::Q12, &["MAIL", "SHIP", "1994-01-01"]),
        13 => (text::Q13, &["special", "requests"]),
        14 => (text::Q14, &["1995-09-01"]),
        15 => (text::Q15, &["1996-01-01"]),
        16 => (text::Q16, &["Brand#45", "MEDIUM POLISHED", "49", "14", "23", "45", "19", "3", "36", "9"]),
        17 => (text::Q17, &["Brand#23", "MED BOX"]),
        18 => (text::Q18, &["300"]),
        19 => (text::Q19, &["Brand#12", "Brand#23", "Brand#34", "1", "10", "20"]),
        20 => (text::Q20, &["forest", "1994-01-01", "CANADA"]),
        21 => (text::Q21, &["SAUDI ARABIA"]),
        _ => (text::Q22, &["13", "31", "23", "29", "30", "18", "17"]),
    };
    let mut sql = sql.trim().to_string();
    for (n, value) in parameters.iter().enumerate().rev() {
        sql = sql.replace(&format!(":{}", n + 1), value);
    }
    // A precision of days is the specification's alone.
    sql = sql.replace(" day (3)", " day");
    if number == 15 {
        sql = with_revenue(&sql);
    }
    let sql = sql.trim_end_matches(';');
    // Rows that the specification's query definition asks for (2.4.x.1).
    match number {
        2 | 18 | 21 => format!("{sql} limit 100"),
        3 => format!("{sql} limit 10"),
        10 => format!("{sql} limit 20"),
        _ => sql.to_string(),
    }
}

/// `create view revenue:s (...) as DEFINITION; QUERY; drop view ...` as one query.
fn with_revenue(sql: &str) -> String {
    let parts: Vec<&str> = sql.split(';').collect();
    let definition = parts[0].replacen("create view revenue:s", "with revenue", 1).replacen(" as\n", " as (", 1);
    format!("{definition}){}", parts[1]).replace("revenue:s", "revenue")
}
