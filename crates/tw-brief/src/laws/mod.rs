//! Laws over every example brief, every example of the grammar page, and briefs made at random.
//!
//! Reading is total: whatever is done to a brief, there is a model or a diagnostic, never a panic, and
//! never silence: a change of a grammar line changes the model or is remarked upon.
mod made;
mod mutations;

use crate::{format, read};
use serde_json::Value;
use tw_model::model::Model;

const PAGE: &str = include_str!("../../../../docs/reference/brief.md");

/// Every example brief and every accepted example of the page, by name.
fn briefs() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut out: Vec<(String, String)> = vec![];
    for entry in std::fs::read_dir(root).expect("examples").flatten() {
        if let Ok(text) = std::fs::read_to_string(entry.path().join("brief.md")) {
            out.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
    }
    out.sort();
    assert!(out.len() >= 5);
    let lines: Vec<&str> = PAGE.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let fence = line.trim_end_matches("brief");
        if fence.len() < 3 || fence == *line || !fence.chars().all(|c| c == '`') {
            continue;
        }
        let end = (at + 1..lines.len()).find(|i| lines[*i] == fence).expect("closed");
        out.push((format!("page line {}", at + 1), lines[at + 1..end].join("\n") + "\n"));
    }
    assert!(out.len() > 15);
    out
}

/// The model without where its elements stood.
fn meaning(model: &Model) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("origin");
                if let Some(Value::Object(origins)) = map.get_mut("origins") {
                    origins.values_mut().for_each(|origin| *origin = Value::Null);
                }
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(model).expect("a model is data");
    strip(&mut value);
    value
}

fn same_after_format(name: &str, text: &str) {
    let formatted = format(text).unwrap_or_else(|d| panic!("{name}: {}", d[0].render(name, text)));
    assert_eq!(format(&formatted).as_ref(), Ok(&formatted), "{name}: twice is once");
    let (before, after) = (read(text), read(&formatted));
    assert_eq!(before.0.is_some(), after.0.is_some(), "{name}\n{formatted}");
    if let (Some(before), Some(after)) = (&before.0, &after.0) {
        assert_eq!(meaning(before), meaning(after), "{name}\n{formatted}");
    }
    assert_eq!(before.1.len(), after.1.len(), "{name}\n{formatted}");
}

#[test]
fn formatting_keeps_the_meaning_of_every_example() {
    for (name, text) in briefs() {
        same_after_format(&name, &text);
        same_after_format(&name, &text.replace('\n', "\r\n"));
        same_after_format(&name, &format!("\u{feff}{text}"));
    }
}

#[test]
fn what_is_written_of_a_model_says_the_same() {
    for (name, text) in briefs() {
        let (Some(model), _) = read(&text) else { continue };
        let written = crate::write(&model);
        let (again, diagnostics) = read(&written);
        let shown: String = diagnostics.iter().map(|d| d.render(&name, &written)).collect();
        let again = again.unwrap_or_else(|| panic!("{shown}\n{written}"));
        assert_eq!(meaning(&model), meaning(&again), "{name}\n{written}");
        assert_eq!(format(&written).as_ref(), Ok(&written), "{name}");
    }
}

#[test]
fn any_title_makes_a_sound_starter_brief() {
    for title in ["Corner shop", "", "  ", "a\0b", "#1 ⟦x⟧", "ünï", &"long ".repeat(100)] {
        let text = crate::starter(title);
        let (model, diagnostics) = read(&text);
        assert_eq!(diagnostics, [], "{title}");
        assert!(model.is_some_and(|m| m.gaps.is_empty() && !m.workload.is_empty()));
        assert_eq!(format(&text).as_ref(), Ok(&text));
    }
}
