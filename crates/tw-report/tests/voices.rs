//! Markdown and terminal: the same things told in the same words, safe and the same twice.
mod fixture;

use fixture::{HOSTILE, dossier, every_step, review, told};
use tw_model::dossier::ITEMS;
use tw_report::{html, markdown, progress, terminal, text::columns, words};

#[test]
fn markdown_tells_every_item_and_claim_in_order() {
    let text = markdown(&dossier());
    let mut at = 0;
    for (number, title) in ITEMS {
        let heading = format!("\n## {number} {title}\n");
        at += text[at..].find(&heading).unwrap_or_else(|| panic!("{heading}"));
    }
    for (claim, _) in told() {
        assert!(text.contains(&claim.id.0), "{}", claim.id);
    }
    assert_eq!(text, markdown(&dossier()));
}

#[test]
fn markdown_lets_no_markup_of_others_through() {
    for text in [markdown(&dossier()), tw_report::review::markdown(&review::hostile())] {
        without_markup(&text);
    }
}

fn without_markup(text: &str) {
    let mut fence = String::new();
    for line in text.lines() {
        if fence.is_empty() && line.starts_with("```") {
            fence = line.chars().take_while(|c| *c == '`').collect();
        } else if !fence.is_empty() && line == fence {
            fence.clear();
        } else if fence.is_empty() {
            let outside: String = outside_code(line);
            assert!(!outside.contains('<') || outside.contains("\\<"), "{line}");
            assert!(!outside.contains("[link](") || outside.contains("\\[link\\]("), "{line}");
        }
    }
    assert!(fence.is_empty(), "a fence is open at the end");
}

/// A line without its code spans.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let body = at + ticks.len();
        if at > 0 && rest.as_bytes()[at - 1] == b'\\' {
            out.push_str(&rest[..body]);
            rest = &rest[body..];
            continue;
        }
        out.push_str(&rest[..at]);
        let Some(end) = rest[body..].find(&ticks) else {
            break;
        };
        rest = &rest[body + end + ticks.len()..];
    }
    out + rest
}

#[test]
fn the_terminal_stays_within_its_width_and_sends_no_escape_of_the_brief() {
    for width in [40, 60, 80, 100] {
        let plain = terminal(&dossier(), width, false);
        assert!(!plain.contains('\u{1b}') && !plain.contains('\u{202e}'));
        for line in plain.lines().skip(2) {
            assert!(columns(line) <= width, "{width}: {line}");
        }
        let coloured = terminal(&dossier(), width, true);
        assert!(coloured.contains("\u{1b}[1;31m✗ refuted\u{1b}[0m"));
        assert_eq!(strip_ansi(&coloured), plain, "colour carries nothing else");
    }
    assert!(HOSTILE.contains('\u{1b}'));
}

fn strip_ansi(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, r)| r);
    }
    out + rest
}

#[test]
fn the_terminal_names_the_step_that_went_otherwise() {
    let text = terminal(&dossier(), 80, false);
    let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle} not in\n{text}"));
    assert!(at("✗ refuted  columns/check Account.balance") < at("line 23: - balance: money = 0.00"));
    assert!(at("step 2, the owner: INSERT INTO accounts") < at("expected  must be refused with 23514"));
    assert!(at("expected  must be refused") < at("happened  was accepted and touched 1 row"));
    assert!(at("happened") < at("? undecided  blocked by, 1 claim"));
    assert!(at("? undecided  timed out") < at("What to do next"));
    assert!(at("✓ 3") < at("✗ refuted"));
    for number in ["2.4", "2.9", "2.12"] {
        let line = text.lines().find(|l| l.trim_start().starts_with(number)).expect("there");
        assert!(line.contains("not designed yet"), "{line}");
    }
}

