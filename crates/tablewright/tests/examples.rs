//! Every example proves: nothing is refuted, and what is undecided is exactly what `expected.json` beside its brief
//! says, with the reason. `UPDATE=1 cargo test -p tablewright --test examples` writes the expectations anew.
mod common;
use common::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is pinned of an example: claims per room, and every undecided claim with its reason.
fn told(evidence: &Value) -> Value {
    let receipts = evidence["evidence"].as_array().expect("a list");
    let mut rooms: BTreeMap<&str, u64> = BTreeMap::new();
    for receipt in receipts {
        *rooms.entry(receipt["room"].as_str().expect("a room")).or_default() += 1;
    }
    let undecided: BTreeMap<&str, &Value> = receipts
        .iter()
        .filter(|r| r["verdict"] == "undecided")
        .map(|r| (r["claim"].as_str().expect("an id"), &r["reason"]))
        .collect();
    json!({ "claims": rooms, "undecided": undecided })
}

fn proves(name: &str) {
    let place = Place::new(name);
    let home = root().join("examples").join(name);
    let ran = place.expect(0, &["prove", &text(&home.join("brief.md")), "--out", "dossier", "--quiet"]);
    let evidence = place.json("dossier/evidence.json");
    assert_eq!(claims_with(&evidence, "refuted"), Vec::<String>::new());
    let told = told(&evidence);
    println!("{name}: {}", evidence["summary"]);
    let expected = home.join("expected.json");
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        let pretty = serde_json::to_string_pretty(&told).expect("JSON") + "\n";
        std::fs::write(&expected, pretty).expect("the expectation is written");
    }
    let pinned: Value =
        serde_json::from_str(&std::fs::read_to_string(&expected).expect("expected.json")).expect("JSON");
    assert_eq!(told, pinned, "{name} is not as pinned; look at why, then pin it anew with UPDATE=1\n{}", ran.out);
}

#[test]
fn the_bank_proves_and_nothing_of_it_is_undecided() {
    proves("bank");
    let pinned = std::fs::read_to_string(root().join("examples/bank/expected.json")).expect("expected.json");
    let pinned: Value = serde_json::from_str(&pinned).expect("JSON");
    assert_eq!(pinned["undecided"], json!({}));
}

#[test]
fn the_shop_proves_as_pinned() {
    proves("shop");
}

#[test]
fn the_saas_proves_as_pinned() {
    proves("saas");
}

#[test]
fn the_hospital_proves_as_pinned() {
    proves("hospital");
}

#[test]
fn the_library_proves_as_pinned() {
    proves("library");
}

#[test]
fn every_example_is_proved_here() {
    let entries = std::fs::read_dir(root().join("examples")).expect("the examples").flatten();
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["bank", "hospital", "library", "saas", "shop"]);
}
