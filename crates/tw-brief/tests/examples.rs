//! The example briefs are sound: a model, no diagnostic, canonical spacing.
use std::path::PathBuf;
use tw_brief::{format, read};

fn briefs() -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut out: Vec<(String, String)> = std::fs::read_dir(root)
        .expect("the examples are there")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let text = std::fs::read_to_string(path.join("brief.md")).ok()?;
            Some((path.file_name()?.to_string_lossy().into_owned(), text))
        })
        .collect();
    out.sort();
    out
}

#[test]
fn every_example_brief_is_sound() {
    let briefs = briefs();
    assert!(briefs.iter().any(|(name, _)| name == "bank"));
    let mut wrong = String::new();
    for (name, text) in &briefs {
        let (model, diagnostics) = read(text);
        let path = format!("examples/{name}/brief.md");
        wrong.extend(diagnostics.iter().map(|d| d.render(&path, text)));
        assert!(model.is_some() || !diagnostics.is_empty());
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_example_brief_stands_in_canonical_spacing() {
    for (name, text) in &briefs() {
        assert_eq!(&format(text).expect("it is sound"), text, "{name}");
    }
}
