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

/// It was tried, held, and its twin did not.
fn proved(of: &Value) {
    assert_eq!(
        (of["proof"]["verdict"].as_str(), of["proof"]["twin"].as_str()),
        (Some("held"), Some("refuted")),
        "{of}"
    );
}

fn contradicted(table: &Value) -> bool {
    let all = table["dependencies"].as_array().into_iter().flatten();
    all.filter_map(|d| d["contradicting"].as_array()).any(|said| said.len() > 1 && said[1]["rows"].as_u64() > Some(0))
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
    let shown: Vec<&Value> = table["anomalies"].as_array().into_iter().flatten().collect();
    let kinds: Vec<&str> = shown.iter().filter_map(|a| a["kind"].as_str()).collect();
    assert_eq!(kinds, ["update", "insert", "delete"]);
    shown.iter().for_each(|a| proved(a));
    proved(&table["migration"]);
    let dirty = customer.iter().position(|(right, _)| right == &["customer_name"]);
    assert!(dirty.is_some_and(|_| contradicted(table)), "rows that contradict each other are shown: {table}");
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
        "update anomaly: ",
        "ALTER TABLE orders DROP COLUMN price;",
        "CREATE VIEW orders_whole AS",
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
INSERT INTO orders SELECT n, 1 + n * 7 % 100, 'r' || 1 + n % 9, n % 37 FROM generate_series(1, 1000) n;
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
    assert_eq!(
        (&orders["form"], texts(&orders["computed"])),
        (&Value::from("4NF"), vec!["gross"]),
        "the server keeps it"
    );
    let not = texts(&found["not_judged"]);
    assert!(not.iter().any(|n| n.starts_with("secrets: ")), "{not:?}");
    let ran = place.expect(2, &["discover", "--database", &url, "--table", "absent"]);
    assert!(ran.err.contains("has no table absent"), "{}", ran.err);
    what_hangs_on_columns_goes_along(&lab, &place);
}

/// A table with one of everything on its columns, and a name that a new table would have is taken.
const HUNG: &str = "\
CREATE TABLE towns (town text PRIMARY KEY);
CREATE TABLE products (id integer PRIMARY KEY);
CREATE TABLE sales (sale_id integer PRIMARY KEY, customer_no integer NOT NULL CHECK (customer_no > 0),
    town text NOT NULL DEFAULT 'Town 1' REFERENCES towns, product integer NOT NULL, price numeric(10,2) NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0), weight integer GENERATED ALWAYS AS (quantity * 3) STORED,
    CONSTRAINT not_given CHECK (price > 0), CONSTRAINT not_all CHECK (price * quantity < 100000));
COMMENT ON COLUMN sales.price IS 'francs';
CREATE INDEX sales_town ON sales (town) WHERE town <> 'Town 0';
CREATE INDEX sales_both ON sales (town, quantity);
CREATE TABLE refunds (sale_id integer PRIMARY KEY REFERENCES sales);
CREATE FUNCTION never_less() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  IF NEW.price < OLD.price THEN RAISE EXCEPTION 'never less' USING ERRCODE = '23514'; END IF; RETURN NEW; END$$;
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE FUNCTION weigh() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  IF NEW.price > 999 AND NEW.quantity > 999 THEN RETURN NULL; END IF; RETURN NEW; END$$;
CREATE TRIGGER never_less BEFORE UPDATE OF price ON sales FOR EACH ROW EXECUTE FUNCTION never_less();
CREATE TRIGGER watched BEFORE UPDATE ON sales FOR EACH ROW EXECUTE FUNCTION watch();
CREATE TRIGGER weighed BEFORE INSERT ON sales FOR EACH ROW EXECUTE FUNCTION weigh();
CREATE VIEW dear AS SELECT sale_id, price FROM sales WHERE price > 20;
CREATE ROLE clerk LOGIN;
ALTER TABLE sales ENABLE ROW LEVEL SECURITY;
CREATE POLICY shown ON sales FOR SELECT TO clerk USING (town <> 'Town 0');
GRANT SELECT ON sales, dear TO clerk;
GRANT UPDATE (price) ON sales TO clerk;
INSERT INTO towns SELECT 'Town ' || n FROM generate_series(0, 6) n;
INSERT INTO sales SELECT n, 1 + n * 7 % 100, 'Town ' || (1 + n * 7 % 100) % 7, n % 37, n % 37 * 7 % 23 + 5, 1 + n / 7 % 11 FROM generate_series(1, 1000) n;
INSERT INTO refunds SELECT n * 50 FROM generate_series(1, 20) n;
";

