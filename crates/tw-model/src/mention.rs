//! What a piece of SQL names: the identifiers in it, without parsing it.
//!
//! Enough to order objects by dependency and to rename within fragments. It errs on the side of seeing a
//! name too many (in a comment, in a string such as `'public.accounts_id_seq'`).
use crate::schema::Name;
use std::collections::BTreeSet;

/// Identifiers of one SQL text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// First parts of dotted chains: `accounts` of `accounts.balance`, `public` of `public.accounts`.
    heads: BTreeSet<String>,
    /// Neighbours in dotted chains.
    pairs: BTreeSet<(String, String)>,
    /// Every part.
    words: BTreeSet<String>,
}

impl Mentions {
    /// Identifiers of the texts together. Unquoted ones count as written and in lower case.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Mentions::default();
        for text in texts {
            let mut before: Option<(String, usize)> = None;
            for word in words(text) {
                all.words.insert(word.name.clone());
                match before {
                    Some((head, end)) if word.follows_dot(text, end) => {
                        all.pairs.insert((head, word.name.clone()));
                    }
                    _ => {
                        all.heads.insert(word.name.clone());
                    }
                }
                before = Some((word.name, word.end));
            }
        }
        all
    }

    /// True when the object is named: with its namespace, or bare where that can mean it (in `public`
    /// and in drafts, whose names have no namespace).
    pub fn names(&self, name: &Name) -> bool {
        match name.schema.as_str() {
            "" | "public" => self.names_loosely(name),
            _ => self.qualifies(name),
        }
    }

    /// True when the object is named, with or without its namespace.
    pub fn names_loosely(&self, name: &Name) -> bool {
        self.heads.contains(&name.name) || self.qualifies(name)
    }

    /// True when the word occurs as any part of a name.
    pub fn has_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Every part of every name.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    fn qualifies(&self, name: &Name) -> bool {
        self.pairs.contains(&(name.schema.clone(), name.name.clone()))
    }
}

/// An identifier in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The identifier, unquoted; lower case unless it was quoted (or holds a capital in a draft symbol).
    pub name: String,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

impl Word {
    /// True when only a dot stands between `end` (of the word before) and this word.
    pub fn follows_dot(&self, text: &str, end: usize) -> bool {
        text.get(end..self.start) == Some(".")
    }
}

/// The identifiers of a text in order.
pub fn words(text: &str) -> Vec<Word> {
    let bytes = text.as_bytes();
    let starts = |b: u8| b.is_ascii_alphabetic() || b == b'_' || b >= 0x80;
    let goes_on = |b: u8| starts(b) || b.is_ascii_digit() || b == b'$';
    let mut out = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if bytes[at] == b'"' {
            match quoted_end(bytes, at) {
                Some(end) => {
                    let name = text[start + 1..end - 1].replace("\"\"", "\"");
                    out.push(Word { name, start, end });
                    at = end;
                }
                None => at += 1,
            }
        } else if text[at..].starts_with(['⟦', '⟧']) {
            at += '⟦'.len_utf8();
        } else if starts(bytes[at]) {
            while at < bytes.len() && goes_on(bytes[at]) && !text_at(text, at, ['⟦', '⟧']) {
                at += 1;
            }
            let symbol = text[..start].ends_with(['⟦']) || text[at..].starts_with(['⟧']);
            let name = &text[start..at];
            let name = if symbol || text[..start].contains('⟦') { name.to_string() } else { name.to_lowercase() };
            out.push(Word { name, start, end: at });
        } else {
            at += 1;
        }
    }
    out
}

fn text_at(text: &str, at: usize, any: [char; 2]) -> bool {
    text.is_char_boundary(at) && text[at..].starts_with(any)
}

/// One past the closing quote of a quoted identifier.
fn quoted_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    while at < bytes.len() {
        if bytes[at] == b'"' {
            if bytes.get(at + 1) == Some(&b'"') {
                at += 1;
            } else {
                return Some(at + 1);
            }
        }
        at += 1;
    }
    None
}

/// The text with every identifier that `rename` answers for replaced. `rename` gets the word before the
/// dot, if any, and the word; it answers with SQL text.
pub fn replace_words(text: &str, mut rename: impl FnMut(Option<&str>, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    let mut before: Option<Word> = None;
    for word in words(text) {
        let head = before.as_ref().filter(|b| word.follows_dot(text, b.end)).map(|b| b.name.as_str());
        if let Some(new) = rename(head, &word.name) {
            out.push_str(&text[copied..word.start]);
            out.push_str(&new);
            copied = word.end;
        }
        before = Some(word);
    }
    out.push_str(&text[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_quoted_dotted_and_string_names() {
        let m = Mentions::of([r#"SELECT a."Big One" FROM sales.orders a, nextval('public.t_id_seq')"#]);
        assert!(m.names(&Name::new("sales", "orders")));
        assert!(!m.names(&Name::new("other", "orders")));
        assert!(m.names(&Name::new("public", "t_id_seq")));
        assert!(m.has_word("Big One"));
        assert!(!m.names(&Name::symbol("Big One")), "a column is no table");
    }

    #[test]
    fn sees_symbols_of_drafts_in_their_case() {
        let m = Mentions::of(["⟦Account.balance⟧ > (SELECT 1 FROM ⟦User⟧)"]);
        assert!(m.names(&Name::symbol("Account")) && m.names(&Name::symbol("User")));
        assert!(m.has_word("balance"));
    }

    #[test]
    fn replaces_only_what_it_is_asked_to() {
        let text = r#"(accounts.balance > 0) AND "accounts" IS NOT NULL"#;
        let to = |head: Option<&str>, word: &str| (head.is_none() && word == "accounts").then(|| "ledgers".to_string());
        assert_eq!(replace_words(text, to), "(ledgers.balance > 0) AND ledgers IS NOT NULL");
    }
}
