//! The words of a grammar line.
use crate::text::Text;

/// One word of a line; offsets are those of the joined text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters, digits, underscores; hyphens between them (`append-only`).
    Word,
    /// Digits, with a fraction and a unit where they touch: `2M`, `99.99`, `10min`.
    Number,
    /// `'...'` or `"..."`.
    Quoted,
    /// A quote that is never closed, to the end.
    Unclosed,
    /// Anything else: one sign, or `-->`, `--`, `->`, `..`.
    Sign,
    /// ` — ` and everything after it.
    Prose,
}

/// Cuts a line into words. Never fails: what means nothing becomes a sign.
pub(crate) fn tokens(text: &Text) -> Vec<Token> {
    let text = text.text.as_str();
    let mut out = vec![];
    let mut at = 0;
    let mut depth = 0usize;
    while let Some(c) = text[at..].chars().next() {
        if c == ' ' || c == '\t' {
            at += 1;
            continue;
        }
        let rest = &text[at..];
        let (kind, length) = if c.is_alphabetic() || c == '_' {
            (TokenKind::Word, word(rest))
        } else if c.is_ascii_digit() {
            (TokenKind::Number, number(rest))
        } else if c == '\'' || c == '"' {
            match quoted(rest) {
                Some(length) => (TokenKind::Quoted, length),
                None => (TokenKind::Unclosed, rest.len()),
            }
        } else if depth == 0 && at > 0 && text[..at].ends_with(' ') && dash(rest) {
            (TokenKind::Prose, rest.len())
        } else {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let sign = ["-->", "--", "->", ".."].into_iter().find(|s| rest.starts_with(s));
            (TokenKind::Sign, sign.map_or(c.len_utf8(), str::len))
        };
        out.push(Token { kind, start: at, end: at + length });
        at += length;
    }
    out
}

/// Length of the purpose's dash at the start of a text, with the space after it.
pub(crate) fn dash_length(rest: &str) -> usize {
    ["— ", "– ", "-- "].into_iter().find(|d| rest.starts_with(d)).map_or(0, str::len)
}

fn dash(rest: &str) -> bool {
    dash_length(rest) > 0
}

fn word(rest: &str) -> usize {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = c == '-' && chars.peek().is_some_and(|(_, next)| inside(*next));
        if !(inside(c) || joins) {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end += 1 + digits(end + 1);
    }
    end + rest[end..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>()
}

/// Length of the quoted text at the start, doubled quotes included.
fn quoted(rest: &str) -> Option<usize> {
    let quote = rest.chars().next()?;
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return Some(at + 1);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<&str> {
        let text = Text::join(&[(0, line)]);
        let cut = tokens(&text).into_iter().map(|t| t.start..t.end);
        cut.map(|r| &line[r]).collect()
    }

    #[test]
    fn a_relation_line_is_cut_at_its_arrow() {
        assert_eq!(
            words("[A] 0..1 --(is in)--> * [B]"),
            ["[", "A", "]", "0", "..", "1", "--", "(", "is", "in", ")", "-->", "*", "[", "B", "]"]
        );
    }

    #[test]
    fn units_stay_with_their_numbers_and_purposes_with_their_dash() {
        assert_eq!(
            words("x: money = 1.5, null 30% — it's so"),
            ["x", ":", "money", "=", "1.5", ",", "null", "30", "%", "— it's so"]
        );
        assert_eq!(words("append-only 10min a -> b"), ["append-only", "10min", "a", "->", "b"]);
        assert_eq!(words("'it''s"), ["'it''s"]);
    }
}
