//! Proving, from the outside: the contract of the receipts, that they replay, that tampering shows, that the same
//! brief gives the same bytes, and that a proof killed midway leaves nothing behind.
mod common;
use common::*;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn kiosk() -> String {
    text(&journey("kiosk.md"))
}

fn kiosk_text() -> String {
    std::fs::read_to_string(journey("kiosk.md")).expect("the brief")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_receipts_keep_the_contract_and_replay_without_a_difference() {
    let place = Place::new("contract");
    let ran = place.expect(0, &["prove", &kiosk(), "--out", "dossier", "--format", "json", "--quiet"]);
    let evidence = place.json("dossier/evidence.json");
    assert_eq!(ran.err, "", "--quiet is quiet");
    assert_eq!(serde_json::from_str::<Value>(&ran.out).expect("JSON and nothing else"), evidence);
    for key in ["format", "brief", "server_version", "summary", "evidence"] {
        assert!(keys(&evidence).contains(&key), "{key} is missing");
    }
    assert_eq!((&evidence["format"], &evidence["brief"]), (&Value::from(1), &Value::from("Kiosk")));
    let receipts = evidence["evidence"].as_array().expect("a list");
    assert!(receipts.len() > 50, "{}", receipts.len());
    for receipt in receipts {
        for key in [
            "claim",
            "room",
            "item",
            "subject",
            "statement",
            "verdict",
            "reason",
            "origin",
            "trial",
            "outcomes",
            "hash",
        ] {
            assert!(keys(receipt).contains(&key), "{key} is missing in {receipt}");
        }
        assert_eq!(receipt["verdict"], "held", "{receipt}");
        assert_eq!(receipt["hash"].as_str().map(str::len), Some(64));
    }
    let counted = serde_json::json!({ "held": receipts.len(), "refuted": 0, "undecided": 0 });
    assert_eq!(evidence["summary"], counted);
    for name in
        ["index.html", "dossier.md", "schema.sql", "roles.sql", "design.json", "measured.json", "er.svg", "er.mmd"]
    {
        assert!(!place.read(&format!("dossier/{name}")).is_empty(), "{name}");
    }

    // The replay needs the dossier alone: not the brief, and not the place where it was made.
    std::fs::rename(place.at("dossier"), place.at("moved")).expect("moves");
    let ran = place.expect(0, &["verify", "moved", "--format", "json", "--quiet"]);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON and nothing else");
    assert_eq!(told["differences"], serde_json::json!([]));
    assert_eq!(told["replayed"].as_u64(), Some(receipts.len() as u64));
    tampering_shows(&place, &evidence);
}

/// In copies of a dossier that held, each lie is named.
fn tampering_shows(place: &Place, evidence: &Value) {
    let dossier = |name: &str, evidence: &Value, schema: &str| {
        std::fs::create_dir(place.at(name)).expect("a directory");
        for file in ["design.json", "roles.sql", "sample.json", "horizon.json"] {
            place.write(&format!("{name}/{file}"), &place.read(&format!("moved/{file}")));
        }
        place.write(&format!("{name}/schema.sql"), schema);
        place.write(&format!("{name}/evidence.json"), &evidence.to_string());
    };
    let schema = place.read("moved/schema.sql");
    let claim = "columns/not-null Customer.name";
    let mut lie = evidence.clone();
    let receipt = lie["evidence"].as_array_mut().expect("a list").iter_mut().find(|r| r["claim"] == claim);
    let receipt = receipt.expect("the claim is there");
    receipt["verdict"] = "refuted".into();
    dossier("lie", &lie, &schema);
    let ran = place.expect(1, &["verify", "lie", "--quiet"]);
    assert!(ran.out.contains(&format!("{claim}: its hash is not that of its contents")), "{}", ran.out);
    assert!(ran.out.contains("summary: "), "the counts no longer agree\n{}", ran.out);

    // Whoever recomputes the hash is told by the replay.
    let mut typed: tw_model::evidence::EvidenceFile = serde_json::from_value(lie).expect("a receipt file");
    for receipt in &mut typed.evidence {
        receipt.hash = receipt.digest();
    }
    typed.summary = tw_model::evidence::Summary::of(&typed.evidence);
    dossier("forged", &serde_json::to_value(&typed).expect("JSON"), &schema);
    let ran = place.expect(1, &["verify", "forged", "--quiet"]);
    assert!(ran.out.contains(&format!("{claim}: the receipt says refuted, the replay says held")), "{}", ran.out);
    assert!(!ran.out.contains("hash is not"), "{}", ran.out);

    let weaker = schema.clone() + "\nALTER TABLE customers ALTER COLUMN name DROP NOT NULL;\n";
    dossier("weaker", evidence, &weaker);
    let ran = place.expect(1, &["verify", "weaker", "--quiet"]);
    assert!(ran.out.contains(&format!("{claim}: ")) && ran.out.contains("the replay says refuted"), "{}", ran.out);
}

#[test]
fn the_same_brief_and_seed_give_the_same_bytes() {
    let place = Place::new("same");
    for out in ["one", "two"] {
        place.expect(0, &["prove", &kiosk(), "--out", out, "--quiet", "--seed", "7"]);
    }
    let names = place.names("one");
    assert_eq!(names, place.names("two"));
    for name in names.iter().filter(|n| !n.starts_with("measured.")) {
        assert_eq!(place.read(&format!("one/{name}")), place.read(&format!("two/{name}")), "{name}");
    }
    assert_eq!(place.json("one/evidence.json")["seed"], 7);
    place.expect(0, &["design", &kiosk(), "--out", "three", "--seed", "8"]);
    assert_ne!(place.read("one/sample.json"), place.read("three/sample.json"), "another seed gives other rows");
}

#[test]
fn only_one_room_is_tried_when_only_it_is_asked() {
    let place = Place::new("only");
    place.expect(0, &["prove", &kiosk(), "--out", "dossier", "--quiet", "--only", "indexing"]);
    let evidence = place.json("dossier/evidence.json");
    let receipts = evidence["evidence"].as_array().expect("a list");
    assert!(receipts.len() >= 5 && receipts.iter().all(|r| r["room"] == "indexing"), "{receipts:?}");
}

#[test]
fn names_and_lines_of_a_brief_are_in_no_claim_id() {
    let place = Place::new("ids");
    let claims = |out: &str| -> Vec<String> {
        let design = place.json(&format!("{out}/design.json"));
        let claims = design["claims"].as_array().expect("a list");
        claims.iter().map(|c| c["id"].as_str().expect("an id").to_string()).collect()
    };
    let brief = kiosk_text();
    let singular = brief.replace("- horizon: 1 year", "- horizon: 1 year\n- naming: tables singular");
    let longer = brief.replace("### Purchase", "A line of prose that was not there.\n\n### Purchase");
    for (name, text) in [("plain", &brief), ("singular", &singular), ("longer", &longer)] {
        let path = place.write(&format!("{name}.md"), text);
        place.expect(0, &["design", &common::text(&path), "--out", name, "--quiet"]);
    }
    assert!(claims("plain").len() > 50);
    assert_eq!(claims("plain"), claims("longer"));
    assert_eq!(claims("plain"), claims("singular"));
    assert!(place.read("plain/schema.sql").contains("CREATE TABLE customers"));
    assert!(place.read("singular/schema.sql").contains("CREATE TABLE customer "));
}

#[test]
fn a_proof_killed_midway_leaves_no_process_and_no_half_dossier() {
    let place = Place::new("killed");
    place.expect(0, &["prove", &kiosk(), "--out", "dossier", "--quiet", "--only", "naming"]);
    let before = place.read("dossier/evidence.json");
    let begun = Instant::now();
    place.expect(0, &["prove", &kiosk(), "--out", "whole", "--quiet"]);
    let whole = begun.elapsed();
    std::fs::remove_dir_all(place.at("whole")).expect("is removed");
    for tenths in [1, 4, 8] {
        // A run may be faster than the one that was timed: then half of its time will do.
        let mut moment = whole * tenths / 10;
        let seen = loop {
            match killed_after(&place, moment) {
                Some(seen) => break seen,
                None => {
                    assert!(moment > Duration::from_millis(1), "it always ended before it was killed");
                    moment /= 2;
                    place.expect(0, &["prove", &kiosk(), "--out", "dossier", "--quiet", "--only", "naming"]);
                }
            }
        };
        let deadline = Instant::now() + Duration::from_secs(15);
        loop {
            let working: Vec<i32> = seen.iter().flat_map(|d| tw_lab::process::working_in(&d.join("data"))).collect();
            if working.is_empty() {
                break;
            }
            assert!(Instant::now() < deadline, "killed after {moment:?}: {working:?} still work in {seen:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(place.read("dossier/evidence.json"), before, "the old dossier is whole");
    }
    place.expect(0, &["prove", &kiosk(), "--out", "dossier", "--quiet", "--only", "naming"]);
    assert_eq!(place.names(""), ["dossier"], "nothing half-written is left beside it");
}

/// Kills a proof with SIGKILL at that moment, but not before there is a server to leave behind. Gives the
/// directories of its labs; none when it ended by itself.
fn killed_after(place: &Place, moment: Duration) -> Option<Vec<PathBuf>> {
    let mut child = place
        .program(&["prove", &kiosk(), "--out", "dossier"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let pid = child.id();
    let mut seen = vec![];
    let begun = Instant::now();
    while begun.elapsed() < moment || seen.is_empty() {
        seen = labs_of(pid);
        if child.try_wait().expect("can be waited for").is_some() {
            return None;
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "no server was started");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("kills");
    child.wait().expect("ends");
    Some(seen)
}

/// The private directories of the labs that a process has started.
fn labs_of(pid: u32) -> Vec<PathBuf> {
    let mut parents = vec![PathBuf::from("/tmp"), std::env::temp_dir()];
    parents.dedup();
    let entries = |parent: &Path| std::fs::read_dir(parent).into_iter().flatten().flatten();
    let names = parents.iter().flat_map(|p| entries(p));
    let ours = format!("tw-lab.{pid}.");
    names.filter(|e| e.file_name().to_string_lossy().starts_with(&ours)).map(|e| e.path()).collect()
}
