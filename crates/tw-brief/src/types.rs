//! Types: PostgreSQL's own in `format_type`'s spelling, and the domain words.
use crate::cursor::{Cursor, Span, shorten};
use crate::diagnostic::{Fault, closest};
use crate::lex::TokenKind;
use crate::text::Text;
use crate::type_names::{REFUSED, SPELLINGS, WORDS};
use tw_model::model::Type;

/// A type as the brief wrote it, and the rules it brings (`x` stands for the attribute).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Resolved {
    pub ty: Type,
    pub rules: Vec<&'static str>,
    pub span: Span,
}

/// Words that may follow the first one of a type.
const FOLLOWING: &[&str] = &[
    "precision",
    "varying",
    "with",
    "without",
    "time",
    "zone",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "to",
];

/// Reads a type.
pub(crate) fn parse(cursor: &mut Cursor) -> Result<Resolved, Fault> {
    let start = cursor.position();
    let mut name = part(cursor)?;
    if cursor.eat(".") {
        name = format!("{name}.{}", part(cursor)?);
    }
    let mut parameters: Vec<String> = vec![];
    let mut head = name.clone();
    loop {
        if cursor.peek() == "(" && parameters.is_empty() {
            parameters = arguments(cursor)?;
        } else if cursor.kind() == Some(TokenKind::Word) && FOLLOWING.contains(&cursor.peek()) {
            head = format!("{head} {}", cursor.peek());
            cursor.bump();
        } else {
            break;
        }
    }
    let mut arrays = 0;
    while cursor.eat_all(&["[", "]"]) {
        arrays += 1;
    }
    let span = cursor.since(start);
    let written = written(cursor, start);
    if let Some((_, instead, why)) = REFUSED.iter().find(|(spelling, ..)| *spelling == head) {
        return Err(Fault::new(span, format!("`{head}` is not a type of the brief language")).why(*why).help(*instead));
    }
    if arrays > 6 {
        return Err(Fault::new(span, "an array of more than 6 dimensions").why("PostgreSQL allows 6"));
    }
    let (mut sql, word, rules) = resolve(&head, &parameters, &span)?;
    if arrays > 0 {
        if word.is_some() && !rules.is_empty() {
            return Err(Fault::new(span, format!("`{head}` cannot be an array")).why("its rule is over one value"));
        }
        // The server keeps no dimensions: every array prints as one pair of brackets.
        sql.push_str("[]");
    }
    Ok(Resolved { ty: Type { written, sql, word }, rules, span })
}

/// The rules that a written type brings along; none when it cannot be read.
pub(crate) fn rules_of(written: &str) -> Vec<&'static str> {
    let text = Text::join(&[(0, written)]);
    parse(&mut Cursor::new(&text)).map(|read| read.rules).unwrap_or_default()
}

/// One part of a type's name: a word in lower case, or a name in double quotes, which keeps them.
fn part(cursor: &mut Cursor) -> Result<String, Fault> {
    if cursor.kind() == Some(TokenKind::Quoted) && cursor.peek().starts_with('"') {
        let name = cursor.peek().to_string();
        cursor.bump();
        return Ok(name);
    }
    Ok(cursor.word("a type")?.v.to_lowercase())
}

/// What `format_type` calls a type of the server's own that is told by its namespace: `pg_catalog.float4`.
fn of_the_server(name: &str) -> String {
    let printed = match name {
        "float4" => "real",
        "float8" => "double precision",
        "timestamp" => "timestamp without time zone",
        other => SPELLINGS.iter().find(|(spelling, ..)| *spelling == other).map_or(other, |(_, sql, _)| sql),
    };
    printed.to_string()
}

