//! Every proof is seen to fail: for each example, every claim's twin is applied, and exactly the claims
//! that rest on what it touches are refuted.
use std::path::{Path, PathBuf};
use tw_engine::{
    design::design,
    read,
    settle::settle,
    twins::{Reach, Twins, try_twins},
};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).join("brief.md")
}

fn twins(name: &str, reach: Reach) -> Twins {
    let designed = design(read::brief(&example(name)).expect("the example reads"), 1);
    let settled = settle(&designed, None, None, 2, &|_| {}).expect("the example settles");
    let twins = try_twins(&settled, reach, &|_, _, _| {}).expect("the lab holds");
    eprintln!(
        "{name}: {} of {} twins refute exactly the claims they touch ({} pairs of twin and claim tried)",
        twins.exact, twins.applied, twins.pairs
    );
    assert!(twins.applied > 50, "{} twins are too few to mean anything", twins.applied);
    twins
}

fn faults(twins: &Twins) -> Vec<String> {
    twins.faults.iter().map(|f| format!("twin of {}: {}: {}", f.twin_of, f.claim, f.what)).collect()
}

#[test]
fn every_twin_of_the_bank_refutes_exactly_what_it_touches() {
    let twins = twins("bank", Reach::Every);
    assert_eq!(faults(&twins), [""; 0]);
}

/// Each claim's own twin refutes it, but for the claims in `known`, whose twins are not strong enough yet: the
/// list may only shrink.
fn own(name: &str, known: &[&str]) {
    let twins = twins(name, Reach::Every);
    let failing: Vec<&str> = twins.faults.iter().map(|f| f.twin_of.as_str()).collect();
    assert_eq!(failing, known, "{}", faults(&twins).join("\n"));
}

#[test]
fn each_twin_of_the_shop_refutes_its_claim() {
    own("shop", SHOP);
}

#[test]
fn each_twin_of_the_saas_refutes_its_claim() {
    own("saas", SAAS);
}

#[test]
fn each_twin_of_the_hospital_refutes_its_claim() {
    own("hospital", HOSPITAL);
}

#[test]
fn each_twin_of_the_library_refutes_its_claim() {
    own("library", LIBRARY);
}

const SHOP: &[&str] = &[];
const SAAS: &[&str] = &["access/prepared sign_in", "indexing/bounded inbox"];
// Its query asks for the present moment, and the sample ends at a fixed one: both sides find nothing.
const HOSPITAL: &[&str] = &["logical/answers in_ward_now"];
const LIBRARY: &[&str] = &["access/prepared lend", "indexing/bounded find_books"];
