//! Every room has its page, in the same shape, and says there what it claims.
use crate::{Texts, made_up, none, only, repository};

/// Headings of a room's page, in order; a room may have more of its own before the sources.
const HEADINGS: &[&str] = &["What", "Why it matters", "Decisions", "Claims"];
const LAST: &str = "Sources";

fn pages(texts: &Texts) -> Vec<String> {
    let mut complaints = vec![];
    for folder in rooms(texts) {
        let page = format!("{folder}/README.md");
        let Some(text) = texts.get(&page) else {
            complaints.push(format!("{folder}: no README.md"));
            continue;
        };
        let headings: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("## ")).map(str::trim).collect();
        if !headings.starts_with(HEADINGS) || headings.last() != Some(&LAST) {
            complaints.push(format!("{page}: headings are {headings:?}, not {HEADINGS:?} ... {LAST}"));
        }
    }
    complaints
}

/// Folders whose mod.rs holds a `ROOM`.
fn rooms(texts: &Texts) -> Vec<String> {
    let holds = |path: &str, text: &str| {
        path.starts_with("crates/tw-rooms/src/") && path.ends_with("/mod.rs") && text.contains("const ROOM: Room")
    };
    let found = texts.iter().filter(|(path, text)| holds(path, text));
    found.filter_map(|(path, _)| Some(path.strip_suffix("/mod.rs")?.to_string())).collect()
}

/// Every kind of claim of a room stands on its page in backticks.
fn kinds_told(id: &str, page: &str, kinds: &[(&str, &str)]) -> Vec<String> {
    let told = |kind: &str| page.contains(&format!("`{kind}`")) || page.contains(&format!("`{id}/{kind}`"));
    let silent = kinds.iter().filter(|(kind, _)| !told(kind));
    silent.map(|(kind, _)| format!("the page of {id} does not tell of `{kind}`")).collect()
}

#[test]
fn every_room_has_a_page_with_the_same_headings() {
    let texts = repository();
    assert!(rooms(&texts).len() >= tw_rooms::ROOMS.len() / 2, "rooms were not found");
    none(pages(&texts));
    let room = ("crates/tw-rooms/src/keys/mod.rs", "pub const ROOM: Room = Room {};");
    only(pages(&made_up(&[room])), "keys: no README.md");
    let page = ("crates/tw-rooms/src/keys/README.md", "# Keys\n## What\n## Claims\n");
    only(pages(&made_up(&[room, page])), "headings are");
}

#[test]
fn every_kind_of_claim_is_told_of_on_its_rooms_page() {
    none(tw_rooms::ROOMS.iter().flat_map(|r| kinds_told(r.id, r.page, r.kinds)).collect());
    only(kinds_told("keys", "| `primary` |", &[("primary", ""), ("unique", "")]), "`unique`");
}
