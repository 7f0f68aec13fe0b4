//! `tablewright index` on small databases: through a script and through a server that is somebody's.
mod common;
use common::*;
use serde_json::Value;
use tw_lab::{Lab, LabOptions, discover};
use tw_model::trial::Actor;

/// Tables and rows such that each kind of index has a query it is right for.
const SCHEMA: &str = "\
CREATE EXTENSION pg_trgm;
CREATE TABLE customers (customer_id integer PRIMARY KEY, email text NOT NULL, joined date NOT NULL);
CREATE TABLE orders (order_id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers, state text NOT NULL,
    placed timestamptz NOT NULL, total integer NOT NULL, note text NOT NULL, tags jsonb NOT NULL);
CREATE VIEW open_orders AS SELECT * FROM orders WHERE state = 'open';
INSERT INTO customers SELECT n, 'C' || n || '@example.org', date '2020-01-01' + n % 1500 FROM generate_series(1, 10000) n;
INSERT INTO orders SELECT n, 1 + (n * 7919) % 10000, CASE WHEN n % 100 = 0 THEN 'open' ELSE 'done' END,
    timestamptz '2024-01-01' + n * interval '5 minutes', n % 1000,
    md5(n::text), jsonb_build_object('kind', n % 500) FROM generate_series(1, 60000) n;
";

const QUERIES: &str = "\
-- name: by customer
-- 50/s
SELECT * FROM orders WHERE customer_id = $1;
-- name: by email
SELECT customer_id FROM customers WHERE lower(email) = lower('C77@example.org');
-- name: open
SELECT order_id, total FROM open_orders;
-- name: words
WITH found AS (SELECT * FROM orders WHERE note LIKE '%abcdef%') SELECT count(*) FROM found;
-- name: tags
SELECT o.order_id FROM (SELECT order_id, tags FROM orders) o WHERE tags @> '{\"kind\": 7}';
-- name: all
SELECT sum(total + customer_id), max(note), min(tags::text), max(placed), min(state) FROM orders;
";

fn list<'a>(advice: &'a Value, key: &str) -> Vec<&'a Value> {
    advice[key].as_array().unwrap_or_else(|| panic!("{key} is a list in {advice}")).iter().collect()
}

fn statements(advice: &Value) -> Vec<&str> {
    list(advice, "indexes").iter().map(|i| i["sql"].as_str().expect("a statement")).collect()
}

/// What every advice must be.
fn contract(advice: &Value) {
    assert_eq!(advice["format"], 1);
    let (base, cost) = (advice["base_cost"].as_f64().expect("a cost"), advice["cost"].as_f64().expect("a cost"));
    assert!(cost <= base && cost > 0.0, "{cost} of {base}");
    for index in list(advice, "indexes") {
        assert!(index["sql"].as_str().is_some_and(|s| s.starts_with("CREATE INDEX CONCURRENTLY ")), "{index}");
        assert!(index["bytes"].as_u64().is_some_and(|b| b > 0), "{index}");
        assert!(index["benefit"].as_f64().is_some_and(|b| b > 0.0), "{index}");
        assert!(index["write_overhead"].as_f64().is_some_and(|o| o > 0.0), "{index}");
        assert!(index["why"].as_str().is_some_and(|w| !w.is_empty()), "{index}");
    }
    for rejected in list(advice, "rejected") {
        assert!(rejected["why"].as_str().is_some_and(|w| !w.is_empty()), "{rejected}");
    }
    for part in ["search", "build"] {
        assert!(advice["seconds"][part].as_f64().is_some_and(|s| s >= 0.0), "{advice}");
    }
}

