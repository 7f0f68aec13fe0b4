//! The collection of real schemas that tests read when it is there.
use std::path::PathBuf;

/// Where the collection of real schemas is: `TABLEWRIGHT_CORPUS`, or beside the clone.
pub fn directory() -> PathBuf {
    match std::env::var_os("TABLEWRIGHT_CORPUS") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas"),
    }
}

/// The scripts of an entry in order: a file, or a directory of migrations; none when it is not there.
pub fn scripts(entry: &str) -> Option<Vec<String>> {
    let path = directory().join(entry);
    if path.is_file() {
        return std::fs::read_to_string(path).ok().map(|s| vec![s]);
    }
    let mut steps: Vec<PathBuf> = std::fs::read_dir(path)
        .ok()?
        .filter_map(|e| Some(e.ok()?.path().join("up.sql")))
        .filter(|p| p.is_file())
        .collect();
    steps.sort();
    steps.iter().map(|p| std::fs::read_to_string(p).ok()).collect()
}
