//! Every proof is seen to fail: for each example, every claim's twin is applied, and exactly the claims
//! that rest on what it touches are refuted.
use std::path::{Path, PathBuf};
use tw_engine::{
    design::design,
    read,
    settle::settle,
    twins::{Reach, try_twins},
};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("brief.md")
}

fn exact(name: &str) {
    let designed = design(read::brief(&example(name)).expect("the example reads"), 1);
    let settled = settle(&designed, None, None, 2, &|_| {}).expect("the example settles");
    let twins = try_twins(&settled, Reach::Every, &|_, _, _| {}).expect("the lab holds");
    eprintln!(
        "{name}: {} of {} twins refute exactly the claims they touch ({} pairs of twin and claim tried)",
        twins.exact, twins.applied, twins.pairs
    );
    let faults: Vec<String> =
        twins.faults.iter().map(|f| format!("twin of {}: {}: {}", f.twin_of, f.claim, f.what)).collect();
    assert!(twins.applied > 50, "{} twins are too few to mean anything", twins.applied);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_twin_of_the_bank_refutes_exactly_what_it_touches() {
    exact("bank");
}

#[test]
fn every_twin_of_the_shop_refutes_exactly_what_it_touches() {
    exact("shop");
}

#[test]
fn every_twin_of_the_saas_refutes_exactly_what_it_touches() {
    exact("saas");
}

#[test]
fn every_twin_of_the_hospital_refutes_exactly_what_it_touches() {
    exact("hospital");
}

#[test]
fn every_twin_of_the_library_refutes_exactly_what_it_touches() {
    exact("library");
}