#[test]
fn each_kind_of_index_is_chosen_where_it_serves_and_not_where_it_does_not() {
    let place = Place::new("index");
    place.write("schema.sql", SCHEMA);
    place.write("queries.sql", QUERIES);
    let ran =
        place.expect(0, &["index", "--ddl", "schema.sql", "--queries", "queries.sql", "--format", "json", "--quiet"]);
    let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    contract(&advice);
    let all = statements(&advice);
    let has = |what: &str| all.iter().any(|sql| sql.contains(what));
    assert!(has("(customer_id)"), "{all:?}");
    assert!(has("(lower(email))"), "{all:?}");
    assert!(has("gin (note gin_trgm_ops)"), "{all:?}");
    assert!(has("gin (tags jsonb_path_ops)"), "{all:?}");
    assert!(has("(state)") || has("WHERE state = 'open'::text"), "{all:?}");
    // What reads everything is served by nothing.
    let read_whole = list(&advice, "queries").into_iter().find(|q| q["name"] == "all").expect("the query").clone();
    assert_eq!(read_whole["cost"], read_whole["base_cost"]);
    assert_eq!(all.len(), 5, "{all:?}");
}

#[test]
fn a_budget_is_kept_and_a_statement_that_does_not_plan_is_told_with_its_place() {
    let place = Place::new("index-budget");
    place.write("schema.sql", SCHEMA);
    place.write("queries.sql", &format!("{QUERIES}SELECT nothing FROM orders;\n"));
    let arguments = ["index", "--ddl", "schema.sql", "--queries", "queries.sql", "--budget", "1MB", "--format", "json"];
    let ran = place.expect(1, &arguments);
    let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    contract(&advice);
    assert!(advice["bytes"].as_u64().is_some_and(|b| b > 0 && b <= 1 << 20), "{advice}");
    let problems = list(&advice, "problems");
    assert_eq!(problems.len(), 1);
    let told = problems[0].as_str().expect("a text");
    assert!(told.starts_with("queries.sql:14:8: column \"nothing\" does not exist"), "{told}");
    assert!(told.ends_with("\n  SELECT nothing FROM orders;\n         ^"), "{told}");
}

#[test]
fn a_database_is_only_read() {
    let installation = discover(None).expect("a server").remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).expect("a lab");
    lab.create_database("theirs", None).expect("a database");
    lab.load("theirs", SCHEMA).expect("their schema");
    let mut session = lab.session("theirs", &Actor::Lab).expect("a session");
    session.client.batch_execute("ANALYZE").expect("statistics");
    let mut written = || -> (i64, String) {
        let sql = "SELECT (SELECT count(*) FROM pg_class), (SELECT string_agg(n_tup_ins || '/' || n_tup_upd, ' ' ORDER BY relname) FROM pg_stat_user_tables)";
        let row = session.client.query_one(sql, &[]).expect("a count");
        (row.get(0), row.get(1))
    };
    let before = written();
    let place = Place::new("index-live");
    place.write("queries.sql", QUERIES);
    let url = format!("host={} user={} dbname=theirs", lab.directory().display(), tw_lab::settings::OWNER);
    let arguments =
        ["index", "--database", &url, "--queries", "queries.sql", "--rows", "orders=6000000", "--format", "json"];
    let ran = place.expect(0, &arguments);
    let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    contract(&advice);
    assert!(statements(&advice).iter().any(|sql| sql.contains("(customer_id)")), "{advice}");
    // A hundred times the rows: the index is a hundred times as large.
    let large =
        list(&advice, "indexes").into_iter().find(|i| i["sql"].as_str().is_some_and(|s| s.contains("(customer_id)")));
    let bytes = large.and_then(|i| i["bytes"].as_u64()).unwrap_or(0);
    assert!((30 << 20..200 << 20).contains(&bytes), "{bytes}");
    // Tried on all rows of theirs, which are copied away for it.
    let ran =
        place.expect(0, &["index", "--database", &url, "--queries", "queries.sql", "--all-rows", "--format", "json"]);
    let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    contract(&advice);
    assert!(statements(&advice).iter().any(|sql| sql.contains("(customer_id)")), "{advice}");
    let notes = list(&advice, "notes");
    assert!(notes.iter().any(|n| n.as_str().is_some_and(|n| n.contains("a copy of all rows"))), "{advice}");
    assert_eq!(written(), before);
    // It stood when statistics were gathered anew.
    assert_eq!(ran.err.matches("gathering statistics anew").count(), 6, "{}", ran.err);
    // What was built on the copy takes there what it takes on theirs.
    statements(&advice).iter().for_each(|sql| session.client.batch_execute(sql).expect(sql));
    let sql = "SELECT sum(pg_relation_size(indexrelid))::int8 FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
               WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisunique";
    let real: i64 = session.client.query_one(sql, &[]).expect("a size").get(0);
    assert_eq!(advice["bytes"].as_i64(), Some(real), "{advice}");
}

