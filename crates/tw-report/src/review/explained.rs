//! A rule's page for a terminal: what the flaw is, why it matters, what to do, when to accept it, examples.
use super::terminal::{bold, indented};
use crate::text::clean;
use tw_model::finding::RuleNote;

/// The page in words.
pub fn explained(rule: &RuleNote, width: usize, colour: bool) -> String {
    let mut out = format!("{} ({})\n", bold(&rule.id, colour), rule.severity.word());
    let (mut paragraph, mut fenced) = (String::new(), false);
    let (mut finds, mut passes) = (vec![], vec![]);
    let mut into = &mut finds;
    for line in rule.page.lines() {
        if let Some(words) = line.strip_prefix("```") {
            fenced = !fenced;
            into = if words.ends_with("finds") { &mut finds } else { &mut passes };
            if fenced {
                into.push(String::new());
            }
        } else if fenced {
            if let Some(example) = into.last_mut() {
                *example += &format!("  {}\n", clean(line));
            }
        } else if line.is_empty() || line.starts_with("## ") {
            out += &indented_or_none(&std::mem::take(&mut paragraph), width);
            if let Some(heading) = line.strip_prefix("## ") {
                out += &format!("\n{}\n", bold(heading, colour));
            }
        } else {
            paragraph += &format!("{line} ");
        }
    }
    out += &indented_or_none(&paragraph, width);
    for (heading, examples) in [("It finds", finds), ("It stays silent at", passes)] {
        if !examples.is_empty() {
            out += &format!("\n{}\n{}", bold(heading, colour), examples.join("\n"));
        }
    }
    out
}

fn indented_or_none(text: &str, width: usize) -> String {
    if text.trim().is_empty() { String::new() } else { indented(text, 2, width) }
}
