//! `## Workload` lines: signatures and `>` statements.
use crate::cursor::{Cursor, Sp, Span, check_sql, shorten};
use crate::diagnostic::Fault;
use crate::lex::{TokenKind, tokens};
use crate::syntax::attribute::zipf;
use crate::text::Text;
use crate::types::{self, Resolved};
use crate::{names, units};
use tw_model::Origin;
use tw_model::model::{Isolation, Query};

/// A query or transaction as written.
pub(crate) struct QueryLine {
    pub name: Sp<String>,
    /// What needs no looking up: name, rate, latencies, isolation, scan, age.
    pub said: Query,
    pub params: Vec<ParamLine>,
    pub role: Option<Sp<String>>,
    /// A part could not be read.
    pub torn: bool,
    pub statements: Vec<StatementLine>,
}

pub(crate) struct ParamLine {
    pub name: Sp<String>,
    pub ty: ParamTypeLine,
    pub drawn_zipf: Option<f64>,
}

pub(crate) enum ParamTypeLine {
    Attribute(Sp<String>, Sp<String>),
    Entity(Sp<String>),
    Type(Resolved),
}

pub(crate) struct StatementLine {
    pub sql: Text,
    pub expect_rows: Option<u64>,
    pub into: Vec<Sp<String>>,
    pub origin: Origin,
}

/// Reads a signature; faults in its options are reported one by one.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin, faults: &mut Vec<Fault>) -> Result<QueryLine, Fault> {
    let name = names::snake(cursor, "a query")?;
    cursor.expect("(", "a query is `name(parameter: type) rate, options`")?;
    let mut line = QueryLine {
        said: Query::bare(&name.v, origin),
        name,
        params: vec![],
        role: None,
        torn: false,
        statements: vec![],
    };
    if !cursor.eat(")") {
        loop {
            let param = param(cursor)?;
            if line.params.iter().any(|p| p.name.v == param.name.v) {
                faults.push(Fault::new(
                    param.name.span.clone(),
                    format!("the parameter `{}` is named twice", param.name.v),
                ));
            } else {
                line.params.push(param);
            }
            if !cursor.eat(",") {
                break;
            }
        }
        cursor.expect(")", "parameters are separated by commas")?;
    }
    let mut first = true;
    while !cursor.done() {
        let from = cursor.position();
        if !(cursor.eat(",") || first) {
            faults.push(cursor.expected("a comma before the next option"));
            cursor.recover(from);
            continue;
        }
        first = false;
        if let Err(fault) = option(cursor, &mut line) {
            faults.push(fault);
            cursor.recover(from);
        }
    }
    Ok(line)
}

fn param(cursor: &mut Cursor) -> Result<ParamLine, Fault> {
    let name = names::snake(cursor, "a parameter")?;
    cursor.expect(":", "a parameter is `name: type`, where the type is `User.email`, `Account` or `money`")?;
    let capital = cursor.peek().starts_with(|c: char| c.is_ascii_uppercase());
    let ty = if capital && cursor.peek_at(1) == "." {
        let entity = names::entity(cursor)?;
        cursor.bump();
        ParamTypeLine::Attribute(entity, cursor.word("an attribute")?)
    } else if capital {
        ParamTypeLine::Entity(names::entity(cursor)?)
    } else {
        ParamTypeLine::Type(types::parse(cursor)?)
    };
    let drawn_zipf = match cursor.eat("drawn") {
        true => {
            cursor.expect("zipf", "the form is `drawn zipf 1.1`")?;
            Some(zipf(cursor)?)
        }
        false => None,
    };
    Ok(ParamLine { name, ty, drawn_zipf })
}

const OPTIONS: &[&str] =
    &["p95", "p99", "read committed", "repeatable read", "serializable", "as", "scan", "up to", "peak"];

