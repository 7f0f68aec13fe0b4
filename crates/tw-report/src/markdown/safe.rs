//! Text made safe for Markdown: nothing that a brief says is markup.
use crate::{
    text::{clean, one_line},
    words,
};
use std::fmt::Write;
use tw_model::Origin;

/// Where something comes from, the brief's words as code.
pub(crate) fn source(origin: &Origin) -> String {
    match origin {
        Origin::Brief { line, text } => format!("line {line}: {}", code(text)),
        other => rich(&words::origin(other)),
    }
}

/// A code span in a table: a pipe would end the cell there.
pub(crate) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text as a code span that holds any text, backquotes included.
pub(crate) fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return "` `".into();
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A code block whose fence no line of the body closes.
pub(crate) fn fence(out: &mut String, language: &str, body: &str) {
    let body = clean(body);
    let ticks = "`".repeat((longest_run(&body) + 1).max(3));
    let _ = write!(out, "{ticks}{language}\n{}\n{ticks}\n", body.trim_end_matches('\n'));
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A sentence: names between backquotes stay code, everything else is escaped.
pub(crate) fn rich(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(&text);
    }
    parts
        .iter()
        .enumerate()
        .map(|(i, p)| match i % 2 {
            1 if !p.trim().is_empty() => code(p),
            1 => String::new(),
            _ => escape(p),
        })
        .collect()
}

/// Plain text: no character of it means anything to Markdown or HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    // Cleaned but not trimmed: a part of a sentence keeps its spaces.
    for c in clean(text).replace('\n', " ").chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
