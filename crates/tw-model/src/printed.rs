//! Expressions as a server prints them: literals, casts, lists, by their text alone.
use crate::ident::bare;

/// The text of `'...'` or `'...'::type`, unquoted.
pub fn literal(printed: &str) -> Option<String> {
    let (value, rest) = quoted(printed)?;
    let cast = rest.strip_prefix("::").is_some_and(|ty| !ty.contains(['\'', '(', '+', '|']) || ty.ends_with(')'));
    (rest.is_empty() || cast && !rest.contains("||")).then_some(value)
}

/// The quoted text at the start, unquoted, and what follows it.
pub fn quoted(text: &str) -> Option<(String, &str)> {
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
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let all = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    all(whole) && part.is_none_or(all)
}

/// Literals without the casts that the server prints: `(0)::numeric` is `0`, `'a'::text` is `'a'`.
pub fn without_casts(expression: &str) -> String {
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

/// `(status)::text = ANY ((ARRAY['a'::character varying, ...])::text[])`, or `status IN ('a', ...)` as we print it: the
/// column and the list, when it is no more.
pub fn listed(expression: &str) -> Option<(String, Vec<String>)> {
    let text = bare(expression);
    let (left, list, end) = match text.split_once(" IN (") {
        Some((left, list)) => (left, list, ')'),
        None => {
            let (left, right) = text.split_once(" = ANY (")?;
            (left, right.trim_start_matches('(').strip_prefix("ARRAY[")?, ']')
        }
    };
    let column = bare(left.strip_suffix("::text").unwrap_or(left)).trim_matches('"').to_string();
    if column.is_empty() || !column.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let mut rest = list;
    let mut values = vec![];
    loop {
        let (value, after) = quoted(rest)?;
        values.push(value);
        let after = uncast(after).unwrap_or(after);
        match after.strip_prefix(", ") {
            Some(more) => rest = more,
            None => {
                let tail: String = after.chars().filter(|c| !matches!(c, ')' | ']')).collect();
                return (after.starts_with(end) && matches!(tail.as_str(), "" | "::text[")).then_some((column, values));
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
        assert_eq!(listed("status IN ('a', 'b')"), Some(("status".into(), vec!["a".into(), "b".into()])));
        assert_eq!(listed("(n = ANY (ARRAY[1, 2]))"), None);
        assert_eq!(listed("(n = ANY (ARRAY['1'::text])) OR (n = 'x'::text)"), None);
    }
}
