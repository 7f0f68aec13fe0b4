//! `docs/reference/flaws.md` names every rule of the rooms it speaks of, and no rule that does not exist.
use crate::{none, only, repository};

const PAGE: &str = "docs/reference/flaws.md";
/// Rooms whose rules the page lists.
const ROOMS: &[&str] =
    &["naming", "keys", "columns", "relationships", "indexing", "logical", "access", "physical", "consistency"];

/// `ids` are the rules that exist.
fn complaints(page: &str, ids: &[&str]) -> Vec<String> {
    let of = |id: &str| ROOMS.iter().any(|room| id.strip_prefix(room).is_some_and(|rest| rest.starts_with('/')));
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(|word| of(word)).collect();
    let missing = ids.iter().filter(|id| of(id) && !named.contains(id));
    let wrong = named.iter().filter(|id| !ids.contains(id));
    let missing = missing.map(|id| format!("{PAGE} does not name {id}"));
    missing.chain(wrong.map(|id| format!("{PAGE} names {id}, which is no rule"))).collect()
}

#[test]
fn the_page_of_flaws_names_the_rules_there_are() {
    let ids: Vec<&str> = tw_rooms::ROOMS.iter().flat_map(|room| room.rules).map(|rule| rule.id).collect();
    let texts = repository();
    none(complaints(texts.get(PAGE).map_or("", String::as_str), &ids));
    only(
        complaints("`indexing/prefix`", &["indexing/prefix", "access/idle-policy"]),
        "does not name access/idle-policy",
    );
    only(complaints("`indexing/prefix`", &[]), "names indexing/prefix, which is no rule");
}
