//! The lossless tree of a brief: every line belongs to exactly one block.
use crate::diagnostic::Fault;
use crate::text::{Lines, Text};
use std::ops::Range;

/// A run of lines of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub kind: Kind,
    /// 0-based lines.
    pub lines: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Blank,
    Heading {
        level: usize,
        text: Text,
    },
    /// A list item with its continuation lines, and the `>` statements under it.
    Item {
        text: Text,
        statements: Vec<Text>,
    },
    /// `>` lines that follow no item.
    Quote,
    Prose,
    Comment,
    /// A fenced block: its info string, and the bytes between the fences.
    Fence {
        info: String,
        body: Range<usize>,
    },
}

/// Cuts the text into blocks.
pub(crate) fn blocks(lines: &Lines, faults: &mut Vec<Fault>) -> Vec<Block> {
    let mut out: Vec<Block> = vec![];
    let mut at = 0;
    while at < lines.count() {
        let start = at;
        let (indent, body) = indented(lines.line(at));
        let item_open = matches!(out.last(), Some(b) if matches!(b.kind, Kind::Item { .. }));
        let kind = if body.is_empty() {
            at += 1;
            Kind::Blank
        } else if let Some(fence) = Fence::opens(body) {
            at = fence.end(lines, at, faults);
            let first = lines.range(start + 1).start;
            let closed = at > start + 1 && fence.closes(lines.line(at - 1));
            let last = if closed { at - 1 } else { at };
            Kind::Fence { info: fence.info.to_string(), body: first..lines.range(last).start.max(first) }
        } else if body.starts_with("<!--") {
            at = comment_end(lines, at, faults);
            Kind::Comment
        } else if body.starts_with('#') && indent < 4 {
            at += 1;
            let level = body.len() - body.trim_start_matches('#').len();
            let offset = lines.range(start).start + lines.line(start).find('#').unwrap_or(0) + level;
            let rest = body[level..].trim_end_matches(['#', ' ', '\t']);
            Kind::Heading { level, text: Text::join(&[(offset, rest)]) }
        } else if bullet(body) && (indent < 2 || !item_open) {
            let (kind, next) = item(lines, at);
            at = next;
            kind
        } else if body.starts_with('>') {
            at += 1;
            Kind::Quote
        } else {
            at += 1;
            while at < lines.count() && continues_prose(lines.line(at)) {
                at += 1;
            }
            if item_open {
                faults.push(
                    Fault::new(trimmed(lines, start), "this line is neither part of the item above nor a paragraph")
                        .why("in Markdown it would be read as part of the item")
                        .help("indent it by two spaces to carry on the item, or put a blank line before it"),
                );
            }
            Kind::Prose
        };
        out.push(Block { kind, lines: start..at });
    }
    out
}

/// Bytes of a line without the spaces at its ends.
pub(crate) fn trimmed(lines: &Lines, index: usize) -> Range<usize> {
    let range = lines.range(index);
    let line = lines.line(index);
    let lead = line.len() - line.trim_start().len();
    range.start + lead..range.start + lead + line.trim().len()
}

/// Width of the indentation (a tab is four) and the rest.
fn indented(line: &str) -> (usize, &str) {
    let body = line.trim_start_matches([' ', '\t']);
    let width = line[..line.len() - body.len()].chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
    (width, body.trim_end_matches([' ', '\t']))
}

/// `- x`, `* x`, `+ x`, and `-x` with a letter, which was surely meant.
fn bullet(body: &str) -> bool {
    let mut chars = body.chars();
    match (chars.next(), chars.next()) {
        (Some('-' | '*' | '+'), None | Some(' ' | '\t')) => true,
        (Some('-'), Some(c)) => c.is_alphabetic() || c == '[',
        _ => false,
    }
}

fn continues_prose(line: &str) -> bool {
    let (indent, body) = indented(line);
    !(body.is_empty()
        || (indent < 4 && body.starts_with('#'))
        || body.starts_with("<!--")
        || body.starts_with('>')
        || bullet(body)
        || Fence::opens(body).is_some())
}