type Meaning = (String, Option<String>, Vec<&'static str>);

fn resolve(head: &str, parameters: &[String], span: &Span) -> Result<Meaning, Fault> {
    if let Some(word) = WORDS.iter().find(|w| w.name == head) {
        let given: Vec<&str> = parameters.iter().map(String::as_str).collect();
        takes(head, &given, word.takes, span)?;
        let used = if given.is_empty() { word.default.to_vec() } else { given };
        let sql = spelled(word.sql, &used, span)?;
        return Ok((sql, Some(head.to_string()), word.rule.into_iter().collect()));
    }
    let given: Vec<&str> = parameters.iter().map(String::as_str).collect();
    if let Some((_, sql, most)) = SPELLINGS.iter().find(|(spelling, ..)| *spelling == head) {
        takes(head, &given, *most, span)?;
        return Ok((spelled(sql, &given, span)?, None, vec![]));
    }
    if let Some(name) = head.strip_prefix("pg_catalog.").filter(|_| given.is_empty()) {
        return Ok((of_the_server(name), None, vec![]));
    }
    if head.starts_with("interval ") {
        let fault = || {
            Fault::new(span.clone(), format!("unknown fields of interval: `{head}`"))
                .help("write `interval`, `interval year to month` or `interval day to second`")
        };
        const FIELDS: &[&str] = &[
            "year",
            "month",
            "day",
            "hour",
            "minute",
            "second",
            "year to month",
            "day to hour",
            "day to minute",
            "day to second",
            "hour to minute",
            "hour to second",
            "minute to second",
        ];
        let fields = FIELDS.iter().find(|f| head == format!("interval {f}")).ok_or_else(fault)?;
        takes(head, &given, 0, span)?;
        return Ok((format!("interval {fields}"), None, vec![]));
    }
    let known = WORDS.iter().map(|w| w.name).chain(SPELLINGS.iter().map(|s| s.0)).chain(REFUSED.iter().map(|r| r.0));
    if let Some(near) = closest(head, known) {
        return Err(Fault::new(span.clone(), format!("unknown type `{}`", shorten(head)))
            .why("it is no type of PostgreSQL and no word of the brief language")
            .help(format!("did you mean `{near}`?")));
    }
    let list = if given.is_empty() { String::new() } else { format!("({})", given.join(",")) };
    Ok((format!("{head}{list}"), None, vec![]))
}

fn takes(head: &str, given: &[&str], most: usize, span: &Span) -> Result<(), Fault> {
    if given.len() > most {
        let takes = match most {
            0 => "no parameter".to_string(),
            1 => "one parameter".to_string(),
            n => format!("at most {n} parameters"),
        };
        return Err(Fault::new(span.clone(), format!("`{head}` takes {takes}")));
    }
    Ok(())
}

/// The type with its parameters where `format_type` puts them, limits checked.
fn spelled(sql: &str, given: &[&str], span: &Span) -> Result<String, Fault> {
    if matches!(sql, "geometry" | "geography") {
        let list = if given.is_empty() { String::new() } else { format!("({})", given.join(",")) };
        return Ok(format!("{sql}{list}"));
    }
    let mut numbers = vec![];
    for text in given {
        let number: u32 = text.parse().map_err(|_| {
            Fault::new(span.clone(), format!("`{}` is not a length", shorten(text)))
                .why("lengths and precisions are whole numbers")
        })?;
        numbers.push(number);
    }
    let limit = |least: u32, most: u32, what: &str, n: u32| {
        if (least..=most).contains(&n) {
            Ok(())
        } else {
            Err(Fault::new(span.clone(), format!("{what} is from {least} to {most}")).why("PostgreSQL's limit"))
        }
    };
    Ok(match (sql, numbers.as_slice()) {
        ("numeric", [precision]) => {
            limit(1, 1000, "a precision", *precision)?;
            format!("numeric({precision},0)")
        }
        ("numeric", [precision, scale]) => {
            limit(1, 1000, "a precision", *precision)?;
            limit(0, *precision, "a scale", *scale)?;
            format!("numeric({precision},{scale})")
        }
        ("character", []) => "character(1)".into(),
        ("bit", []) => "bit(1)".into(),
        ("vector", [n]) => {
            limit(1, 16_000, "a vector's size", *n)?;
            format!("vector({n})")
        }
        (_, []) => sql.to_string(),
        ("interval", [n]) => {
            limit(0, 6, "a precision of seconds", *n)?;
            format!("interval({n})")
        }
        (_, [n]) if sql.starts_with("time") => {
            limit(0, 6, "a precision of seconds", *n)?;
            let (first, rest) = sql.split_once(' ').unwrap_or((sql, ""));
            format!("{first}({n}) {rest}").trim_end().to_string()
        }
        (_, [n]) => {
            limit(1, 10_485_760, "a length", *n)?;
            format!("{sql}({n})")
        }
        _ => format!("{sql}({})", given.join(",")),
    })
}

fn arguments(cursor: &mut Cursor) -> Result<Vec<String>, Fault> {
    cursor.expect("(", "parameters stand in parentheses")?;
    let mut out = vec![];
    loop {
        match cursor.kind() {
            Some(TokenKind::Number | TokenKind::Word) => {
                out.push(cursor.peek().to_string());
                cursor.bump();
            }
            _ => return Err(cursor.expected("a length, or a precision and a scale")),
        }
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.expect(")", "parameters stand in parentheses")?;
    Ok(out)
}

/// The type as written, spaced as `fmt` spaces it.
fn written(cursor: &Cursor, start: usize) -> String {
    let mut out = String::new();
    for token in &cursor.tokens()[start..cursor.position()] {
        let word = &cursor.text.text[token.start..token.end];
        let spaced = token.kind == TokenKind::Word && !out.is_empty() && !out.ends_with(['(', ',', '.', '[']);
        if spaced {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// True for types whose values are numbers.
pub(crate) fn is_number(sql: &str) -> bool {
    matches!(sql, "smallint" | "integer" | "bigint" | "double precision")
        || (sql.starts_with("numeric") && !sql.ends_with(']'))
}

/// True for types whose values are instants, dates or times.
pub(crate) fn is_time(sql: &str) -> bool {
    (sql.starts_with("time") || sql == "date") && !sql.ends_with(']')
}

/// True for dates and timestamps.
pub(crate) fn is_dated(sql: &str) -> bool {
    (sql.starts_with("timestamp") || sql == "date") && !sql.ends_with(']')
}

/// True for ranges.
pub(crate) fn is_range(sql: &str) -> bool {
    sql.ends_with("range") && !sql.ends_with("multirange")
}

/// True for texts of any length.
pub(crate) fn is_text(sql: &str) -> bool {
    (sql.starts_with("character") || sql == "text" || sql == "citext") && !sql.ends_with(']')
}