#[test]
fn all_voices_use_the_same_words() {
    let page = html(&dossier()).replace("<code>", "`").replace("</code>", "`");
    for (step, outcome) in every_step() {
        for said in [words::expectation(&step.expect), words::outcome(&outcome)] {
            let first = said.split(['<', '&', '"', '\'', '`']).next().unwrap_or("");
            assert!(!first.is_empty() && page.contains(first), "{said}");
        }
    }
    for order in tw_report::arrange::next(&dossier()) {
        let start: String = order.chars().take_while(|c| *c != '`').take(30).collect();
        assert!(markdown(&dossier()).contains(&start), "{start}");
        assert!(page.contains(&start), "{start}");
        let words: Vec<&str> = start.split_whitespace().take(3).collect();
        assert!(terminal(&dossier(), 100, false).contains(&words.join(" ")), "{start}");
    }
}

#[test]
fn progress_fits_its_line() {
    for (done, total) in [(0, 0), (0, 400), (123, 400), (400, 400), (7, 3)] {
        for width in [30, 80] {
            let line = progress(
                done,
                total,
                "indexing/query-bounded 四五六 \u{1b}[2J and more and more and more",
                width,
                false,
            );
            assert!(columns(&line) <= width, "{line}");
            assert!(!line.contains('\u{1b}') && !line.contains('\n'));
        }
    }
}

#[test]
fn a_review_in_a_terminal_tells_the_story_first_and_keeps_the_width() {
    for width in [40, 72, 120] {
        for review in [review::hostile(), review::large(60)] {
            let text = tw_report::review::terminal(&review, width, false);
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
            // Statements are to be copied, so they are not broken; what a refused statement looked like neither.
            for line in text.lines().skip(1).filter(|l| !l.starts_with("      ")) {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }
    let review = review::large(60);
    let text = tw_report::review::terminal(&review, 100, false);
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is not in\n{text}"));
    assert!(text.starts_with(
        "schema.sql: 60 tables; 3 errors, 180 warnings, 180 notes\n\n  ✗ error        3  keys/no-primary"
    ));
    assert!(at("! warning     60  columns/time-without-zone") < at("· note        60  columns/money-in-float"));
    assert!(at("\nkeys\n") < at("\ncolumns\n") && at("and 56 more") < at("\nWhat to do next\n"));
    assert!(text.contains("[line 7]") && text.contains("each shown on PostgreSQL 15.18, and gone once mended"));
    let coloured = tw_report::review::terminal(&review, 100, true);
    assert_ne!(coloured, text);
    assert_eq!(strip_ansi(&coloured), text, "colour adds nothing else");
}

#[test]
fn a_rule_is_explained_in_the_width_with_its_examples() {
    let note = &review::large(2).rules[0];
    let text = tw_report::review::explained(note, 50, false);
    assert!(text.starts_with("columns/money-in-float (note)\n  It is wrong.\n\nWhat\n  It is so.\n"), "{text}");
    assert!(text.contains("\nIt finds\n  create table t (a int);\n") && !text.contains("It stays silent"), "{text}");
    assert!(text.lines().all(|l| columns(l) <= 50) && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_review_in_markdown_begins_with_its_rules() {
    let text = tw_report::review::markdown(&review::large(60));
    let table = "# Review\n\nschema.sql: 60 tables; 3 errors, 180 warnings, 180 notes\n\n| severity | findings | rule | |\n|---|---:|---|---|\n| ✗ error | 3 | `keys/no-primary` | It is wrong |\n";
    assert!(text.starts_with(table), "{text}");
}

#[test]
fn a_finding_of_a_live_database_stands_where_its_table_begins() {
    let mut review = review::large(3);
    review.findings.truncate(3);
    for finding in &mut review.findings {
        finding.origin = tw_model::Origin::Catalogue { object: finding.subject.path.clone() };
    }
    let log: serde_json::Value = serde_json::from_str(&tw_report::review::sarif(&review, "1")).expect("JSON");
    let schema = tw_model::print::print(&review.schema);
    for (n, result) in log["runs"][0]["results"].as_array().expect("a list").iter().enumerate() {
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "schema.sql");
        let line = place["region"]["startLine"].as_u64().expect("a line") as usize;
        assert_eq!(schema.lines().nth(line - 1), Some(format!("CREATE TABLE public.table_number_{n:04} (").as_str()));
    }
}