/// An item: its line, indented continuations, and `>` statements with theirs.
fn item(lines: &Lines, start: usize) -> (Kind, usize) {
    let line = lines.line(start);
    let dash = line.find(['-', '*', '+']).unwrap_or(0);
    let mut parts = vec![vec![(lines.range(start).start + dash + 1, &line[dash + 1..])]];
    let mut at = start + 1;
    let mut end = at;
    let mut after_blank = false;
    while at < lines.count() {
        let line = lines.line(at);
        let (indent, body) = indented(line);
        if body.is_empty() {
            after_blank = true;
            at += 1;
            continue;
        }
        if body.starts_with('>') && (indent >= 2 || !after_blank) {
            let sign = line.find('>').unwrap_or(0);
            parts.push(vec![(lines.range(at).start + sign + 1, &line[sign + 1..])]);
        } else if indent >= 2 && !after_blank && Fence::opens(body).is_none() {
            if let Some(last) = parts.last_mut() {
                last.push((lines.range(at).start, line));
            }
        } else {
            break;
        }
        after_blank = false;
        at += 1;
        end = at;
    }
    let mut texts = parts.iter().map(|p| Text::join(p));
    let text = texts.next().unwrap_or_default();
    let kind = Kind::Item { text, statements: texts.collect() };
    (kind, end)
}

struct Fence<'a> {
    sign: char,
    length: usize,
    info: &'a str,
}

impl<'a> Fence<'a> {
    fn opens(body: &'a str) -> Option<Self> {
        let sign = body.chars().next().filter(|c| *c == '`' || *c == '~')?;
        let info = body.trim_start_matches(sign);
        let length = body.len() - info.len();
        (length >= 3 && !info.contains('`')).then_some(Fence { sign, length, info: info.trim() })
    }
    fn closes(&self, line: &str) -> bool {
        let body = line.trim();
        body.len() >= self.length && body.chars().all(|c| c == self.sign)
    }
    /// The line after the closing fence.
    fn end(&self, lines: &Lines, start: usize, faults: &mut Vec<Fault>) -> usize {
        for at in start + 1..lines.count() {
            if self.closes(lines.line(at)) {
                return at + 1;
            }
        }
        faults.push(
            Fault::new(trimmed(lines, start), "this fenced block is never closed")
                .why("everything after it would be read as part of the block")
                .help(format!("end it with a line of {}", self.sign.to_string().repeat(self.length))),
        );
        lines.count()
    }
}

fn comment_end(lines: &Lines, start: usize, faults: &mut Vec<Fault>) -> usize {
    for at in start..lines.count() {
        let line = lines.line(at);
        if let Some(close) = line.find("-->") {
            let rest = &line[close + 3..];
            if !rest.trim().is_empty() {
                let offset = lines.range(at).start + close + 3;
                faults.push(
                    Fault::new(offset..offset + rest.len(), "text after the end of a comment")
                        .why("it would be dropped with the comment")
                        .help("put it on a line of its own"),
                );
            }
            return at + 1;
        }
    }
    faults.push(
        Fault::new(trimmed(lines, start), "this comment is never closed")
            .why("everything after it would be dropped")
            .help("end it with `-->`"),
    );
    lines.count()
}

/// Signs that no brief may hold: the first few of them, with why.
pub(crate) fn strange_signs(text: &str) -> Vec<Fault> {
    let mut out = vec![];
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let why = match c {
            '\n' | '\t' => continue,
            '\r' if rest.starts_with('\n') => continue,
            '⟦' | '⟧' => "it marks names inside the product's own SQL",
            '\u{feff}' if at == 0 => continue,
            c if c.is_control() => "it cannot be seen, and PostgreSQL keeps none in names and comments",
            '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                "it cannot be seen, and makes a text mean something else than it shows"
            }
            '\u{a0}' | '\u{2028}' | '\u{2029}' => "it looks like a space and is none",
            _ => continue,
        };
        let shown = match c {
            '⟦' | '⟧' => format!("`{c}`"),
            c => format!("U+{:04X}", c as u32),
        };
        out.push(
            Fault::new(at..at + c.len_utf8(), format!("the sign {shown} cannot stand in a brief"))
                .why(why)
                .help("take it out"),
        );
        if out.len() == 20 {
            break;
        }
    }
    out
}
