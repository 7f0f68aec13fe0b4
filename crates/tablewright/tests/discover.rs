//! `tablewright discover` on a file and on a database that is somebody's.
mod common;
use common::*;
use serde_json::Value;
use tw_lab::{Lab, LabOptions, discover};
use tw_model::trial::Actor;

/// Orders of 37 customers in 5 towns for 20 products: everything stands in one table.
fn orders() -> String {
    let mut text = "order_id;customer_no;customer_name;town;product;price;quantity\n".to_string();
    for n in 0..2000 {
        let (customer, product) = ((n * 7919) % 37, (n * n + n / 7) % 20);
        // One name in a hundred is mistyped.
        let name = if n % 101 == 7 { format!("Customer {customer}.") } else { format!("Customer {customer}") };
        text += &format!("{n};{customer};{name};Town {};P{product};{};{}\n", customer % 5, product * 3, n * n % 11);
    }
    text
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The right side and the error of the dependency with that left side.
fn on<'a>(table: &'a Value, left: &[&str]) -> Vec<(Vec<&'a str>, f64)> {
    let all = table["dependencies"].as_array().into_iter().flatten();
    let of = all.filter(|d| texts(&d["left"]) == left);
    of.map(|d| (texts(&d["right"]), d["g3"].as_f64().expect("a share"))).collect()
}

#[test]
fn a_file_is_taken_apart_and_joined_again() {
    let place = Place::new("discover");
    place.write("orders.csv", &orders());
    let ran = place.expect(0, &["discover", "orders.csv", "--format", "json", "--quiet"]);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    let table = &found["tables"][0];
    assert_eq!(
        (found["format"].as_u64(), table["rows"].as_u64(), table["whole"].as_bool()),
        (Some(1), Some(2000), Some(true))
    );
    assert_eq!(texts(&table["keys"][0]), ["order_id"]);
    assert_eq!(table["form"], "2NF");
    assert_eq!(on(table, &["product"]), [(vec!["price"], 0.0)]);
    let customer = on(table, &["customer_no"]);
    assert_eq!(customer[0], (vec!["town"], 0.0));
    let name = customer.iter().find(|(right, _)| right == &["customer_name"]).expect("what mistypings break");
    assert!((0.005..0.015).contains(&name.1), "{name:?}");
    let parts: Vec<&str> =
        table["proposal"].as_array().into_iter().flatten().filter_map(|p| p["table"].as_str()).collect();
    assert!(parts.contains(&"orders") && parts.contains(&"customers") && parts.contains(&"products"), "{parts:?}");
    assert_eq!(table["tried"]["joined"], table["tried"]["rows"]);
    assert_eq!(table["tried"]["lossless"], true);
    // The proposal is SQL that a server takes.
    let installation = discover(None).expect("a server").remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).expect("a lab");
    lab.create_database("proposed", None).expect("a database");
    lab.load("proposed", table["sql"].as_str().expect("statements")).expect("the proposed tables");

    let text = place.expect(0, &["discover", "orders.csv", "--quiet"]).out;
    for said in [
        "key (by the rows): order_id",
        "product -> price",
        "keeps it in 2NF",
        "joined again they give the same 2,000 rows",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let part = place.expect(0, &["discover", "orders.csv", "--rows", "100", "--quiet"]).out;
    assert!(part.contains("the first 100 rows; more were not read"), "{part}");
}

#[test]
fn what_is_no_table_is_told() {
    let place = Place::new("discover-wrong");
    place.write("short.csv", "a,b\n1,2\n3\n");
    let ran = place.expect(2, &["discover", "short.csv"]);
    assert!(ran.err.contains("short.csv: line 3 has 1 values where the header has 2"), "{}", ran.err);
    place.write("twice.csv", "a,a\n1,2\n");
    let ran = place.expect(2, &["discover", "twice.csv"]);
    assert!(ran.err.contains("column 2 is called a like another"), "{}", ran.err);
    place.write("empty.csv", "a,b\n");
    let ran = place.expect(0, &["discover", "empty.csv"]);
    assert!(ran.out.contains("not judged: two rows are needed"), "{}", ran.out);
    place.expect(2, &["discover", "absent.csv"]);
}

/// A key that nobody declared as one, a reference that nobody declared, one that somebody did, and what the reader may not see.
const THEIRS: &str = "\
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE regions (code text PRIMARY KEY, title text);
CREATE TABLE orders (order_id integer PRIMARY KEY, customer_id integer NOT NULL, region_code text REFERENCES regions,
    net numeric NOT NULL, gross numeric GENERATED ALWAYS AS (net * 1.08) STORED);
CREATE TABLE secrets (id integer PRIMARY KEY);
INSERT INTO customers SELECT n, 'c' || n % 90 FROM generate_series(1, 100) n;
INSERT INTO regions SELECT 'r' || n, 'Region ' || n FROM generate_series(1, 9) n;
INSERT INTO orders SELECT n, 1 + n * 7 % 100, 'r' || 1 + n % 9, n % 50 FROM generate_series(1, 1000) n;
CREATE ROLE looker LOGIN;
GRANT SELECT ON customers, regions, orders TO looker;
";

#[test]
fn a_database_is_read_and_references_nobody_declared_are_told() {
    let installation = discover(None).expect("a server").remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).expect("a lab");
    lab.create_database("theirs", None).expect("a database");
    lab.load("theirs", THEIRS).expect("their schema");
    let url = format!("host={} user=looker dbname=theirs", lab.directory().display());
    let place = Place::new("discover-live");
    let ran = place.expect(0, &["discover", "--database", &url, "--format", "json", "--quiet"]);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    let references = found["references"].as_array().expect("a list");
    let told: Vec<(&str, &str)> =
        references.iter().map(|r| (r["from"].as_str().unwrap_or(""), r["to"].as_str().unwrap_or(""))).collect();
    assert!(told.contains(&("orders.customer_id", "customers.id")), "{told:?}");
    assert!(!told.iter().any(|(from, _)| *from == "orders.region_code"), "declared already: {told:?}");
    let named = references.iter().find(|r| r["from"] == "orders.customer_id" && r["to"] == "customers.id").expect("it");
    assert_eq!(named["named"], true);
    let mut session = lab.session("theirs", &Actor::Lab).expect("a session");
    for sql in texts(&named["sql"]) {
        session.client.batch_execute(sql).unwrap_or_else(|why| panic!("{sql}: {why}"));
    }
    let orders = found["tables"].as_array().into_iter().flatten().find(|t| t["table"] == "orders").expect("the table");
    assert_eq!(orders["keys_declared"], true);
    assert_eq!(orders["form"], "2NF", "gross hangs on net: {orders}");
    let not = texts(&found["not_judged"]);
    assert!(not.iter().any(|n| n.starts_with("secrets: ")), "{not:?}");
    let ran = place.expect(2, &["discover", "--database", &url, "--table", "absent"]);
    assert!(ran.err.contains("has no table absent"), "{}", ran.err);
}
