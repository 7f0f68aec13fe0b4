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

/// Every twin refutes exactly what it touches, as far as the reach goes.
fn exact(name: &str, reach: Reach) {
    exact_of(&example(name), reach);
}

fn exact_of(brief: &Path, reach: Reach) {
    let name = brief.display();
    let designed = design(read::brief(brief).expect("the example reads"), 1);
    let settled = settle(&designed, None, None, 2, &|_| {}).expect("the example settles");
    let twins = try_twins(&settled, reach, &|_, _, _| {}).expect("the lab holds");
    eprintln!(
        "{name}: {} of {} twins refute exactly the claims they touch: {:.2} % ({} pairs of twin and claim tried)",
        twins.exact,
        twins.applied,
        100.0 * twins.exact as f64 / twins.applied.max(1) as f64,
        twins.pairs
    );
    assert!(twins.applied > 50, "{} twins are too few to mean anything", twins.applied);
    assert!(twins.pairs > 2 * twins.applied, "{} pairs are too few", twins.pairs);
    let faults: Vec<String> =
        twins.faults.iter().map(|f| format!("twin of {}: {}: {}", f.twin_of, f.claim, f.what)).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert_eq!(twins.exact, twins.applied);
}

#[test]
fn every_twin_of_the_bank_refutes_exactly_what_it_touches() {
    exact("bank", Reach::Every);
}

#[test]
fn every_twin_of_the_shop_refutes_exactly_what_it_touches() {
    exact("shop", Reach::Share);
}

#[test]
fn every_twin_of_the_saas_refutes_exactly_what_it_touches() {
    exact("saas", Reach::Share);
}

#[test]
fn every_twin_of_the_hospital_refutes_exactly_what_it_touches() {
    exact("hospital", Reach::Share);
}

#[test]
fn every_twin_of_the_library_refutes_exactly_what_it_touches() {
    exact("library", Reach::Share);
}

#[test]
fn every_twin_of_partitioned_tables_refutes_exactly_what_it_touches() {
    exact_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/briefs/letters.md"), Reach::Share);
}
