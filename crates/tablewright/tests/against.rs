//! A schema that somebody broke by hand is refuted: the right claim, with the line of the brief it came from.
mod common;
use common::*;

struct Case {
    what: String,
    /// (file, statement) to append.
    edits: Vec<(String, String)>,
    refuted: Vec<String>,
}

fn cases() -> Vec<Case> {
    let list = std::fs::read_to_string(journey("against.txt")).expect("the list of cases");
    let mut cases: Vec<Case> = vec![];
    for line in list.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (word, rest) = line.split_once(": ").unwrap_or_else(|| panic!("no `word: text` in {line:?}"));
        if word == "case" {
            cases.push(Case { what: rest.into(), edits: vec![], refuted: vec![] });
            continue;
        }
        let case = cases.last_mut().expect("a case comes first");
        match word {
            "refuted" => case.refuted.push(rest.into()),
            "schema.sql" | "roles.sql" => case.edits.push((word.into(), rest.into())),
            _ => panic!("{word:?} is no word of a case"),
        }
    }
    cases
}

/// The dossier refutes exactly these, blocks only what presumes them, and names the brief's line of each.
fn walk(case: &Case, designed: &Place) {
    let place = Place::new("against");
    std::fs::create_dir(place.at("theirs")).expect("a directory");
    for name in ["schema.sql", "roles.sql"] {
        let mut sql = designed.read(&format!("designed/{name}"));
        for (_, statement) in case.edits.iter().filter(|(file, _)| file == name) {
            sql += &format!("\n{statement}\n");
        }
        place.write(&format!("theirs/{name}"), &sql);
    }
    let code = i32::from(!case.refuted.is_empty());
    let brief = text(&journey("kiosk.md"));
    let ran = place.expect(code, &["prove", &brief, "--against", "theirs", "--out", "dossier", "--quiet"]);
    let evidence = place.json("dossier/evidence.json");
    assert_eq!(claims_with(&evidence, "refuted"), case.refuted, "{}\n{}", case.what, ran.out);
    for receipt in evidence["evidence"].as_array().expect("a list") {
        if receipt["verdict"] == "undecided" {
            let reason = receipt["reason"].as_str().expect("an undecided claim says why");
            let blocker = reason.strip_prefix("blocked by: ").unwrap_or_else(|| panic!("{}: {receipt}", case.what));
            assert!(case.refuted.iter().any(|r| r == blocker), "{}: {receipt}", case.what);
        }
        if receipt["verdict"] == "refuted" {
            let claim = receipt["claim"].as_str().expect("an id");
            // What the brief does not say is an assumption, and told as one.
            let said = receipt["origin"]["line"].as_u64();
            let place = said.map_or("assumed: ".to_string(), |line| format!("line {line}"));
            assert!(ran.out.contains(claim) && ran.out.contains(&place), "no {claim} with {place} in\n{}", ran.out);
        }
    }
    // What was tried is what the dossier keeps, so it can be replayed: the break shows again.
    assert_eq!(place.read("dossier/schema.sql"), place.read("theirs/schema.sql"));
    assert_eq!(place.read("dossier/roles.sql"), place.read("theirs/roles.sql"));
}

#[test]
fn each_break_is_refuted_by_exactly_the_claims_about_it() {
    let designed = Place::new("designed");
    designed.expect(0, &["design", &text(&journey("kiosk.md")), "--out", "designed"]);
    let cases = cases();
    assert!(cases.len() > 7 && cases.iter().any(|c| c.refuted.is_empty()));
    for case in &cases {
        walk(case, &designed);
        println!("{}: {} refuted", case.what, case.refuted.len());
    }
}

#[test]
fn a_broken_dossier_replays_to_the_same_verdicts_and_a_file_alone_will_do() {
    let place = Place::new("replayed");
    let brief = text(&journey("kiosk.md"));
    place.expect(0, &["design", &brief, "--out", "designed"]);
    let broken = place.read("designed/schema.sql") + "\nALTER TABLE purchases DROP CONSTRAINT chk_purchases_total;\n";
    // Without a roles.sql beside it, the designed roles count.
    place.write("broken.sql", &broken);
    place.expect(1, &["prove", &brief, "--against", "broken.sql", "--out", "dossier", "--quiet"]);
    let evidence = place.json("dossier/evidence.json");
    assert_eq!(claims_with(&evidence, "refuted"), ["columns/check Purchase.total"]);
    assert_eq!(place.read("dossier/roles.sql"), place.read("designed/roles.sql"));
    place.expect(0, &["verify", "dossier", "--quiet"]);
}

#[test]
fn a_statement_that_the_server_refuses_is_told_with_its_line() {
    let place = Place::new("refused");
    let brief = text(&journey("kiosk.md"));
    place.expect(0, &["design", &brief, "--out", "designed"]);
    let sql = place.read("designed/schema.sql") + "\nCREATE TABLE customers (id int);\n";
    let line = sql.lines().count();
    place.write("twice.sql", &sql);
    // Every claim about keys holds, and yet the script is not what was designed.
    let ran =
        place.expect(1, &["prove", &brief, "--against", "twice.sql", "--out", "dossier", "--quiet", "--only", "keys"]);
    assert!(ran.out.contains("twice.sql") && ran.out.contains(&format!("line {line}")), "{}", ran.out);
    assert!(ran.out.contains("42P07"), "{}", ran.out);
}
