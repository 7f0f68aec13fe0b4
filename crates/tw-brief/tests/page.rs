//! The grammar page is true: every example of it is read.
use tw_brief::{Severity, format, read};

const PAGE: &str = include_str!("../../../docs/reference/brief.md");

struct Example {
    line: usize,
    text: String,
    refused: Option<String>,
}

fn examples() -> Vec<Example> {
    let lines: Vec<&str> = PAGE.lines().collect();
    let mut out = vec![];
    let mut at = 0;
    while at < lines.len() {
        let info = lines[at].trim_start_matches('`');
        let fence = &lines[at][..lines[at].len() - info.len()];
        if fence.len() < 3 {
            at += 1;
            continue;
        }
        let start = at + 1;
        let end = (start..lines.len()).find(|i| lines[*i] == fence).expect("every fence is closed");
        if info.starts_with("brief") {
            let refused = (info == "brief,refused").then(|| {
                let message = lines[end + 1].strip_prefix("Refused: ");
                message.expect("a refused example is followed by its message").to_string()
            });
            assert!(info == "brief" || refused.is_some(), "line {start}: {info}");
            out.push(Example { line: start, text: lines[start..end].join("\n") + "\n", refused });
        }
        at = end + 1;
    }
    out
}

#[test]
fn every_example_of_the_page_is_accepted_or_refused_as_it_says() {
    let examples = examples();
    assert!(examples.len() > 25, "the page has its examples");
    let mut wrong = String::new();
    for example in &examples {
        let (model, diagnostics) = read(&example.text);
        let shown: String = diagnostics.iter().map(|d| d.render("brief.md", &example.text)).collect();
        match &example.refused {
            None if model.is_some() && diagnostics.is_empty() => {}
            Some(message) if model.is_none() => {
                let found: Vec<&str> = diagnostics.iter().map(|d| d.what.as_str()).collect();
                if found != [message] {
                    wrong += &format!("example at line {}: wanted `{message}`\n{shown}\n", example.line);
                }
            }
            _ => wrong += &format!("example at line {}:\n{shown}\n", example.line),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn accepted_examples_stand_in_canonical_spacing() {
    for example in examples().iter().filter(|e| e.refused.is_none()) {
        let formatted = format(&example.text).expect("it is accepted");
        assert_eq!(formatted, example.text, "example at line {}", example.line);
    }
}

#[test]
fn every_diagnostic_says_where() {
    for example in examples().iter().filter(|e| e.refused.is_some()) {
        let (_, diagnostics) = read(&example.text);
        for diagnostic in diagnostics {
            assert_eq!(diagnostic.severity, Severity::Error);
            assert!(!diagnostic.span.is_empty(), "{diagnostic:?}");
            assert!(!(diagnostic.why.is_empty() && diagnostic.help.is_empty()), "{diagnostic:?}");
        }
    }
}