/// The tables of [`SCHEMA`] and none of their rows.
fn empty_schema() -> String {
    SCHEMA.split("INSERT INTO").next().expect("the tables").to_string()
}

#[test]
fn rows_are_made_up_where_a_script_brings_none() {
    let place = Place::new("index-empty");
    place.write("schema.sql", &empty_schema());
    place.write("queries.sql", "-- name: by customer\nSELECT * FROM orders WHERE customer_id = $1;\n");
    let asked = ["index", "--ddl", "schema.sql", "--queries", "queries.sql", "--format", "json"];
    let bytes_at = |rows: &[&str]| -> (u64, Value) {
        let ran = place.expect(0, &[&asked[..], rows].concat());
        let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
        contract(&advice);
        let all = statements(&advice);
        assert!(all.len() == 1 && all[0].contains("ON public.orders (customer_id)"), "{all:?}");
        (list(&advice, "indexes")[0]["bytes"].as_u64().expect("bytes"), advice)
    };
    let (large, advice) = bytes_at(&["--rows", "orders=20000000", "--rows", "customers=1000000"]);
    let notes = list(&advice, "notes");
    let told = |what: &str| notes.iter().any(|n| n.as_str().is_some_and(|n| n.contains(what)));
    assert!(told("were made up") && !told("nobody says"), "{notes:?}");
    let (small, advice) = bytes_at(&["--rows", "customers=1000000"]);
    let notes = list(&advice, "notes");
    let told = |what: &str| notes.iter().any(|n| n.as_str().is_some_and(|n| n.contains(what)));
    assert!(told("nobody says how many rows public.orders will have, so 100000 each"), "{notes:?}");
    // Twenty orders a customer share their key's room, and those of the smaller table have a customer each.
    assert!(large > 100 << 20 && large / small > 60 && large / small < 200, "{large} and {small}");
}

#[test]
fn a_brief_is_told_what_its_design_has_and_what_else_was_found() {
    let place = Place::new("index-brief");
    let brief = std::fs::read_to_string(root().join("examples/library/brief.md")).expect("the brief");
    place.write("brief.md", &brief);
    let ran = place.expect(0, &["index", "brief.md", "--format", "json"]);
    let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    contract(&advice);
    let design = &advice["design"];
    let (base, cost) = (advice["base_cost"].as_f64().expect("a cost"), design["cost"].as_f64().expect("a cost"));
    assert!(cost < base * 0.5, "the design's indexes save half at least: {cost} of {base}");
    let all = list(design, "indexes");
    assert!(all.iter().any(|i| i["found"] == true) && all.iter().any(|i| i["found"] == false), "{design}");
    for index in all {
        let why = index["why"].as_str().expect("a reason");
        assert_eq!(why.contains("Not found: "), index["found"] == false, "{index}");
        assert!(why.len() > 20, "{index}");
    }
    let chosen = statements(&advice).len();
    let both = list(design, "indexes").iter().filter(|i| i["found"] == true).count();
    assert_eq!(list(design, "beside").len(), chosen - both, "{design}");
}

