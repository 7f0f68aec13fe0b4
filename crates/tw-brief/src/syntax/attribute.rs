//! `- name: type = default, options — purpose`.
use crate::cursor::{Cursor, Sp, Span, shorten};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;
use crate::text::Text;
use crate::types::{self, Resolved};
use crate::{names, units};
use tw_model::Origin;
use tw_model::model::{Numbered, Sensitivity, UniqueKind, Value};

/// An attribute as written. A part that could not be read is left out, and its fault was reported.
pub(crate) struct AttributeLine {
    pub name: Sp<String>,
    pub ty: Option<Resolved>,
    pub optional: Option<Span>,
    pub key: Option<Span>,
    pub unique: Option<Sp<UniqueKind>>,
    pub default: Option<Sp<Value>>,
    pub checks: Vec<Text>,
    pub values: Option<Sp<Vec<ItemLine>>>,
    pub open: Option<Span>,
    pub generated: Option<Text>,
    pub numbered: Option<Sp<Numbered>>,
    pub search: Option<Span>,
    pub sensitivity: Vec<Sp<Sensitivity>>,
    pub null_share: Option<Sp<f64>>,
    pub zipf: Option<Sp<f64>>,
    pub was: Option<Sp<String>>,
    pub purpose: String,
    pub origin: Origin,
}

/// One value of `in (...)`.
pub(crate) struct ItemLine {
    pub value: Sp<String>,
    pub quoted: bool,
    pub share: Option<f64>,
    pub was: Option<String>,
}

const OPTIONS: &[&str] = &[
    "optional",
    "key",
    "unique",
    "check",
    "in",
    "open",
    "generated",
    "numbered",
    "search",
    "personal",
    "secret",
    "financial",
    "null",
    "zipf",
    "was",
];

/// Reads an attribute line; faults in its options are reported one by one.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin, faults: &mut Vec<Fault>) -> Result<AttributeLine, Fault> {
    let name = names::snake(cursor, "an attribute")?;
    cursor.expect(":", "an attribute is `name: type, options`")?;
    let mut line = AttributeLine {
        name,
        ty: None,
        optional: None,
        key: None,
        unique: None,
        default: None,
        checks: vec![],
        values: None,
        open: None,
        generated: None,
        numbered: None,
        search: None,
        sensitivity: vec![],
        null_share: None,
        zipf: None,
        was: None,
        purpose: String::new(),
        origin,
    };
    let ty = cursor.position();
    match types::parse(cursor) {
        Ok(ty) => line.ty = Some(ty),
        Err(fault) => {
            faults.push(fault);
            cursor.recover(ty);
        }
    }
    while !cursor.done() {
        let from = cursor.position();
        if let Some(purpose) = cursor.purpose() {
            line.purpose = purpose;
            break;
        }
        let loose = matches!(cursor.peek(), "=" | "in" | "open");
        if !loose && !cursor.eat(",") {
            faults.push(cursor.expected("a comma before the next option"));
            cursor.recover(from);
            continue;
        }
        if let Err(fault) = option(cursor, &mut line) {
            faults.push(fault);
            cursor.recover(from);
        }
    }
    Ok(line)
}

fn option(cursor: &mut Cursor, line: &mut AttributeLine) -> Result<(), Fault> {
    let start = cursor.position();
    if cursor.eat("=") {
        let v = value(cursor)?;
        let span = cursor.since(start + 1);
        return once(&mut line.default, Sp { v, span }, "the default");
    }
    let word = cursor.word("an option")?;
    let span = word.span.clone();
    match word.v.as_str() {
        "optional" => once(&mut line.optional, span, "`optional`"),
        "key" => once(&mut line.key, span, "`key`"),
        "open" => once(&mut line.open, span, "`open`"),
        "search" => once(&mut line.search, span, "`search`"),
        "unique" => {
            let mut kind = UniqueKind { nocase: false, per_tenant: false };
            loop {
                if cursor.eat("nocase") {
                    kind.nocase = true;
                } else if cursor.eat_all(&["per", "tenant"]) {
                    kind.per_tenant = true;
                } else {
                    break;
                }
            }
            let span = cursor.since(start);
            once(&mut line.unique, Sp { v: kind, span }, "`unique`")
        }
        "check" => {
            line.checks.push(cursor.sql_group("the check")?);
            Ok(())
        }
        "in" => {
            let items = items(cursor)?;
            let span = cursor.since(start);
            once(&mut line.values, Sp { v: items, span }, "`in (...)`")
        }
        "generated" => {
            cursor.expect("as", "a generated attribute is `generated as (expression) stored`")?;
            let sql = cursor.sql_group("the expression")?;
            cursor.expect("stored", "a generated attribute is `generated as (expression) stored`")?;
            once(&mut line.generated, sql, "`generated`").map_err(|mut fault| {
                fault.span = cursor.since(start);
                fault
            })
        }
        "numbered" => {
            let v = if cursor.eat_all(&["by", "default"]) {
                Numbered::ByDefault
            } else if cursor.eat_all(&["by", "sequence"]) {
                Numbered::BySequence
            } else {
                Numbered::Always
            };
            let span = cursor.since(start);
            once(&mut line.numbered, Sp { v, span }, "`numbered`")
        }
        "personal" | "secret" | "financial" => {
            let v = match word.v.as_str() {
                "personal" => Sensitivity::Personal,
                "secret" => Sensitivity::Secret,
                _ => Sensitivity::Financial,
            };
            if line.sensitivity.iter().any(|s| s.v == v) {
                return Err(Fault::new(span, format!("`{}` is said twice", word.v)).help("keep one"));
            }
            line.sensitivity.push(Sp { v, span });
            Ok(())
        }
        "null" => {
            let (share, _) = units::percent(cursor, "the share of absent values")?;
            let span = cursor.since(start);
            once(&mut line.null_share, Sp { v: share / 100.0, span }, "`null`")
        }
        "zipf" => {
            let v = zipf(cursor)?;
            let span = cursor.since(start);
            once(&mut line.zipf, Sp { v, span }, "`zipf`")
        }
        "was" => {
            let was = cursor.word("the old name")?;
            once(&mut line.was, was, "`was`")
        }
        other => Err(Fault::new(span, format!("unknown option `{}`", shorten(other)))
            .why(format!("the options are {}", OPTIONS.join(", ")))
            .suggest(other, OPTIONS.iter().copied(), "take one of these, or write prose after ` — `")),
    }
}