/// Changes a database while another session has written rows and not committed: the change waits for them.
fn while_another_writes(lab: &Lab, database: &str, rows: &str, change: impl FnOnce() + Send) {
    let mut writer = lab.session(database, &Actor::Owner).expect("a session");
    writer.client.batch_execute(&format!("BEGIN; {rows}")).expect("a row");
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    std::thread::scope(|scope| {
        let changing = scope.spawn(change);
        while !changing.is_finished() && writer.client.query_one(waits, &[]).expect("who waits").get::<_, i64>(0) == 0 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        writer.client.batch_execute("COMMIT").expect("a commit");
    });
}

fn what_hangs_on_columns_goes_along(lab: &Lab, place: &Place) {
    lab.create_database("hung", None).expect("a database");
    lab.load("hung", HUNG).expect("their schema");
    let url = format!("host={} user={} dbname=hung", lab.directory().display(), tw_lab::settings::OWNER);
    let read = |more: &[&str]| -> Value {
        let ran = place.expect(0, &[&["discover", "--database", &url, "--format", "json", "--quiet"], more].concat());
        serde_json::from_str(&ran.out).expect("JSON and nothing else")
    };
    let alone = read(&["--table", "sales"]);
    proved(&alone["tables"][0]["migration"]);
    let told = texts(&alone["not_judged"]);
    assert!(
        told.iter().any(|t| t.starts_with("sales: what hangs on it was not tried") && t.ends_with("were not read")),
        "{told:?}"
    );
    let found = read(&[]);
    let sales = found["tables"].as_array().into_iter().flatten().find(|t| t["table"] == "sales").expect("the table");
    let migration = &sales["migration"];
    proved(migration);
    proved(&serde_json::json!({ "proof": migration["carried_proof"] }));
    let carried: Vec<String> = migration["carried"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|c| {
            [&c["kind"], &c["name"], &c["table"]]
                .map(|v| v.as_str().unwrap_or_default())
                .join(" ")
                .replace("public.", "")
        })
        .collect();
    for wanted in [
        "default town customers",
        "comment price products_2",
        "constraint sales_town_fkey customers",
        "constraint not_given products_2",
        "index sales_town customers",
        "trigger never_less products_2",
        "trigger watched customers",
        "trigger watched products_2",
        "policy shown customers",
        "policy shown sales",
        "privilege clerk SELECT customers",
        "privilege clerk UPDATE (price) products_2",
        "view  dear",
        "view  sales_whole",
    ] {
        assert!(carried.contains(&wanted.to_string()), "{wanted} in {carried:#?}");
    }
    let left: Vec<&str> =
        migration["left"].as_array().into_iter().flatten().filter_map(|l| l["object"].as_str()).collect();
    assert_eq!(
        left,
        ["constraint not_all", "index sales_both", "trigger weighed", "policies for products_2"],
        "{migration:#}"
    );
    assert_eq!(migration["view"], "", "a view of theirs reads it: the statements make it");

    // On their database: all is where it is said to be, and does what it did.
    let mut owner = lab.session("hung", &Actor::Owner).expect("a session");
    let statements = texts(&migration["sql"]);
    assert!(statements[0].contains("-- not moved: trigger weighed: it or its function names columns that part"));
    let transaction = format!("BEGIN; {}; COMMIT", statements.join(";\n"));
    let row = "INSERT INTO sales VALUES (1001, 200, 'Town 1', 200, 7, 1)";
    while_another_writes(lab, "hung", row, || owner.client.batch_execute(&transaction).expect("one transaction"));
    let mut asked =
        |sql: &str| owner.client.execute(sql, &[]).map_err(|e| e.code().map_or("", |c| c.code()).to_string());
    for (sql, wanted) in [
        ("UPDATE products_2 SET price = price - 1 WHERE product = 3", Err("23514".to_string())),
        ("UPDATE products_2 SET price = 50 WHERE product = 3", Ok(1)),
        ("UPDATE customers SET town = 'Nowhere' WHERE customer_no = 3", Err("23503".to_string())),
        ("INSERT INTO products_2 (product, price) VALUES (99, 0)", Err("23514".to_string())),
        ("INSERT INTO customers (customer_no) VALUES (999)", Ok(1)),
        ("DELETE FROM sales WHERE sale_id = 50", Err("23503".to_string())),
    ] {
        assert_eq!(asked(sql), wanted, "{sql}");
    }
    let one =
        |session: &mut tw_lab::Session, sql: &str| session.client.query_one(sql, &[]).expect(sql).get::<_, i64>(0);
    let written = "SELECT count(*) FROM sales NATURAL JOIN customers NATURAL JOIN products_2 WHERE sale_id = 1001";
    assert_eq!(one(&mut owner, written), 1, "what was written meanwhile is moved too");
    let dear = one(&mut owner, "SELECT count(*) FROM dear");
    let wanted = one(&mut owner, "SELECT count(*) FROM sales NATURAL JOIN products_2 WHERE price > 20");
    assert!(dear > 0 && dear == wanted, "{dear} of {wanted}");
    let mut clerk = lab.session("hung", &Actor::Role("clerk".into())).expect("a session");
    let seen = "SELECT count(*) FROM sales NATURAL JOIN customers";
    let (all, hidden) = (one(&mut owner, seen), one(&mut owner, &format!("{seen} WHERE town = 'Town 0'")));
    assert!(hidden > 0);
    assert_eq!(one(&mut clerk, "SELECT count(*) FROM sales"), all - hidden, "the policy hides what it hid");
    assert_eq!(one(&mut clerk, "SELECT count(*) FROM products_2"), 0, "no policy could be moved: nothing is seen");
}

