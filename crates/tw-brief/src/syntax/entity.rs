//! `### Name (volume, options) of Owner, options`.
use super::AttributeLine;
use super::partition::PartitionLine;
use super::rule::{CheckLine, DependsLine, OverlapLine, UniqueLine};
use crate::cursor::{Cursor, Sp, Span, shorten};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;
use crate::syntax::promise::{key_kind, schema_name};
use crate::{names, units};
use std::collections::BTreeSet;
use tw_model::Origin;
use tw_model::model::{Disposal, KeyKind};

/// An entity's section as written.
pub(crate) struct EntitySection {
    pub name: Sp<String>,
    pub purpose: String,
    pub volume: Option<Sp<VolumeLine>>,
    pub growth: Option<Sp<f64>>,
    pub append_only: Option<Span>,
    pub soft_delete: Option<Span>,
    pub shared: Option<Span>,
    pub retention: Option<Sp<RetentionLine>>,
    pub partition: Option<PartitionLine>,
    pub key: Option<KeyLine>,
    pub weak_of: Option<Sp<String>>,
    pub subtypes: Option<SubtypesLine>,
    pub schema: Option<Sp<String>>,
    pub was: Option<Sp<String>>,
    pub uniques: Vec<UniqueLine>,
    pub checks: Vec<CheckLine>,
    pub overlaps: Vec<OverlapLine>,
    pub depends: Vec<DependsLine>,
    pub attributes: Vec<AttributeLine>,
    /// The heading could not be read: names may be unknown for that reason alone.
    pub torn: bool,
    /// Words of lines that could not be read: what they name is unknown for that reason alone.
    pub lost: BTreeSet<String>,
    pub origin: Origin,
}

#[derive(Clone)]
pub(crate) enum VolumeLine {
    Rows(u64),
    Per(f64, Sp<String>),
}

pub(crate) struct RetentionLine {
    pub days: u32,
    pub from: Sp<String>,
    pub then: Disposal,
}

pub(crate) enum KeyLine {
    Parts(Vec<Sp<String>>, Span),
    Kind(KeyKind, Span),
}

pub(crate) struct SubtypesLine {
    pub members: Vec<(Sp<String>, Option<Sp<u64>>)>,
    pub overlapping: bool,
    pub total: bool,
    pub span: Span,
    pub origin: Origin,
}

impl EntitySection {
    /// An entity of which only the name is known.
    pub fn named(name: Sp<String>, origin: Origin) -> Self {
        EntitySection {
            name,
            purpose: String::new(),
            volume: None,
            growth: None,
            append_only: None,
            soft_delete: None,
            shared: None,
            retention: None,
            partition: None,
            key: None,
            weak_of: None,
            subtypes: None,
            schema: None,
            was: None,
            uniques: vec![],
            checks: vec![],
            overlaps: vec![],
            depends: vec![],
            attributes: vec![],
            torn: false,
            lost: BTreeSet::new(),
            origin,
        }
    }
}

/// Reads a heading; faults in its options are reported one by one.
pub(crate) fn heading(cursor: &mut Cursor, origin: Origin, faults: &mut Vec<Fault>) -> Result<EntitySection, Fault> {
    let name = names::entity(cursor)?;
    let mut section = EntitySection::named(name, origin);
    if cursor.eat("(") {
        loop {
            if let Err(fault) = option(cursor, &mut section) {
                section.torn = true;
                faults.push(fault);
                skip_inside(cursor);
            }
            if !cursor.eat(",") {
                break;
            }
        }
        if let Err(fault) = cursor.expect(")", "options of a heading are separated by commas") {
            section.torn = true;
            faults.push(fault);
            return Ok(section);
        }
    }
    while !cursor.done() {
        let from = cursor.position();
        cursor.eat(",");
        if let Err(fault) = option(cursor, &mut section) {
            section.torn = true;
            faults.push(fault);
            cursor.recover(from);
        }
    }
    Ok(section)
}

/// To the next comma or the end of the heading's parentheses.
fn skip_inside(cursor: &mut Cursor) {
    let mut depth = 0usize;
    while !cursor.done() {
        match cursor.peek() {
            "(" => depth += 1,
            ")" if depth == 0 => return,
            ")" => depth -= 1,
            "," if depth == 0 => return,
            _ => {}
        }
        cursor.bump();
    }
}

const OPTIONS: &[&str] =
    &["append-only", "soft delete", "shared", "keep", "of", "key", "keys", "subtypes", "schema", "was"];

