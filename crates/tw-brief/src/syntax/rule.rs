//! The lines of an entity's section that are not attributes: key, unique, check, never overlap, depends, partition by.
use super::EntitySection;
use super::entity::{KeyLine, once};
use super::partition;
use crate::cursor::{Cursor, Sp, Span, shorten};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;
use crate::names;
use crate::text::Text;
use tw_model::Origin;

pub(crate) struct UniqueLine {
    pub parts: Vec<Sp<String>>,
    pub per_tenant: bool,
    pub span: Span,
    pub origin: Origin,
}

pub(crate) struct CheckLine {
    pub name: Option<Sp<String>>,
    pub sql: Text,
    pub origin: Origin,
}

pub(crate) struct OverlapLine {
    pub equal: Vec<Sp<String>>,
    pub during: Vec<Sp<String>>,
    pub filter: Option<Text>,
    pub span: Span,
    pub origin: Origin,
}

pub(crate) struct DependsLine {
    pub from: Vec<Sp<String>>,
    pub to: Vec<Sp<String>>,
    pub kept_because: Option<String>,
    pub origin: Origin,
}

/// True where the line is an attribute: a word and a colon.
pub(crate) fn is_attribute(cursor: &Cursor) -> bool {
    cursor.kind() == Some(TokenKind::Word) && cursor.peek_at(1) == ":" && cursor.peek() != "depends"
}

/// Reads a line of a section that is not an attribute.
pub(crate) fn parse(cursor: &mut Cursor, section: &mut EntitySection, origin: Origin) -> Result<(), Fault> {
    let start = cursor.position();
    let word = cursor.word("an attribute or a rule")?;
    match word.v.as_str() {
        "key" => {
            let parts = cursor.names("the parts of a key")?;
            let span = cursor.since(start);
            once(&mut section.key, KeyLine::Parts(parts, span.clone()), span, "the key")?;
        }
        "unique" => {
            let per_tenant = cursor.eat_all(&["per", "tenant"]);
            let parts = cursor.names("the parts of a uniqueness rule")?;
            let span = cursor.since(start);
            section.uniques.push(UniqueLine { parts, per_tenant, span, origin });
        }
        "check" => {
            let name = match cursor.kind() {
                Some(TokenKind::Word) => {
                    let name = names::snake(cursor, "a check")?;
                    cursor.expect(":", "a named check is `check name: (expression)`")?;
                    Some(name)
                }
                _ => None,
            };
            let sql = cursor.sql_group("the check")?;
            section.checks.push(CheckLine { name, sql, origin });
        }
        "never" => {
            cursor.expect("overlap", "the rule is `never overlap (bed, during)`")?;
            let (equal, during) = overlap(cursor)?;
            let filter = match cursor.eat("where") {
                true => Some(cursor.sql_group("the filter")?),
                false => None,
            };
            let span = cursor.since(start);
            section.overlaps.push(OverlapLine { equal, during, filter, span, origin });
        }
        "partition" => {
            let line = partition::by(cursor, start, origin)?;
            let span = line.span.clone();
            once(&mut section.partition, line, span, "how the table is partitioned")?;
        }
        "keep" => {
            let line = partition::whole(cursor, start, origin)?;
            let span = line.span.clone();
            once(&mut section.partition, line, span, "how the table is partitioned")?;
        }
        "depends" => {
            let line = depends(cursor, origin)?;
            section.depends.push(line);
        }
        other => {
            return Err(Fault::new(word.span.clone(), format!("unknown line `{}`", shorten(other)))
                .why("lines of an entity are attributes (`name: type`), key, unique, check, never overlap, depends, partition by, keep whole")
                .suggest(
                    other,
                    ["key", "unique", "check", "never overlap", "depends", "partition by", "keep whole"],
                    "an attribute is `name: type`",
                ));
        }
    }
    cursor.finish()
}

type Names = Vec<Sp<String>>;

fn overlap(cursor: &mut Cursor) -> Result<(Names, Names), Fault> {
    cursor.expect("(", "the rule is `never overlap (bed, during)`")?;
    let mut equal = vec![];
    let during = loop {
        let name = cursor.word("an attribute or a relation end")?;
        if cursor.eat("to") {
            break vec![name, cursor.word("the attribute of the end")?];
        }
        if !cursor.eat(",") {
            break vec![name];
        }
        equal.push(name);
    };
    cursor.expect(")", "the last part is a range, or two bounds: `starts_at to ends_at`")?;
    Ok((equal, during))
}

fn depends(cursor: &mut Cursor, origin: Origin) -> Result<DependsLine, Fault> {
    let form = "a dependency is `depends: a, b -> c, decompose` or `..., kept because \"reason\"`";
    cursor.expect(":", form)?;
    let mut from = vec![cursor.word("an attribute")?];
    while cursor.eat(",") {
        from.push(cursor.word("an attribute")?);
    }
    cursor.expect("->", form)?;
    let mut to = vec![cursor.word("an attribute")?];
    loop {
        if !cursor.eat(",") {
            return Err(cursor
                .expected("`, decompose` or `, kept because \"reason\"`")
                .why("a dependency of attributes is either taken apart or kept for a reason"));
        }
        if cursor.eat("decompose") {
            return Ok(DependsLine { from, to, kept_because: None, origin });
        }
        if cursor.eat_all(&["kept", "because"]) {
            let reason = cursor.quoted("the reason in quotes")?;
            if reason.v.trim().is_empty() {
                return Err(Fault::new(reason.span, "the reason is empty"));
            }
            return Ok(DependsLine { from, to, kept_because: Some(reason.v), origin });
        }
        to.push(cursor.word("an attribute, `decompose` or `kept because`")?);
    }
}
