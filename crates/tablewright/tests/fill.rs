//! `tablewright fill` as a user runs it: every example fills, files are the same bytes however many workers make
//! them, and what a kill leaves is what was promised.
mod common;
use common::*;
use std::time::{Duration, Instant};
use tw_lab::{Lab, LabOptions, Session, discover};
use tw_model::trial::Actor;

fn lab() -> Lab {
    let found = discover(None).unwrap_or_else(|e| panic!("{e}"));
    Lab::start(&found[0], &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn address(lab: &Lab, database: &str) -> String {
    format!("host={} user=tablewright_owner dbname={database}", lab.directory().display())
}

fn number(session: &mut Session, sql: &str) -> i64 {
    session.client.query_one(sql, &[]).unwrap_or_else(|e| panic!("{sql}: {e:?}")).get(0)
}

#[test]
fn every_example_fills_and_refuses_to_fill_twice() {
    let lab = lab();
    for example in ["bank", "hospital", "library", "saas", "shop"] {
        lab.create_database(example, None).unwrap_or_else(|e| panic!("{e}"));
        let place = Place::new(example);
        let brief = text(&root().join("examples").join(example).join("brief.md"));
        let into = address(&lab, example);
        let scale = if example == "bank" { "0.000005" } else { "0.0002" };
        let arguments = ["fill", &brief, "--into", &into, "--scale", scale, "--format", "json", "--quiet"];
        let ran = place.expect(0, &arguments);
        let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.out));
        println!("{example}: {} rows, notes {}", told["rows"], told["notes"]);
        let mut session = lab.session(example, &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
        for table in told["tables"].as_array().expect("a list") {
            let sql = format!("SELECT count(*) FROM {}", table["table"].as_str().expect("a name"));
            assert_eq!(Some(number(&mut session, &sql)), table["rows"].as_i64(), "{example}: {sql}");
        }
        let again = place.expect(2, &arguments);
        assert!(again.err.contains("holds rows already"), "{}", again.err);
    }
}

const DDL: &str = "
create type mood as enum ('calm', 'glad');
create table parent (id int primary key, name text not null unique, mood mood not null);
create table child (id bigint generated always as identity primary key, parent_id int not null references parent,
    amount numeric(9,2) not null check (amount > 0), at timestamptz not null, note text);
";

#[test]
fn files_are_the_same_bytes_whoever_makes_them() {
    let place = Place::new("files");
    let ddl = text(&place.write("schema.ddl", DDL));
    for (workers, seed, out) in [("1", "5", "one"), ("3", "5", "three"), ("3", "6", "other")] {
        let rows = "parent=500,child=20k";
        place.expect(
            0,
            &["fill", "--ddl", &ddl, "--rows", rows, "--seed", seed, "--workers", workers, "--out", out, "-q"],
        );
    }
    let names = place.names("one");
    assert_eq!(names, ["load.sql", "public.child.copy", "public.parent.copy", "schema.sql"]);
    let bytes = |dir: &str, name: &str| std::fs::read(place.at(dir).join(name)).expect("a file");
    for name in &names {
        assert!(bytes("one", name) == bytes("three", name), "{name}");
    }
    assert!(bytes("one", "public.child.copy") != bytes("other", "public.child.copy"));
    let refused = place.expect(2, &["fill", "--ddl", &ddl, "--out", "one"]);
    assert!(refused.err.contains("not empty"), "{}", refused.err);
}

#[test]
fn a_database_is_filled_like_another_that_is_only_read() {
    let lab = lab();
    for name in ["source", "target"] {
        lab.create_database(name, None).unwrap_or_else(|e| panic!("{e}"));
    }
    lab.load("source", DDL).unwrap_or_else(|e| panic!("{e}"));
    let mut source = lab.session("source", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    let rows = "insert into parent select n, 'name ' || n, 'glad' from generate_series(1, 200) n;
        insert into child (parent_id, amount, at) select 1 + n % 200, 7, '2024-05-06' from generate_series(1, 1000) n;
        analyze";
    source.client.batch_execute(rows).unwrap_or_else(|e| panic!("{e:?}"));
    let place = Place::new("like");
    let (from, into) = (address(&lab, "source"), address(&lab, "target"));
    place.expect(0, &["fill", "--database", &from, "--into", &into, "--scale", "3", "--quiet"]);
    let mut target = lab.session("target", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    // Three times as many rows, of the one mood, amount and day that are there.
    let counts = "SELECT (SELECT count(*) FROM parent WHERE mood = 'glad') * 1000000 + count(*) FROM child";
    assert_eq!(number(&mut target, counts), 600_003_000);
    let alike = "SELECT count(*) FROM child WHERE amount = 7 AND at::date = '2024-05-06'";
    assert_eq!(number(&mut target, alike), 3_000);
    assert_eq!(number(&mut source, "SELECT count(*) FROM child"), 1_000);
}

#[test]
fn a_kill_leaves_whole_tables_and_the_fill_goes_on() {
    let lab = lab();
    lab.create_database("killed", None).unwrap_or_else(|e| panic!("{e}"));
    lab.load("killed", DDL).unwrap_or_else(|e| panic!("{e}"));
    let place = Place::new("killed");
    let ddl = text(&place.write("schema.ddl", DDL));
    let into = address(&lab, "killed");
    let arguments = ["fill", "--ddl", &ddl, "--into", &into, "--rows", "parent=500,child=300k"];
    let mut child = place.program(&arguments).stderr(std::process::Stdio::null()).spawn().expect("the program starts");
    let mut session = lab.session("killed", &Actor::Lab).unwrap_or_else(|e| panic!("{e}"));
    let copying =
        "SELECT count(*) FROM pg_stat_progress_copy WHERE relid = 'child'::regclass AND tuples_processed > 1000";
    let deadline = Instant::now() + Duration::from_secs(120);
    while number(&mut session, copying) == 0 {
        assert!(Instant::now() < deadline, "the rows of child never came");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    // The server ends the transactions when it sees that nobody is there.
    let others = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tablewright fill'";
    while number(&mut session, others) > 0 {
        assert!(Instant::now() < deadline, "sessions stay");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(number(&mut session, "SELECT count(*) FROM parent"), 500);
    assert_eq!(number(&mut session, "SELECT count(*) FROM child"), 0);
    let refused = place.expect(2, &arguments);
    assert!(refused.err.contains("public.parent: 500 rows (planned: 500)"), "{}", refused.err);
    let on = ["fill", "--ddl", &ddl, "--into", &into, "--rows", "parent=500,child=30k", "--continue"];
    let ran = place.expect(0, &on);
    assert!(ran.out.contains("public.parent held its rows already"), "{}", ran.out);
    assert_eq!(number(&mut session, "SELECT count(*) FROM child"), 30_000);
}
