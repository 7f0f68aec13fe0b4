//! SQL expressions as the server prints them, as a brief writes them.
use super::Home;
use tw_model::{printed::quoted, sql::EntityExpr};

/// An expression by its text alone: enough to be written.
pub(super) fn plain(text: &str) -> EntityExpr {
    EntityExpr { text: text.to_string(), pieces: vec![], attributes: vec![] }
}

/// A text that may stand in a brief's line.
pub(super) fn is_sayable(text: &str) -> bool {
    text.len() <= 4_000 && !text.chars().any(|c| c.is_control() || c == '⟦' || c == '⟧' || c == '\u{a0}')
}

/// The expression over members instead of columns. Words in quotes, after a dot, after `::` and before `(` are no columns.
pub(super) fn over_members(expression: &str, home: &Home) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        if let Some((_, after)) = quoted(rest) {
            out += &rest[..rest.len() - after.len()];
            rest = after;
            continue;
        }
        let quoted_name = rest.strip_prefix('"').and_then(|r| r.find('"').map(|end| &rest[..end + 2]));
        let word = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).next().unwrap_or("");
        let token = quoted_name.unwrap_or(word);
        if token.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
            let taken = token.len().max(c.len_utf8());
            out += &rest[..taken];
            rest = &rest[taken..];
            continue;
        }
        let name = quoted_name.map_or(token, |n| &n[1..n.len() - 1]);
        let follows = rest[token.len()..].starts_with('(');
        let column = !follows && !out.ends_with('.') && !out.ends_with("::");
        match home.members.get(name).filter(|_| column) {
            Some(member) => out += member,
            None => out += token,
        }
        rest = &rest[token.len()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_members_and_nothing_else_does() {
        let mut home = Home::default();
        home.members.insert("artist_id".into(), "artist".into());
        home.members.insert("text".into(), "words".into());
        home.members.insert("Mixed".into(), "mixed".into());
        let over = |e: &str| over_members(e, &home);
        assert_eq!(
            over("(artist_id > 0) AND 'artist_id' <> (text)::text"),
            "(artist > 0) AND 'artist_id' <> (words)::text"
        );
        assert_eq!(over("text(\"Mixed\") = a.artist_id"), "text(mixed) = a.artist_id");
    }
}