fn option(cursor: &mut Cursor, line: &mut QueryLine) -> Result<(), Fault> {
    let start = cursor.position();
    if units::at_rate(cursor) {
        let rate = units::rate_per_s(cursor)?;
        let peak = cursor.eat("peak");
        let span = cursor.since(start);
        once(line.said.rate_per_s.is_some(), span.clone(), "the rate")?;
        if !(rate > 0.0 && rate <= 1e7) {
            return Err(Fault::new(span, "a rate is more than 0 and at most 10 million per second"));
        }
        line.said.rate_per_s = Some(rate);
        line.said.peak = peak;
        return Ok(());
    }
    if cursor.kind() == Some(TokenKind::Number) {
        return Err(cursor.expected("a rate such as `500/s`"));
    }
    let word = cursor.word("an option")?;
    let span = word.span;
    match word.v.as_str() {
        "p95" | "p99" => {
            let ms = units::duration_ms(cursor, "a latency")?;
            let span = cursor.since(start);
            if !(0.01..=86_400_000.0).contains(&ms) {
                return Err(Fault::new(span, "a latency is from 0.01 ms to one day"));
            }
            let slot = if word.v == "p95" { &mut line.said.p95_ms } else { &mut line.said.p99_ms };
            once(slot.is_some(), span, &format!("`{}`", word.v))?;
            *slot = Some(ms);
        }
        "read" | "repeatable" | "serializable" => {
            let isolation = match word.v.as_str() {
                "read" => {
                    cursor.expect(
                        "committed",
                        "the isolation levels are read committed, repeatable read, serializable",
                    )?;
                    Isolation::ReadCommitted
                }
                "repeatable" => {
                    cursor.expect("read", "the isolation levels are read committed, repeatable read, serializable")?;
                    Isolation::RepeatableRead
                }
                _ => Isolation::Serializable,
            };
            once(line.said.isolation.is_some(), cursor.since(start), "the isolation")?;
            line.said.isolation = Some(isolation);
        }
        "as" => {
            let role = cursor.word("a role")?;
            once(line.role.is_some(), cursor.since(start), "the role")?;
            line.role = Some(role);
        }
        "scan" => {
            once(line.said.scan, span, "`scan`")?;
            line.said.scan = true;
        }
        "up" => {
            const FORM: &str = "the form is `up to 1 day old`";
            cursor.expect("to", FORM)?;
            let oldest = units::duration_s(cursor, "an age")?;
            cursor.expect("old", FORM)?;
            let span = cursor.since(start);
            once(line.said.oldest_s.is_some(), span.clone(), "the age")?;
            if !(60..=31_622_400).contains(&oldest) {
                return Err(Fault::new(span, "an answer is from one minute to one year old")
                    .help("take the option away where it must be true now"));
            }
            line.said.oldest_s = Some(oldest);
        }
        other => {
            return Err(Fault::new(span, format!("unknown option `{}`", shorten(other)))
                .why(
                    "a query takes a rate (`500/s`, with `peak`), p95, p99, an isolation level, as, scan, up to an age",
                )
                .suggest(other, OPTIONS.iter().copied(), "take one of these"));
        }
    }
    Ok(())
}

fn once(said: bool, span: Span, what: &str) -> Result<(), Fault> {
    if said {
        return Err(Fault::new(span, format!("{what} is said twice")).help("keep one"));
    }
    Ok(())
}

/// Reads a `>` statement and its tails.
pub(crate) fn statement(text: &Text, origin: Origin) -> Result<StatementLine, Fault> {
    let cut = tokens(text);
    let word = |i: usize| cut.get(i).map_or("", |t| &text.text[t.start..t.end]);
    let plain = |i: usize| cut.get(i).is_some_and(|t| t.kind != TokenKind::Quoted);
    let mut end = cut.len();
    let mut line = StatementLine { sql: Text::default(), expect_rows: None, into: vec![], origin };
    if let Some(semicolon) = (0..cut.len()).find(|i| word(*i) == ";" && plain(*i)) {
        let tail = text.slice(cut[semicolon].end..text.text.len());
        if !tail.text.is_empty() {
            line.expect_rows = Some(expect(&tail)?);
        }
        end = semicolon;
    }
    // `into :x, :y` at the end of the statement.
    let mut begin = end;
    while begin >= 2 && word(begin - 2) == ":" && plain(begin - 2) && cut[begin - 1].kind == TokenKind::Word {
        begin -= 2;
        if begin >= 1 && word(begin - 1) == "into" {
            let mut at = begin;
            while at < end {
                let name = Sp { v: word(at + 1).to_string(), span: text.span(cut[at + 1].start..cut[at + 1].end) };
                line.into.push(names::check_snake(name, "a parameter")?);
                at += 3;
            }
            end = begin - 1;
            break;
        }
        if begin >= 1 && word(begin - 1) == "," {
            begin -= 1;
        } else {
            break;
        }
    }
    let last = end.checked_sub(1).and_then(|i| cut.get(i)).map_or(0, |t| t.end);
    line.sql = text.slice(0..last);
    check_sql(&line.sql, "the statement", text.whole())?;
    Ok(line)
}

fn expect(tail: &Text) -> Result<u64, Fault> {
    let mut cursor = Cursor::new(tail);
    if !cursor.eat("expect") {
        return Err(cursor
            .expected("`expect 1 row`")
            .why("each `>` is one statement; after `;` stands what it is expected to change")
            .help("begin the next statement on a line of its own with `>`"));
    }
    let rows = units::whole(&mut cursor, "the number of rows", 0, 1_000_000_000)?;
    if !(cursor.eat("row") || cursor.eat("rows")) {
        return Err(cursor.expected("`row` or `rows`"));
    }
    cursor.finish()?;
    Ok(rows)
}
