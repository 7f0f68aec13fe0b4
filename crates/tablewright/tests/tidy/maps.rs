//! Names in the maps (GLOSSARY, ARCHITECTURE, CONTRIBUTING, concepts, decision notes) exist.
use crate::{Texts, links::exists, made_up, none, only, repository};

const MAPS: &[&str] = &["GLOSSARY.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

fn is_map(path: &str) -> bool {
    let note = path.starts_with("docs/concepts/") || path.starts_with("docs/decisions/");
    MAPS.contains(&path) || (note && path.ends_with(".md"))
}

/// Names in single backticks that mean code (`tw_model::claim::Claim`) or files (`crates/tw-lab/src/lib.rs`).
fn missing(texts: &Texts) -> Vec<String> {
    let mut complaints = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| is_map(path)) {
        for name in quoted(text) {
            let found = if let Some((krate, rest)) = name.split_once("::").filter(|(c, _)| ours(c)) {
                defines(texts, krate, rest)
            } else if looks_like_a_path(name) {
                exists(texts, name)
            } else {
                true
            };
            if !found {
                complaints.push(format!("{path}: `{name}` does not exist"));
            }
        }
    }
    complaints
}

fn ours(krate: &str) -> bool {
    krate.starts_with("tw_") || krate == "tablewright"
}

/// Starts with a directory of the repository, or is one of its own files.
fn looks_like_a_path(name: &str) -> bool {
    let tops = ["crates/", "docs/", "examples/", "journeys/"];
    !name.contains(['*', '<', ' ', '{']) && tops.iter().any(|top| name.starts_with(top))
}

/// Text between single backticks, outside fences.
fn quoted(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut out = vec![];
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.extend(line.split('`').skip(1).step_by(2));
        }
    }
    out
}

/// The crate defines the last name of the path, and each name before it is a module, type or room of it.
fn defines(texts: &Texts, krate: &str, rest: &str) -> bool {
    let source = format!("crates/{}/src/", krate.replace('_', "-"));
    let files: Vec<(&String, &String)> =
        texts.iter().filter(|(p, _)| p.starts_with(&source) && p.ends_with(".rs")).collect();
    rest.trim_end_matches("()").split("::").all(|name| files.iter().any(|(path, text)| names(path, text, name)))
}

/// The file is the module, or defines the item, the method, the field or the variant.
fn names(path: &str, text: &str, name: &str) -> bool {
    let module = path.ends_with(&format!("/{name}.rs")) || path.ends_with(&format!("/{name}/mod.rs"));
    let item = ["struct", "enum", "fn", "const", "static", "type", "trait", "mod"];
    let defined = item.iter().any(|kind| {
        text.match_indices(&format!("{kind} {name}"))
            .any(|(at, found)| !text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    let variant = text.lines().any(|l| {
        let l = l.trim();
        l.strip_prefix(name).is_some_and(|r| r.starts_with([',', ' ', '(', '{']) || r.is_empty())
    });
    module || defined || variant
}

#[test]
fn names_in_the_maps_exist() {
    let texts = repository();
    for map in MAPS {
        assert!(texts.contains_key(*map), "{map} is missing");
    }
    none(missing(&texts));
    let code = ("crates/tw-model/src/claim.rs", "pub struct Claim {\n}\npub enum Verdict {\n    Held,\n}\n");
    let map = |text: &'static str| made_up(&[code, ("GLOSSARY.md", text)]);
    only(missing(&map("`tw_model::claim::Claims`")), "`tw_model::claim::Claims` does not exist");
    only(missing(&map("`tw_model::gone::Claim`")), "does not exist");
    only(missing(&map("`crates/tw-model/src/gone.rs`")), "does not exist");
    none(missing(&map("`tw_model::claim::Claim` `tw_model::claim::Verdict::Held` `crates/tw-model` `select 1`")));
}
