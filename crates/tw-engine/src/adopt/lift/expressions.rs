//! SQL expressions as the server prints them, as a brief writes them.
use super::Home;
use tw_model::{ident::bare, sql::EntityExpr};

/// An expression by its text alone: enough to be written.
pub(super) fn plain(text: &str) -> EntityExpr {
    EntityExpr { text: text.to_string(), pieces: vec![], attributes: vec![] }
}

/// The text of `'...'` or `'...'::type`, unquoted.
pub(super) fn literal(printed: &str) -> Option<String> {
    let (value, rest) = quoted(printed)?;
    let cast = rest.strip_prefix("::").is_some_and(|ty| !ty.contains(['\'', '(', '+', '|']) || ty.ends_with(')'));
    (rest.is_empty() || cast && !rest.contains("||")).then_some(value)
}

/// The quoted text at the start, unquoted, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('\'')?;
    let mut value = String::new();
    let mut letters = inner.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        match (c, letters.peek()) {
            ('\'', Some((_, '\''))) => {
                value.push('\'');
                letters.next();
            }
            ('\'', _) => return Some((value, &inner[at + 1..])),
            _ => value.push(c),
        }
    }
    None
}

/// A number as SQL and a brief write it.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let all = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    all(whole) && part.is_none_or(all)
}

/// A text that may stand in a brief's line.
pub(super) fn is_sayable(text: &str) -> bool {
    text.len() <= 4_000 && !text.chars().any(|c| c.is_control() || c == '⟦' || c == '⟧' || c == '\u{a0}')
}

/// Literals without the casts that the server prints: `(0)::numeric` is `0`, `'a'::text` is `'a'`.
pub(super) fn without_casts(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        if let Some((_, after)) = quoted(rest) {
            out += &rest[..rest.len() - after.len()];
            rest = uncast(after).unwrap_or(after);
        } else if let Some((number, after)) = number_in_parentheses(rest) {
            let cast = uncast(after);
            out += if cast.is_some() { number } else { &rest[..rest.len() - after.len()] };
            rest = cast.unwrap_or(after);
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// `(12)` at the start.
fn number_in_parentheses(text: &str) -> Option<(&str, &str)> {
    let (inner, after) = text.strip_prefix('(')?.split_once(')')?;
    is_number(inner).then_some((inner, after))
}

/// What follows a cast to a type that literals are of anyway.
fn uncast(text: &str) -> Option<&str> {
    const PLAIN: &[&str] = &[
        "::numeric",
        "::double precision",
        "::bigint",
        "::integer",
        "::smallint",
        "::text",
        "::character varying",
        "::bpchar",
    ];
    let rest = PLAIN.iter().find_map(|cast| text.strip_prefix(cast))?;
    (!rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '(' | '['))).then_some(rest)
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

/// `(status)::text = ANY ((ARRAY['a'::character varying, ...])::text[])`: the column and the list, when it is no more.
pub(super) fn listed(expression: &str) -> Option<(String, Vec<String>)> {
    let (left, right) = bare(expression).split_once(" = ANY (")?;
    let column = bare(left.strip_suffix("::text").unwrap_or(left)).trim_matches('"').to_string();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    if column.is_empty() || !column.chars().all(word) {
        return None;
    }
    let list = right.split_once("ARRAY[")?;
    if !list.0.chars().all(|c| c == '(') {
        return None;
    }
    let mut rest = list.1;
    let mut values = vec![];
    loop {
        let (value, after) = quoted(rest)?;
        values.push(value);
        let after = ["::character varying", "::text", "::bpchar"].iter().find_map(|cast| after.strip_prefix(cast))?;
        match after.strip_prefix(", ") {
            Some(more) => rest = more,
            None => {
                let tail: String = after.chars().filter(|c| !matches!(c, ')' | ']')).collect();
                return (after.starts_with(']') && matches!(tail.as_str(), "" | "::text[")).then_some((column, values));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_prints_is_said_shortly() {
        assert_eq!(
            without_casts("((price > (0)::numeric) AND (kind <> 'a''b'::text))"),
            "((price > 0) AND (kind <> 'a''b'))"
        );
        assert_eq!(without_casts("(x)::text = '1'::numeric(3,1)"), "(x)::text = '1'::numeric(3,1)");
        assert_eq!(literal("'it''s'::character varying").as_deref(), Some("it's"));
        assert_eq!(literal("'a'::text || 'b'::text"), None);
        let list = "((status)::text = ANY ((ARRAY['a'::character varying, 'b c'::character varying])::text[]))";
        assert_eq!(listed(list), Some(("status".into(), vec!["a".into(), "b c".into()])));
        assert_eq!(listed("(status = ANY (ARRAY['a'::text]))"), Some(("status".into(), vec!["a".into()])));
        assert_eq!(listed("(n = ANY (ARRAY[1, 2]))"), None);
    }

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
