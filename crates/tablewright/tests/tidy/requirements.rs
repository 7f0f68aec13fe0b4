//! docs/requirements.md: every sentence of the requirements, and what answers it.
use crate::{none, only, repository};

/// The parts of the requirements, in order, and how many sentences each has. The sentences themselves
/// stand in the table; the counts are kept here so that none can be lost in an edit.
const PARTS: &[(&str, usize)] = &[
    ("1", 18),
    ("2", 1),
    ("2.1", 5),
    ("2.2", 4),
    ("2.3", 7),
    ("2.4", 14),
    ("2.5", 6),
    ("2.6", 10),
    ("2.7", 10),
    ("2.8", 15),
    ("2.9", 11),
    ("2.10", 11),
    ("2.11", 18),
    ("2.12", 86),
];

/// One row of the table.
#[derive(Debug, PartialEq)]
struct Row {
    id: String,
    sentence: String,
    room: String,
    by: String,
}

/// Rows of every table whose first cell is a sentence id.
fn rows(page: &str) -> Vec<Row> {
    let cells = |line: &str| -> Option<Vec<String>> {
        let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
        Some(inner.replace("\\|", "\u{0}").split('|').map(|c| c.trim().replace('\u{0}', "|")).collect())
    };
    page.lines()
        .filter_map(cells)
        .filter(|c| c.len() == 4 && c[0].starts_with(|d: char| d.is_ascii_digit()))
        .map(|c| {
            let [id, sentence, room, by]: [String; 4] = c.try_into().expect("four cells were counted");
            Row { id, sentence, room, by }
        })
        .collect()
}

/// Ids run without gap or repeat, part by part; every part has its sentences; no sentence stands twice
/// within a part.
fn ordered(rows: &[Row], parts: &[(&str, usize)]) -> Vec<String> {
    let wanted: Vec<String> = parts.iter().flat_map(|(part, n)| (1..=*n).map(move |i| format!("{part}-{i}"))).collect();
    let given: Vec<&String> = rows.iter().map(|r| &r.id).collect();
    let mut complaints: Vec<String> = wanted
        .iter()
        .filter(|w| given.iter().filter(|g| **g == *w).count() != 1)
        .map(|w| format!("{w} must stand in the table once"))
        .collect();
    complaints.extend(
        given.iter().filter(|g| !wanted.contains(g)).map(|g| format!("{g} is not a sentence of the requirements")),
    );
    if complaints.is_empty() && given.iter().zip(&wanted).any(|(g, w)| *g != w) {
        complaints.push("the rows are out of order".into());
    }
    complaints
}

/// What a row may say. `rooms` are room ids with their kinds of claim.
fn answered(rows: &[Row], rooms: &[(&str, Vec<String>)]) -> Vec<String> {
    let mut complaints = vec![];
    for row in rows {
        let id = &row.id;
        if row.sentence.len() < 5 {
            complaints.push(format!("{id}: no sentence"));
        }
        if let Some(planned) = row.room.strip_prefix("*not yet*: ") {
            if planned.trim().is_empty() {
                complaints.push(format!("{id}: not yet, in which room?"));
            }
            if !row.by.is_empty() {
                complaints.push(format!("{id}: not yet, and yet `{}` answers it", row.by));
            }
        } else if row.room == "-" {
            if row.by.is_empty() {
                complaints.push(format!("{id}: say why nothing answers it"));
            }
        } else if row.room == "crates" {
            if row.by.is_empty() {
                complaints.push(format!("{id}: which part of the program answers it?"));
            }
        } else {
            let named: Vec<&str> = row.room.split(", ").collect();
            for room in named.iter().filter(|n| !rooms.iter().any(|(id, _)| id == *n)) {
                complaints.push(format!("{id}: there is no room {room}"));
            }
            let kinds: Vec<&str> = row.by.split('`').skip(1).step_by(2).collect();
            if kinds.is_empty() && !row.by.contains("decision") {
                complaints.push(format!("{id}: name a kind of claim, or the decision that answers it"));
            }
            for kind in kinds {
                let (room, _) = kind.split_once('/').unwrap_or((kind, ""));
                let known = rooms.iter().any(|(_, kinds)| kinds.iter().any(|k| k == kind));
                if !known || !named.contains(&room) {
                    complaints.push(format!("{id}: {} makes no claim of the kind `{kind}`", row.room));
                }
            }
        }
    }
    complaints
}

/// Kinds of claim that answer no sentence: built without being asked for, or a row forgot them.
fn unasked(rows: &[Row], rooms: &[(&str, Vec<String>)]) -> Vec<String> {
    let all = rooms.iter().flat_map(|(_, kinds)| kinds);
    let silent = all.filter(|kind| !rows.iter().any(|r| r.by.contains(&format!("`{kind}`"))));
    silent.map(|kind| format!("`{kind}` answers no sentence of the requirements")).collect()
}

fn our_rooms() -> Vec<(&'static str, Vec<String>)> {
    let kinds = |r: &tw_rooms::room::Room| r.kinds.iter().map(|(kind, _)| format!("{}/{kind}", r.id)).collect();
    tw_rooms::ROOMS.iter().map(|r| (r.id, kinds(r))).collect()
}

fn row(id: &str, room: &str, by: &str) -> Row {
    Row { id: id.into(), sentence: "Every table must have a key.".into(), room: room.into(), by: by.into() }
}

#[test]
fn every_sentence_of_the_requirements_stands_in_the_table_once_and_in_order() {
    let texts = repository();
    let page = texts.get("docs/requirements.md").expect("docs/requirements.md exists");
    none(ordered(&rows(page), PARTS));
    let parts = [("2.1", 2)];
    only(ordered(&[row("2.1-1", "-", "")], &parts), "2.1-2 must stand");
    only(ordered(&[row("2.1-2", "-", ""), row("2.1-1", "-", "")], &parts), "out of order");
    only(ordered(&[row("2.1-1", "-", ""), row("2.1-2", "-", ""), row("2.1-3", "-", "")], &parts), "2.1-3 is not");
    let read = rows("| id | sentence | room | by |\n|---|---|---|---|\n| 2.1-1 | a \\| b | keys | `keys/primary` |\n");
    assert_eq!(
        read,
        [Row { id: "2.1-1".into(), sentence: "a | b".into(), room: "keys".into(), by: "`keys/primary`".into() }]
    );
}

#[test]
fn every_answer_in_the_table_exists() {
    let texts = repository();
    none(answered(&rows(&texts["docs/requirements.md"]), &our_rooms()));
    let rooms = [("keys", vec!["keys/primary".to_string()])];
    only(answered(&[row("2.5-1", "keys", "`keys/unique`")], &rooms), "no claim of the kind `keys/unique`");
    only(answered(&[row("2.5-1", "locks", "decision")], &rooms), "there is no room locks");
    only(answered(&[row("2.5-1", "keys", "")], &rooms), "name a kind of claim");
    only(answered(&[row("2.5-1", "*not yet*: physical", "`keys/primary`")], &rooms), "not yet, and yet");
    only(answered(&[row("2.5-1", "-", "")], &rooms), "say why");
    none(answered(&[row("2.5-1", "keys", "`keys/primary`"), row("2.5-2", "*not yet*: physical", "")], &rooms));
}

#[test]
fn every_kind_of_claim_answers_a_sentence() {
    let texts = repository();
    none(unasked(&rows(&texts["docs/requirements.md"]), &our_rooms()));
    let rooms = [("keys", vec!["keys/primary".to_string(), "keys/unique".to_string()])];
    only(unasked(&[row("2.5-1", "keys", "`keys/primary`")], &rooms), "`keys/unique`");
}
