//! The canonical spacing of a brief.
//!
//! Grammar lines are spaced anew word by word; SQL inside them, prose, comments and fenced blocks stay as
//! they are. Lines that the author broke stay broken, indented by two spaces (four under `>`).
use crate::document::{Block, Kind, blocks};
use crate::lex::{Token, TokenKind, dash_length, tokens};
use crate::syntax::Brief;
use crate::text::{Lines, Text};
use std::ops::Range;

/// The text in canonical spacing; `brief` tells where SQL stands.
pub(crate) fn format(lines: &Lines, brief: &Brief) -> String {
    let mut out = String::new();
    let mut previous: Option<&Block> = None;
    let mut blank = false;
    let blocks = blocks(lines, &mut vec![]);
    for block in &blocks {
        if block.kind == Kind::Blank {
            blank = true;
            continue;
        }
        if let Some(previous) = previous {
            let same = std::mem::discriminant(&previous.kind) == std::mem::discriminant(&block.kind);
            let apart = !same || matches!(block.kind, Kind::Heading { .. });
            if blank || apart {
                out.push('\n');
            }
        }
        print(lines, brief, block, &mut out);
        previous = Some(block);
        blank = false;
    }
    out
}

fn print(lines: &Lines, brief: &Brief, block: &Block, out: &mut String) {
    let none = vec![];
    let sql = brief.sql.get(&block.lines.start).unwrap_or(&none);
    match &block.kind {
        Kind::Blank => {}
        Kind::Heading { level, text } => {
            out.push_str(&"#".repeat(*level));
            if !text.text.is_empty() {
                out.push(' ');
            }
            match level {
                3 => grammar(text, sql, true, out),
                _ => out.push_str(&text.text),
            }
            out.push('\n');
        }
        Kind::Item { text, statements } => {
            out.push_str("- ");
            grammar(text, sql, false, out);
            out.push('\n');
            for statement in statements {
                out.push_str("  > ");
                verbatim(statement, 0..statement.text.len(), "      ", out);
                out.push('\n');
            }
        }
        Kind::Quote | Kind::Prose | Kind::Comment | Kind::Fence { .. } => {
            for index in block.lines.clone() {
                out.push_str(lines.line(index));
                out.push('\n');
            }
        }
    }
}

/// A grammar line, spaced anew.
fn grammar(text: &Text, sql: &[Range<usize>], heading: bool, out: &mut String) {
    let words = tokens(text);
    let mut glued: Vec<bool> = vec![];
    let mut previous: Option<Token> = None;
    let mut index = 0;
    while let Some(token) = words.get(index).copied() {
        let inside = sql.iter().find(|r| r.start <= token.start && token.start < r.end);
        let word = &text.text[token.start..token.end];
        if let Some(last) = previous {
            if text.breaks.iter().any(|b| last.end <= *b && *b < token.start) {
                out.push_str("\n  ");
            } else {
                let near = Near {
                    last: &text.text[last.start..last.end],
                    last_kind: last.kind,
                    word,
                    kind: token.kind,
                    next: words.get(index + 1).map_or("", |t| &text.text[t.start..t.end]),
                    named: heading && index == 1,
                    glued: glued.last().copied().unwrap_or(false),
                };
                if near.spaced() {
                    out.push(' ');
                }
            }
        }
        if let Some(range) = inside {
            verbatim(text, range.clone(), "    ", out);
            let past = words.iter().position(|t| t.start >= range.end).unwrap_or(words.len());
            previous = words.get(past.saturating_sub(1)).copied();
            index = past.max(index + 1);
            continue;
        }
        match word {
            "(" => glued.push(!out.ends_with(' ')),
            ")" => {
                glued.pop();
            }
            _ => {}
        }
        if token.kind == TokenKind::Prose {
            out.push_str("— ");
            let start = token.start + dash_length(word);
            verbatim(text, start..token.end, "  ", out);
        } else {
            verbatim(text, token.start..token.end, "  ", out);
        }
        previous = Some(token);
        index += 1;
    }
}

/// A word and its neighbours.
struct Near<'a> {
    last: &'a str,
    last_kind: TokenKind,
    word: &'a str,
    kind: TokenKind,
    next: &'a str,
    /// The word follows the name of a heading.
    named: bool,
    /// The parentheses around it touch the word before them.
    glued: bool,
}

/// Words that keep their distance from a parenthesis after them.
const APART: &[&str] = &["key", "in", "unique", "tenant", "check", "subtypes", "overlap", "as", "where", "nocase"];

impl Near<'_> {
    fn spaced(&self) -> bool {
        let number = |kind: TokenKind| kind == TokenKind::Number;
        match (self.last, self.word) {
            (_, "," | ";" | ":" | "." | ")" | "]" | "%" | "/" | "..") => false,
            ("(" | "[" | "." | "/" | "..", _) => false,
            (_, "-->") => self.last != ")",
            (_, "(") => {
                self.named || self.last_kind != TokenKind::Word && self.last != "--" || APART.contains(&self.last)
            }
            ("+" | "-", _) if number(self.kind) => false,
            (_, "+") if number(self.last_kind) => false,
            (_, "[") if self.next == "]" => false,
            (",", _) if self.glued && number(self.kind) => false,
            _ => true,
        }
    }
}

/// A part as it stands, without spaces at its ends; its line breaks are kept.
fn verbatim(text: &Text, range: Range<usize>, indent: &str, out: &mut String) {
    let slice = text.slice(range);
    let mut start = 0;
    for at in &slice.breaks {
        out.push_str(&slice.text[start..*at]);
        out.push('\n');
        out.push_str(indent);
        start = at + 1;
    }
    out.push_str(&slice.text[start..]);
}