/// The exponent of a Zipf distribution.
pub(crate) fn zipf(cursor: &mut Cursor) -> Result<f64, Fault> {
    let number = cursor.number("an exponent such as 1.1")?;
    match number.v.parse::<f64>() {
        Ok(exponent) if (0.1..=5.0).contains(&exponent) => Ok(exponent),
        _ => Err(Fault::new(number.span, "a Zipf exponent is a number from 0.1 to 5")
            .help("1 is usual, more is more skewed")),
    }
}

trait Placed {
    fn place(&self) -> Span;
}
impl Placed for Span {
    fn place(&self) -> Span {
        self.clone()
    }
}
impl<T> Placed for Sp<T> {
    fn place(&self) -> Span {
        self.span.clone()
    }
}
impl Placed for Text {
    fn place(&self) -> Span {
        self.whole()
    }
}

fn once<T: Placed>(slot: &mut Option<T>, value: T, what: &str) -> Result<(), Fault> {
    if slot.is_some() {
        return Err(Fault::new(value.place(), format!("{what} is said twice")).help("keep one"));
    }
    *slot = Some(value);
    Ok(())
}

/// A literal: bare word, number, 'quoted', (expression), `now`.
fn value(cursor: &mut Cursor) -> Result<Value, Fault> {
    match cursor.kind() {
        Some(TokenKind::Word) => {
            let word = cursor.word("a value")?;
            Ok(match word.v.as_str() {
                "now" => Value::Now,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => Value::Text(word.v),
            })
        }
        Some(TokenKind::Quoted) if cursor.peek().starts_with('\'') => Ok(Value::Text(cursor.quoted("a value")?.v)),
        Some(TokenKind::Quoted) => Err(Fault::new(cursor.span(), "text is quoted with single quotes")),
        _ if cursor.peek() == "(" => Ok(Value::Expression(cursor.sql_group("the default")?.text)),
        _ => Ok(Value::Number(signed(cursor)?)),
    }
}

/// A number without a unit, with its sign.
fn signed(cursor: &mut Cursor) -> Result<String, Fault> {
    let minus = cursor.eat("-");
    let number = cursor.number("a value: a word, a number, 'quoted' text or an (expression)")?;
    let (digits, unit) = units::split(&number.v);
    if !unit.is_empty() {
        return Err(Fault::new(number.span, format!("`{}` is not a number", shorten(&number.v)))
            .why("values are written in full, without k, M or B")
            .help("write all digits, or quote it if it is text"));
    }
    Ok(format!("{}{digits}", if minus { "-" } else { "" }))
}

fn items(cursor: &mut Cursor) -> Result<Vec<ItemLine>, Fault> {
    cursor.expect("(", "the values stand in parentheses")?;
    let mut out: Vec<ItemLine> = vec![];
    loop {
        let start = cursor.position();
        let (text, quoted) = item_value(cursor)?;
        let span = cursor.since(start);
        if out.iter().any(|i| i.value.v == text) {
            return Err(Fault::new(span, format!("the value `{}` is listed twice", shorten(&text))).help("keep one"));
        }
        let mut item = ItemLine { value: Sp { v: text, span }, quoted, share: None, was: None };
        loop {
            if cursor.kind() == Some(TokenKind::Number) && item.share.is_none() {
                item.share = Some(units::percent(cursor, "a share")?.0 / 100.0);
            } else if cursor.peek() == "was" && item.was.is_none() {
                cursor.bump();
                item.was = Some(item_value(cursor)?.0);
            } else {
                break;
            }
        }
        out.push(item);
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.expect(")", "values are separated by commas: `in (a 70%, b was c 30%)`")?;
    Ok(out)
}

fn item_value(cursor: &mut Cursor) -> Result<(String, bool), Fault> {
    match cursor.kind() {
        Some(TokenKind::Word) => Ok((cursor.word("a value")?.v, false)),
        Some(TokenKind::Quoted) if cursor.peek().starts_with('\'') => Ok((cursor.quoted("a value")?.v, true)),
        Some(TokenKind::Number) | Some(TokenKind::Sign) if cursor.peek() != ")" => Ok((signed(cursor)?, false)),
        _ => Err(cursor.expected("a value: a word, a number or 'quoted' text")),
    }
}
