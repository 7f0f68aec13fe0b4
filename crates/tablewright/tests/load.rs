//! Driving a workload, from the outside: figures of a run stand apart from the receipts, a target that is missed
//! is an exit code, and nothing is ever written on a user's database.
mod common;
use common::*;
use serde_json::Value;
use tw_lab::{Lab, LabOptions, discover};
use tw_model::trial::Actor;

/// The kiosk's brief with its purchases laid out by month, so that calls read and write partitions.
fn kiosk(place: &Place) -> String {
    let whole = std::fs::read_to_string(journey("kiosk.md")).expect("the brief");
    let line = "- bought_at: instant = now\n";
    assert!(whole.contains(line), "the line to write behind");
    place.write("kiosk.md", &whole.replace(line, &format!("{line}- partition by month of bought_at\n")));
    "kiosk.md".into()
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let found = list.as_array().expect("a list").iter().find(|c| c["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {list}"))
}

#[test]
fn a_proof_drives_the_workload_and_keeps_its_figures_apart() {
    let place = Place::new("driven");
    let kiosk = kiosk(&place);
    let ran = place.run(&["prove", &kiosk, "--out", "driven", "--quiet", "--load-seconds", "3"]);
    // A crowded machine leaves targets undecided; it refutes none.
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("Latencies, measured"), "{}", ran.out);
    assert!(place.read("driven/schema.sql").contains("PARTITION BY RANGE"), "not laid out in partitions");
    let measured = place.json("driven/measured.json");
    let driven = &measured["driven"];
    for (name, rate) in [("purchases_of", 20.0), ("find", 5.0), ("buy", 2.0)] {
        let call = named(&driven["calls"], name);
        assert_eq!(call["asked_per_s"], rate);
        assert_eq!(call["failed"], 0, "{call}");
        assert_eq!(call["percentiles"].as_array().map(Vec::len), Some(3));
    }
    assert!(named(&driven["calls"], "purchases_of")["samples"].as_u64() > Some(10), "{driven}");
    let control: Vec<&str> =
        driven["control"].as_array().expect("a list").iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(control, ["before", "beside the mix", "after"]);
    let claims = driven["claims"].as_array().expect("a list");
    assert_eq!(claims.len(), 4, "three targets and the throughput");
    // So few calls cannot bound a 99th percentile: that is said, with what it would take.
    let few = claims.iter().find(|c| c["id"] == "capacity/p99 find").expect("a target");
    assert_eq!(few["verdict"], "undecided", "{few}");
    assert!(few["reason"].as_str().is_some_and(|r| r.contains("299")), "{few}");
    let page = place.read("driven/measured.html");
    assert!(page.contains("id=\"latencies\"") && page.contains("<svg"), "no plot");
    // Neither receipts nor the page hold a figure: they are the bytes of a proof that measured nothing.
    place.expect(0, &["prove", &kiosk, "--out", "plain", "--quiet", "--load-seconds", "0"]);
    for name in ["evidence.json", "index.html", "dossier.md", "design.json"] {
        assert_eq!(place.read(&format!("driven/{name}")), place.read(&format!("plain/{name}")), "{name}");
    }
    assert_eq!(place.json("plain/measured.json")["driven"], Value::Null);
    assert!(place.read("plain/measured.html").contains("Latencies were not measured"));
}

#[test]
fn reads_are_driven_on_a_database_and_a_missed_target_is_an_exit_code() {
    let installation = discover(None).unwrap_or_else(|e| panic!("{e}")).remove(0);
    let lab = Lab::start(&installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    lab.create_database("theirs", None).unwrap_or_else(|e| panic!("{e}"));
    lab.load(
        "theirs",
        "create table account (id int primary key); insert into account select generate_series(1, 100); \
         create function sneak() returns void language sql as 'insert into account values (103)';",
    )
    .unwrap_or_else(|e| panic!("{e}"));
    let url = format!("host={} dbname=theirs user=tablewright_owner", lab.directory().display());
    let place = Place::new("live");
    let quick = "-- name: quick\n-- rate: 40/s\n-- p99: 4s\n-- $1 zipf 1.1: select id from account\nselect * from account where id = $1;\n";
    let slow = "-- name: slow\n-- rate: 4/s\n-- p99: 800ms\nselect pg_sleep(2);\n";
    place.write("quick.sql", quick);
    place.write("slow.sql", &format!("{quick}{slow}"));
    place.write("writing.sql", "insert into account values (101);\n");
    // A hidden write fails in a session that cannot write, and the call is told as failed.
    place.write("hidden.sql", "-- name: hidden\n-- rate: 20/s\n-- p99: 1s\nwith w as (insert into account values (102) returning id) select * from w;\n");
    // Not even where a statement has lifted the session's own guard.
    let open = "-- name: open\n-- rate: 40/s\nselect set_config('default_transaction_read_only', 'off', false);\n";
    place.write("sneaking.sql", &format!("{open}-- name: sneak\n-- rate: 20/s\nselect sneak();\n"));
    let load = |file: &str, out: &str, code: i32| {
        place.expect(
            code,
            &[
                "load",
                "--database",
                &url,
                "--queries",
                file,
                "--seconds",
                "4",
                "--samples",
                "100",
                "--out",
                out,
                "--quiet",
            ],
        )
    };
    load("quick.sql", "quick", 0);
    let calls = &place.json("quick/measured.json")["driven"]["calls"];
    assert!(named(calls, "quick")["samples"].as_u64() > Some(50), "{calls}");
    assert_eq!(named(calls, "quick")["failed"], 0);
    assert!(place.read("quick/measured.html").contains("id=\"latencies\""));
    let ran = load("slow.sql", "slow", 1);
    assert!(ran.out.contains("refuted  capacity/p99 slow"), "{}", ran.out);
    let ran = load("writing.sql", "none", 2);
    assert!(ran.err.contains("`insert` does not read"), "{}", ran.err);
    load("hidden.sql", "hidden", 0);
    let hidden = place.json("hidden/measured.json");
    let call = named(&hidden["driven"]["calls"], "hidden");
    assert_eq!(call["failed"], call["samples"], "{call}");
    assert!(call["error"].as_str().is_some_and(|e| e.contains("25006")), "{call}");
    load("sneaking.sql", "sneaking", 0);
    let sneaking = place.json("sneaking/measured.json");
    assert_eq!(named(&sneaking["driven"]["calls"], "open")["failed"], 0, "{sneaking}");
    let call = named(&sneaking["driven"]["calls"], "sneak");
    assert!(call["error"].as_str().is_some_and(|e| e.contains("25006")), "{call}");
    let mut session = lab.session("theirs", &Actor::Owner).unwrap_or_else(|e| panic!("{e}"));
    let rows: i64 = session.client.query_one("select count(*) from account", &[]).expect("counts").get(0);
    assert_eq!(rows, 100, "nothing was written");
}