/// Streets of towns with their codes (a code has one town) and labels, several in one value; what courses offer.
fn written(place: &Place) {
    let mut streets = "street,town,code,labels\n".to_string();
    for n in 0..324 {
        let (town, code, street) = (n / 27, n / 9, n % 9 * 3 + n / 9 % 3);
        let labels = ["red", "green", "blue", "big"][..=(street % 4) as usize].join(",");
        streets += &format!("Street {street},Town {town},{code},\"{labels}\"\n");
    }
    place.write("streets.csv", &streets);
    let mut offers = "course,teacher,book\n".to_string();
    for course in 0..15 {
        for teacher in (0..1 + course % 4).map(|t| (course * 5 + t * 3) % 17) {
            for book in (0..2 + course % 3).map(|b| (course * 7 + b * 2) % 23) {
                offers += &format!("C{course},T{teacher},B{book}\n");
            }
        }
    }
    place.write("offers.csv", &offers);
    // Rows without a chief say nothing of one.
    let chief = |n: i32| if n * n % 8 == 0 { ",".to_string() } else { format!("{},Chief {}", n * n % 8, n * n % 8) };
    let staff: String = (0..300).map(|n| format!("{n},Name {n},{}\n", chief(n + n / 7))).collect();
    place.write("staff.csv", &format!("id,name,chief,chief_name\n{staff}"));
}

