//! What the integration tests share.
#![allow(dead_code)] // each test binary uses its part
use std::path::Path;
use tw_lab::{Installation, Lab, LabOptions, discover};

/// Every installation to test on: all those of `TABLEWRIGHT_PG_BIN`, or else the newest that is found.
pub fn installations() -> Vec<Installation> {
    let mut found = discover(None).unwrap_or_else(|e| panic!("{e}"));
    if std::env::var_os("TABLEWRIGHT_PG_BIN").is_none() {
        found.truncate(1);
    }
    found
}

/// A lab with a database `base` that holds this script.
pub fn lab_with(installation: &Installation, script: &str) -> Lab {
    let lab = start(installation);
    lab.create_database("base", None).unwrap_or_else(|e| panic!("{e}"));
    lab.load("base", script).unwrap_or_else(|e| panic!("{e}"));
    lab
}

/// A lab.
pub fn start(installation: &Installation) -> Lab {
    Lab::start(installation, &LabOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Nothing is left of a lab: no directory, no process.
pub fn assert_gone(directory: &Path) {
    assert!(!directory.exists(), "{} is still there", directory.display());
    let left = tw_lab::process::working_in(&directory.join("data"));
    assert!(left.is_empty(), "processes {left:?} still work in {}", directory.display());
}