fn option(cursor: &mut Cursor, section: &mut EntitySection) -> Result<(), Fault> {
    let start = cursor.position();
    match cursor.kind() {
        Some(TokenKind::Number) => {
            let volume = volume(cursor)?;
            let span = cursor.since(start);
            return once(&mut section.volume, Sp { v: volume, span: span.clone() }, span, "the volume");
        }
        Some(TokenKind::Sign) if matches!(cursor.peek(), "+" | "-") => {
            let v = units::growth(cursor)?;
            let span = cursor.since(start);
            return once(&mut section.growth, Sp { v, span: span.clone() }, span, "the growth");
        }
        _ => {}
    }
    let word = cursor.word("a volume or an option")?;
    let span = word.span;
    match word.v.as_str() {
        "append-only" => once(&mut section.append_only, span.clone(), span, "`append-only`"),
        "soft" => {
            cursor.expect("delete", "the option is `soft delete`")?;
            let span = cursor.since(start);
            once(&mut section.soft_delete, span.clone(), span, "`soft delete`")
        }
        "shared" => once(&mut section.shared, span.clone(), span, "`shared`"),
        "keep" => {
            let v = retention(cursor)?;
            let span = cursor.since(start);
            once(&mut section.retention, Sp { v, span: span.clone() }, span, "`keep`")
        }
        "of" => {
            let owner = names::entity(cursor)?;
            once(&mut section.weak_of, owner, span, "`of`")
        }
        "key" => {
            let parts = cursor.names("the parts of a key")?;
            let span = cursor.since(start);
            once(&mut section.key, KeyLine::Parts(parts, span.clone()), span, "the key")
        }
        "keys" => {
            let kind = key_kind(cursor)?;
            let span = cursor.since(start);
            once(&mut section.key, KeyLine::Kind(kind, span.clone()), span, "the key")
        }
        "subtypes" => {
            let line = subtypes(cursor, start, section.origin.clone())?;
            let span = cursor.since(start);
            once(&mut section.subtypes, line, span, "`subtypes`")
        }
        "schema" => {
            let name = schema_name(cursor)?;
            once(&mut section.schema, name, span, "`schema`")
        }
        "was" => {
            let name = cursor.word("the old name")?;
            once(&mut section.was, name, span, "`was`")
        }
        other => Err(Fault::new(span, format!("unknown option `{}`", shorten(other)))
            .why("a heading takes a volume, a growth, append-only, soft delete, shared, keep, of, key, keys, subtypes, schema, was")
            .suggest(other, OPTIONS.iter().copied(), "take one of these, or write prose under the heading")),
    }
}

pub(crate) fn once<T>(slot: &mut Option<T>, value: T, span: Span, what: &str) -> Result<(), Fault> {
    if slot.is_some() {
        return Err(Fault::new(span, format!("{what} is said twice")).help("keep one"));
    }
    *slot = Some(value);
    Ok(())
}

fn volume(cursor: &mut Cursor) -> Result<VolumeLine, Fault> {
    let start = cursor.position();
    let number = units::quantity(cursor, "a volume")?;
    if cursor.eat("per") {
        if !(0.000_001..=1e12).contains(&number) {
            return Err(Fault::new(cursor.since(start), "a mean is more than 0 and at most 10¹²"));
        }
        return Ok(VolumeLine::Per(number, names::entity(cursor)?));
    }
    if number.fract() != 0.0 || !(1.0..units::MOST_ROWS).contains(&number) {
        return Err(Fault::new(cursor.since(start), "a volume is a whole number of rows, from 1 to fewer than 10¹⁵"));
    }
    Ok(VolumeLine::Rows(number as u64))
}

fn retention(cursor: &mut Cursor) -> Result<RetentionLine, Fault> {
    let days = units::duration_days(cursor, "the time rows are kept")?;
    let form = "retention is `keep 7 years from placed_at then delete`";
    cursor.expect("from", form)?;
    let from = cursor.word("the attribute that counts")?;
    cursor.expect("then", form)?;
    let word = cursor.word("`detach`, `delete` or `anonymise`")?;
    let then = match word.v.as_str() {
        "detach" => Disposal::Detach,
        "delete" => Disposal::Delete,
        "anonymise" => Disposal::Anonymise,
        other => {
            return Err(Fault::new(word.span.clone(), format!("unknown end of retention `{}`", shorten(other)))
                .why("rows are detached (with their partition), deleted, or anonymised")
                .suggest(other, ["detach", "delete", "anonymise"], "say `detach`, `delete` or `anonymise`"));
        }
    };
    Ok(RetentionLine { days, from, then })
}

fn subtypes(cursor: &mut Cursor, start: usize, origin: Origin) -> Result<SubtypesLine, Fault> {
    cursor.expect("(", "the subtypes stand in parentheses")?;
    let mut members = vec![];
    loop {
        let name = names::entity(cursor)?;
        let at = cursor.position();
        let rows = match cursor.kind() {
            Some(TokenKind::Number) => {
                let v = units::whole(cursor, "a volume", 1, units::MOST_ROWS as u64 - 1)?;
                Some(Sp { v, span: cursor.since(at) })
            }
            _ => None,
        };
        members.push((name, rows));
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.expect(")", "the subtypes are separated by commas, each with its volume")?;
    let mut line = SubtypesLine { members, overlapping: false, total: false, span: cursor.since(start), origin };
    if cursor.eat(":") {
        let mut said = [false, false];
        loop {
            let word = cursor.word("`overlapping` or `disjoint`, `partial` or `total`")?;
            let which = match word.v.as_str() {
                "overlapping" | "disjoint" => 0,
                "partial" | "total" => 1,
                other => {
                    return Err(Fault::new(
                        word.span.clone(),
                        format!("unknown kind of subtypes `{}`", shorten(other)),
                    )
                    .why("subtypes are overlapping or disjoint, partial or total")
                    .suggest(other, ["overlapping", "disjoint", "partial", "total"], ""));
                }
            };
            if said[which] {
                return Err(Fault::new(word.span, "the kind of subtypes is said twice").help("keep one"));
            }
            said[which] = true;
            line.overlapping |= word.v == "overlapping";
            line.total |= word.v == "total";
            let more =
                cursor.peek() == "," && matches!(cursor.peek_at(1), "overlapping" | "disjoint" | "partial" | "total");
            if !more {
                break;
            }
            cursor.bump();
        }
    }
    line.span = cursor.since(start);
    Ok(line)
}
