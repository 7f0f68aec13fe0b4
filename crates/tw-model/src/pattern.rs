//! Texts that match a regular expression, for checks such as `code ~ '^[A-Z]{3}-\d{4}$'`.
//!
//! Known: literals, `.`, classes with ranges and negation, `\d \w \s`, `? * + {n} {n,} {n,m}`, groups
//! and alternatives. Anchors are read over. Anything else gives none.
use std::{iter::Peekable, str::Chars};

/// Repeats that `*`, `+` and `{n,}` add at most, so that texts stay short.
const MORE: u64 = 4;

enum Node {
    OneOf(Vec<char>),
    All(Vec<(Node, u64, u64)>),
    Either(Vec<Node>),
}

/// A text that the expression matches as a whole; none when the expression is beyond us. `below` draws a
/// number in `0..n`.
pub fn matching(regex: &str, below: &mut dyn FnMut(u64) -> u64) -> Option<String> {
    let mut chars = regex.chars().peekable();
    let node = either(&mut chars)?;
    if chars.next().is_some() {
        return None;
    }
    let mut out = String::new();
    write(&node, below, &mut out);
    Some(out)
}

fn write(node: &Node, below: &mut dyn FnMut(u64) -> u64, out: &mut String) {
    match node {
        Node::OneOf(of) => out.extend(of.get(below(of.len() as u64) as usize)),
        Node::Either(of) => write(&of[below(of.len() as u64) as usize], below, out),
        Node::All(of) => {
            for (node, least, most) in of {
                for _ in 0..least + below(most - least + 1) {
                    write(node, below, out);
                }
            }
        }
    }
}

fn either(chars: &mut Peekable<Chars>) -> Option<Node> {
    let mut options = vec![all(chars)?];
    while chars.next_if_eq(&'|').is_some() {
        options.push(all(chars)?);
    }
    Some(Node::Either(options))
}

fn all(chars: &mut Peekable<Chars>) -> Option<Node> {
    let mut parts = vec![];
    while let Some(&c) = chars.peek() {
        if c == '|' || c == ')' {
            break;
        }
        chars.next();
        let node = match c {
            '^' | '$' => continue,
            '(' => {
                if chars.next_if_eq(&'?').is_some() {
                    chars.next_if_eq(&':')?;
                }
                let inner = either(chars)?;
                chars.next_if_eq(&')')?;
                inner
            }
            '[' => Node::OneOf(class(chars)?),
            '.' => Node::OneOf(('a'..='z').collect()),
            '\\' => Node::OneOf(escape(chars.next()?)?),
            '*' | '+' | '?' | '{' => return None,
            other => Node::OneOf(vec![other]),
        };
        let (least, most) = repeat(chars)?;
        parts.push((node, least, most));
    }
    Some(Node::All(parts))
}

fn repeat(chars: &mut Peekable<Chars>) -> Option<(u64, u64)> {
    Some(match chars.peek() {
        Some('?') => (chars.next(), (0, 1)).1,
        Some('*') => (chars.next(), (0, MORE)).1,
        Some('+') => (chars.next(), (1, MORE)).1,
        Some('{') => {
            chars.next();
            let mut text = String::new();
            loop {
                match chars.next()? {
                    '}' => break,
                    c => text.push(c),
                }
            }
            let (least, most) = match text.split_once(',') {
                None => (text.parse().ok()?, text.parse().ok()?),
                Some((least, "")) => {
                    let least: u64 = least.parse().ok()?;
                    (least, least + MORE)
                }
                Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
            };
            (least <= most && most <= 10_000).then_some((least, most))?
        }
        _ => (1, 1),
    })
}

fn class(chars: &mut Peekable<Chars>) -> Option<Vec<char>> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut of: Vec<char> = vec![];
    loop {
        let first = match chars.next()? {
            ']' if !of.is_empty() => break,
            '[' if chars.peek() == Some(&':') => {
                let name: String = chars.by_ref().take_while(|&c| c != ']').collect();
                of.extend(named(name.trim_matches(':'))?);
                continue;
            }
            '\\' => {
                let set = escape(chars.next()?)?;
                if set.len() > 1 {
                    of.extend(set);
                    continue;
                }
                set[0]
            }
            c => c,
        };
        let mut ahead = chars.clone();
        if ahead.next() == Some('-') && ahead.peek().is_some_and(|&c| c != ']') {
            chars.next();
            let last = chars.next()?;
            of.extend(first..=last);
        } else {
            of.push(first);
        }
    }
    if negated {
        of = (' '..='~').filter(|c| !of.contains(c)).collect();
    }
    (!of.is_empty()).then_some(of)
}

fn named(class: &str) -> Option<Vec<char>> {
    Some(match class {
        "alpha" => ('a'..='z').chain('A'..='Z').collect(),
        "digit" => ('0'..='9').collect(),
        "alnum" => ('a'..='z').chain('A'..='Z').chain('0'..='9').collect(),
        "upper" => ('A'..='Z').collect(),
        "lower" => ('a'..='z').collect(),
        "xdigit" => ('0'..='9').chain('a'..='f').collect(),
        "space" => vec![' '],
        _ => return None,
    })
}

fn escape(c: char) -> Option<Vec<char>> {
    Some(match c {
        'd' => ('0'..='9').collect(),
        'w' => ('a'..='z').chain('0'..='9').collect(),
        's' => vec![' '],
        c if c.is_ascii_alphanumeric() => return None,
        c => vec![c],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(regex: &str) -> Option<String> {
        let mut n = 0;
        matching(regex, &mut |below| {
            n += 7;
            n % below.max(1)
        })
    }

    #[test]
    fn texts_have_the_parts_the_expression_asks_for() {
        let text = sample(r"^[A-Z]{3}-\d{4}$").expect("known");
        assert_eq!(text.len(), 8);
        assert_eq!(&text[3..4], "-");
        assert!(text[4..].chars().all(|c| c.is_ascii_digit()));
        assert_eq!(sample("^(978|979)$").expect("known").len(), 3);
        assert!(sample("^[[:upper:]]{2}$").expect("known").chars().all(char::is_uppercase));
        assert!(sample("^[^@]+@[^@]+$").expect("known").contains('@'));
    }

    #[test]
    fn what_is_beyond_us_gives_none() {
        assert_eq!(sample(r"(?=x)"), None);
        assert_eq!(sample(r"\b"), None);
        assert_eq!(sample("*"), None);
        assert_eq!(sample("[a"), None);
    }
}