#[test]
fn each_table_gets_the_form_that_loses_nothing_and_the_migration_is_tried() {
    let place = Place::new("discover-forms");
    written(&place);
    let ran = place.expect(0, &["discover", "streets.csv", "offers.csv", "staff.csv", "--format", "json", "--quiet"]);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    let tables: Vec<&Value> = found["tables"].as_array().into_iter().flatten().collect();
    let [streets, offers, staff] = tables.as_slice() else { panic!("three tables: {found}") };
    for table in [streets, offers, staff] {
        proved(&table["migration"]);
        assert_eq!(table["tried"]["joined"], table["tried"]["rows"]);
        table["anomalies"].as_array().expect("a list").iter().for_each(proved);
    }
    let tables_of = |table: &Value| -> Vec<String> {
        let all = table["proposal"].as_array().into_iter().flatten();
        all.map(|p| format!("{} {}", texts(&p["columns"]).join("+"), p["backing"])).collect()
    };
    // Third form, with a table beside it: Boyce-Codd form would lose what determines the code.
    assert_eq!((&streets["form"], &streets["proposed_form"]), (&Value::from("1NF"), &Value::from("3NF")));
    assert!(tables_of(streets).contains(&"town+code true".to_string()), "{streets}");
    assert_eq!(texts(&streets["lost"][0]["left"]), ["street", "town"]);
    let lists = &streets["not_atomic"][0];
    assert_eq!(
        (texts(&lists["columns"]), &lists["kind"], &lists["between"]),
        (vec!["labels"], &"list".into(), &",".into())
    );
    assert_eq!((&offers["form"], &offers["proposed_form"]), (&Value::from("BCNF"), &Value::from("4NF")));
    assert_eq!(tables_of(offers), ["course+teacher false", "course+book false"]);
    assert_eq!(offers["anomalies"][0]["kind"], "insert");
    assert_eq!(tables_of(staff), ["id+name+chief false", "chief+chief_name false"]);
    assert!(staff["migration"]["view"].as_str().is_some_and(|v| v.contains("LEFT JOIN")), "{staff}");

    // What the table beside keeps is kept: on a server, after the migration as printed.
    let installation = discover(None).expect("a server").remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).expect("a lab");
    lab.create_database("towns", None).expect("a database");
    lab.load("towns", "CREATE TABLE streets (street text, town text, code integer, labels text);").expect("the table");
    let mut session = lab.session("towns", &Actor::Owner).expect("a session");
    let mut lines = place.read("streets.csv").replace('"', "").lines().skip(1).map(String::from).collect::<Vec<_>>();
    for line in &mut lines {
        let values: Vec<&str> = line.splitn(4, ',').collect();
        let sql = format!("INSERT INTO streets VALUES ('{}')", values.join("','"));
        session.client.batch_execute(&sql).expect("a row");
    }
    let statements = texts(&streets["migration"]["sql"]);
    let alone = session.client.batch_execute(statements[0]).expect_err("rows could be lost between two of them");
    assert_eq!(alone.code().map(|c| c.code()), Some("25P01"), "it needs a transaction");
    session.client.batch_execute(&format!("BEGIN; {}; COMMIT", statements.join(";\n"))).expect("one transaction");
    let wrong =
        session.client.batch_execute("UPDATE streets SET code = 35 WHERE street = 'Street 0' AND town = 'Town 0'");
    assert_eq!(wrong.expect_err("a code has one town").code().map(|c| c.code()), Some("23503"));
    let moved = session.client.execute("UPDATE codes SET town = 'Town 99' WHERE code = 0", &[]).expect("one row");
    let seen = "SELECT count(*) FROM streets WHERE town = 'Town 99'";
    assert_eq!((moved, session.client.query_one(seen, &[]).expect("a number").get::<_, i64>(0)), (1, 9));
}

#[test]
fn a_derived_value_is_kept_under_two_sessions_or_left_out() {
    let place = Place::new("discover-derived");
    place.write(
        "customers.csv",
        &format!("customer_id,name\n{}", (1..=60).map(|n| format!("{n},Name {}\n", n % 31)).collect::<String>()),
    );
    let sales = (1..=400).map(|n| format!("{n},{},{},{}\n", n * 7 % 60 + 1, n % 9, n % 13)).collect::<String>();
    place.write("sales.csv", &format!("sale_id,customer_id,total,net\n{sales}"));
    let lines = (1..=3000).map(|n| format!("{n},{},{}\n", n * 13 % 400 + 1, n % 17)).collect::<String>();
    place.write("lines.csv", &format!("line_id,sale_id,amount\n{lines}"));
    let files = ["discover", "customers.csv", "sales.csv", "lines.csv"];
    let asked = [
        "sales.total = sum(lines.amount)",
        "sales.customer = customers.name",
        "sales.gross = (net * 1.08)",
        "sales.n = count(lines)",
    ];
    let mut arguments = files.to_vec();
    asked.iter().for_each(|value| arguments.extend(["--derive", value]));
    arguments.extend(["--format", "json", "--quiet"]);
    let found: Value = serde_json::from_str(&place.expect(0, &arguments).out).expect("JSON and nothing else");
    let derived: Vec<&Value> = found["derived"].as_array().into_iter().flatten().collect();
    let names = |of: &Value| -> Vec<String> {
        let all = of["strategies"].as_array().into_iter().flatten();
        all.filter_map(|s| s["name"].as_str().map(String::from)).collect()
    };
    let three = ["trigger", "materialised view", "change capture"];
    assert_eq!(
        (names(derived[0]), names(derived[1])),
        (three.map(String::from).to_vec(), three.map(String::from).to_vec())
    );
    assert_eq!((names(derived[2]), names(derived[3]).len()), (vec!["generated column".to_string()], 3));
    for strategy in derived.iter().flat_map(|d| d["strategies"].as_array().into_iter().flatten()) {
        proved(strategy);
        assert!(
            strategy["with"]["read_pages"].as_f64() > Some(0.0) && strategy["with"]["write_pages"].as_f64() > Some(0.0)
        );
    }
    let total = derived[0];
    assert_eq!((&total["tie"], &total["chosen"]), (&Value::from("lines.sale_id"), &Value::from("trigger")));
    assert!(total["drifted"].as_u64() > Some(300), "nothing kept it: {total}");
    assert!(total["without"]["read_pages"].as_f64() > total["strategies"][0]["with"]["read_pages"].as_f64());
    assert!(total["without"]["write_pages"].as_f64() < total["strategies"][0]["with"]["write_pages"].as_f64());
    assert_eq!(derived[2]["chosen"], Value::Null, "to compute it costs no page");
    kept_while_another_writes(&derived);

    for (value, said) in [
        ("sales.total = sum(lines)", "`sum(lines)` is not `sum(table.column)`"),
        ("sales.total = sum(lines.weight)", "lines has no column weight"),
        ("sales.total = sum(parts.weight)", "there is no table parts"),
        ("sales.x = (nett + 1)", "column \"nett\" does not exist"),
        ("lines.town = customers.name", "one column of lines must hold keys of customers (customer_id), and none does"),
    ] {
        let ran = place.expect(2, &[&files[..], &["--quiet", "--derive", value]].concat());
        assert!(ran.err.contains(said) && ran.err.contains(value), "{said} in {}", ran.err);
    }
}

