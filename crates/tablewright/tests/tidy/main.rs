//! Tidy: the tests that keep the maps true. Run by plain `cargo test`.
//!
//! Each check is a function from texts to complaints, so that it can be seen to complain: beside every
//! check on the repository stands one on made-up input that must fail.
mod arrows;
mod files;
mod flaws;
mod links;
mod maps;
mod pages;
mod reasons;
mod requirements;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every text file of the repository by its path from the root, with forward slashes.
pub type Texts = BTreeMap<String, String>;

/// What holds no source of ours. `.git` is a file in a second working tree.
const SKIPPED: &[&str] = &[".git", "target", "out"];
/// What the program writes where it is told to.
const WRITTEN: &str = ".dossier";

/// The root of the repository.
pub fn root() -> PathBuf {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_dir.join("../..").canonicalize().expect("the crate lies two levels below the root")
}

/// The repository's text files.
pub fn repository() -> Texts {
    let mut texts = Texts::new();
    read(&root(), &root(), &mut texts);
    assert!(texts.len() > 20, "the repository was not found");
    texts
}

fn read(root: &Path, directory: &Path, texts: &mut Texts) {
    let entries = std::fs::read_dir(directory).expect("a directory of the repository can be listed");
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) || name.ends_with(WRITTEN) {
            continue;
        }
        if path.is_dir() {
            read(root, &path, texts);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let below = path.strip_prefix(root).expect("it was found below the root");
            texts.insert(below.to_string_lossy().replace('\\', "/"), text);
        }
    }
}

/// Made-up files.
pub fn made_up(files: &[(&str, &str)]) -> Texts {
    files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

/// Fails with every complaint at once.
pub fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// The one complaint there must be says this.
pub fn only(complaints: Vec<String>, says: &str) {
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains(says), "{complaints:?} does not say {says:?}");
}
