//! Plain sentences and SQL as markup. Everything that reaches a page passes through here or through
//! maud's escaping, cleaned of characters that act instead of being read.
use crate::text::{anchor, clean, one_line};
use maud::{Markup, PreEscaped, html};
use tw_model::{Origin, claim::ClaimId, ident::is_keyword};

/// A sentence; names between backquotes are set as code.
pub fn rich(text: &str) -> Markup {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backquotes is not ours to pair.
    let paired = parts.len() % 2 == 1;
    html! {
        @if paired {
            @for (i, part) in parts.iter().enumerate() {
                @if i % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}

/// Prose in paragraphs.
pub fn prose(text: &str) -> Markup {
    let text = clean(text);
    html! {
        @for paragraph in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
            p { (rich(paragraph)) }
        }
    }
}

/// A link to the source, and the source's words.
pub fn source(origin: &Origin) -> Markup {
    html! {
        @match origin {
            Origin::Brief { line, text } => span.source {
                a href={ "#line-" (line) } { "line " (line) }
                " " q { (one_line(text)) }
            }
            Origin::Assumed { assumption } => span.source { span.assumed { "assumed" } " " (rich(assumption)) }
            other => span.source { (rich(&crate::words::origin(other))) }
        }
    }
}

/// A short link to the source, for narrow places.
pub fn source_short(origin: &Origin) -> Markup {
    html! {
        @match origin {
            Origin::Brief { line, .. } => { a.from href={ "#line-" (line) } { "line " (line) } }
            other => span.from { (one_line(&other.short())) }
        }
    }
}

/// The anchor of a claim.
pub fn claim_anchor(id: &ClaimId) -> String {
    anchor("claim", &id.0)
}

/// SQL with its keywords, texts and comments told apart; every other byte as it is.
pub fn sql(text: &str) -> Markup {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let (length, tag) = token(rest, c);
        let (now, later) = rest.split_at(length);
        rest = later;
        let now = crate::diagram::draw::escape(now);
        match tag {
            Some(tag) => out.push_str(&format!("<{tag}>{now}</{tag}>")),
            None => out.push_str(&now),
        }
    }
    PreEscaped(out)
}

/// Length in bytes of the token at the start, and the element it is set in: `b` for keywords, `var` for
/// texts and numbers, `i` for comments.
fn token(rest: &str, c: char) -> (usize, Option<&'static str>) {
    let until = |end: &str, from: usize| {
        rest.get(from..).and_then(|tail| tail.find(end)).map_or(rest.len(), |at| from + at + end.len())
    };
    let while_ = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
    if rest.starts_with("--") {
        return (rest.find('\n').unwrap_or(rest.len()), Some("i"));
    }
    if rest.starts_with("/*") {
        return (until("*/", 2), Some("i"));
    }
    match c {
        '\'' => (until("'", 1), Some("var")),
        '"' => (until("\"", 1), None),
        '0'..='9' => (while_(|c| c.is_ascii_digit() || c == '.'), Some("var")),
        c if c.is_alphabetic() || c == '_' => {
            let length = while_(|c| c.is_alphanumeric() || c == '_' || c == '$');
            let word = &rest[..length];
            let known = is_keyword(word) || WORDS.contains(&word.to_ascii_lowercase().as_str());
            (length, known.then_some("b"))
        }
        c => (c.len_utf8(), None),
    }
}

/// Words that begin or shape statements but are not reserved.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "action", "add", "alter", "always", "begin", "by", "cascade", "comment", "commit", "delete",
    "domain", "drop", "enable", "exclude", "explain", "extension", "force", "function", "generated",
    "identity", "include", "index", "insert", "isolation", "key", "level", "no", "of", "owner",
    "partition", "policy", "privileges", "procedure", "range", "recursive", "restrict", "returns",
    "revoke", "role", "rollback", "savepoint", "schema", "security", "sequence", "serializable", "set",
    "start", "stored", "transaction", "trigger", "type", "update", "usage", "view", "zone",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_keeps_every_character() {
        for text in [
            "SELECT 'a''b', \"x\"\"y\" -- end",
            "/* open",
            "'open",
            "-- only\nselect 1.5 from t where a <> '<script>'",
            "é 🏦 $1 :'id'",
        ] {
            let shown = sql(text).into_string();
            let stripped = ["b", "i", "var"]
                .iter()
                .fold(shown, |s, tag| s.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), ""));
            assert_eq!(stripped, crate::diagram::draw::escape(text));
        }
    }

    #[test]
    fn a_lone_backquote_stays_text() {
        assert_eq!(rich("a ` b").into_string(), "a ` b");
        assert_eq!(rich("a `b<` c").into_string(), "a <code>b&lt;</code> c");
    }
}