#[test]
fn the_servers_own_record_is_the_workload_where_it_can_be_read() {
    let installation = discover(None).expect("a server").remove(0);
    let preload = ("shared_preload_libraries".to_string(), "pg_stat_statements".to_string());
    let options = LabOptions { settings: vec![preload], ..LabOptions::default() };
    let lab = Lab::start(&installation, &options).expect("a lab");
    lab.create_database("theirs", None).expect("a database");
    lab.load("theirs", SCHEMA).expect("their schema");
    let place = Place::new("index-recorded");
    let url = format!("host={} user={} dbname=theirs", lab.directory().display(), tw_lab::settings::OWNER);
    let arguments = ["index", "--database", &url, "--format", "json"];
    let ran = place.expect(2, &arguments);
    assert!(ran.err.contains("pg_stat_statements") && ran.err.contains("--queries"), "{}", ran.err);
    let mut session = lab.session("theirs", &Actor::Lab).expect("a session");
    session
        .client
        .batch_execute("CREATE EXTENSION pg_stat_statements; ANALYZE; SELECT pg_stat_statements_reset()")
        .expect("the record");
    let mut theirs = lab.session("theirs", &Actor::Owner).expect("a session");
    for n in 1..=5 {
        let sql = format!("SELECT * FROM orders WHERE customer_id = {n}");
        theirs.client.batch_execute(&sql).expect("a query of theirs");
    }
    let ran = place.expect(0, &arguments);
    let advice: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    contract(&advice);
    assert!(statements(&advice).iter().any(|sql| sql.contains("orders (customer_id)")), "{advice}");
    // The one that ran five times, with whatever number in it, counts five times.
    let weights: Vec<f64> = list(&advice, "queries").iter().filter_map(|q| q["weight"].as_f64()).collect();
    assert!(weights.contains(&5.0), "{advice}");
    // The same record is the workload of the brief that the database becomes: asked by a member of a role that it has.
    let asked_by_app = "CREATE ROLE clerk; GRANT SELECT ON customers TO clerk; CREATE ROLE app IN ROLE clerk; \
                        ALTER ROLE app SET statement_timeout = '250ms'; GRANT pg_read_all_stats TO {owner}; \
                        SET ROLE app; SELECT email FROM customers WHERE customer_id = 1; RESET ROLE";
    session.client.batch_execute(&asked_by_app.replace("{owner}", tw_lab::settings::OWNER)).expect("another asks");
    let ran = place.expect(0, &["adopt", "--database", &url, "--out", "adopted", "--format", "json"]);
    let adopted: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    assert_eq!(
        (adopted["format"].as_u64(), adopted["differences"].as_array().map(Vec::len)),
        (Some(1), Some(0)),
        "{adopted}"
    );
    let brief = place.read("adopted/brief.md");
    let words = [
        "select_order_",
        "SELECT * FROM Order WHERE customer = :p1",
        "### Order (",
        "additions: none",
        "- clerk: read Customer",
        ", p99 250ms, as clerk\n  > SELECT email FROM Customer WHERE customer_id = :p1",
    ];
    for said in words {
        assert!(brief.contains(said), "{said} is not in\n{brief}");
    }
    place.expect(0, &["design", "adopted/brief.md", "--out", "designed", "--quiet"]);
    let ran = place.expect(0, &["export", "--database", &url, "--to", "dbml"]);
    assert!(
        ran.out.contains("Table orders {") && ran.err.contains("# What dbml could not say"),
        "{}{}",
        ran.out,
        ran.err
    );
    let ran = place.expect(2, &["adopt", "--from", "orders.txt"]);
    assert!(ran.err.contains("--notation"), "{}", ran.err);
}

#[test]
fn what_is_missing_is_said() {
    let place = Place::new("index-missing");
    place.write("schema.sql", "CREATE TYPE t AS (a integer);\n");
    place.write("queries.sql", "SELECT * FROM t WHERE a = 1;\n");
    let ran = place.expect(2, &["index", "--ddl", "schema.sql", "--queries", "queries.sql"]);
    assert!(ran.err.contains("it makes no table"), "{}", ran.err);
    let ran =
        place.expect(2, &["index", "--database", "host=/nonexistent user=x dbname=x", "--queries", "queries.sql"]);
    assert!(ran.err.contains("/nonexistent"), "{}", ran.err);
}