/// On a database in use: what is written while the strategy is made is in the value.
fn kept_while_another_writes(derived: &[&Value]) {
    const TABLES: &str = "\
        CREATE TABLE customers (customer_id integer PRIMARY KEY, name text);
        CREATE TABLE sales (sale_id integer PRIMARY KEY, customer_id integer, net integer);
        CREATE TABLE lines (line_id integer PRIMARY KEY, sale_id integer, amount integer);
        INSERT INTO customers SELECT n, 'Name ' || n FROM generate_series(1, 60) n;
        INSERT INTO sales SELECT n, n % 60 + 1, n FROM generate_series(1, 400) n;
        INSERT INTO lines SELECT n, n % 400 + 1, n % 17 FROM generate_series(1, 3000) n;";
    const ROWS: &str = "UPDATE customers SET name = 'Other' WHERE customer_id = 7;
        UPDATE lines SET amount = amount + 1 WHERE sale_id = 3; INSERT INTO lines VALUES (3001, 3, 5)";
    let installation = discover(None).expect("a server").remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).expect("a lab");
    let right = [
        (
            "total",
            "SELECT count(*) FROM sales s WHERE total <> (SELECT sum(amount) FROM lines l WHERE l.sale_id = s.sale_id)",
        ),
        ("customer", "SELECT count(*) FROM sales JOIN customers USING (customer_id) WHERE customer <> name"),
        ("n", "SELECT count(*) FROM sales s WHERE n <> (SELECT count(*) FROM lines l WHERE l.sale_id = s.sale_id)"),
    ];
    for (value, drifted) in [derived[0], derived[1], derived[3]].into_iter().zip(right) {
        for strategy in ["trigger", "change capture"] {
            let database = format!("{}_{}", drifted.0, &strategy[..6]);
            lab.create_database(&database, None).expect("a database");
            lab.load(&database, TABLES).expect("their tables");
            let of = value["strategies"].as_array().into_iter().flatten().find(|s| s["name"] == strategy);
            let of = of.expect("the strategy");
            let mut owner = lab.session(&database, &Actor::Owner).expect("a session");
            let made = texts(&of["sql"]).join(";\n");
            while_another_writes(&lab, &database, ROWS, || owner.client.batch_execute(&made).expect("it is made"));
            if let Some(refresh) = of["refresh"].as_str() {
                owner.client.batch_execute(refresh).expect("a refresh");
            }
            let drifted: i64 = owner.client.query_one(drifted.1, &[]).expect("a number").get(0);
            assert_eq!(drifted, 0, "{database}: {made}");
        }
    }
}
