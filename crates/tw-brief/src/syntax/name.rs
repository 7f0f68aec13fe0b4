//! `- Album: albums (key as album_id, title)` and `- Album references artist: album_artist_id_fkey`.
use crate::cursor::{Cursor, Sp, Span, shorten};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;
use crate::names;
use tw_model::Origin;

/// A name line as written.
pub(crate) struct NameSyntax {
    pub entity: Sp<String>,
    pub of: NamedSyntax,
    pub origin: Origin,
}

pub(crate) enum NamedSyntax {
    /// A table and its columns: symbol, name.
    Table(String, Vec<(Sp<String>, String)>),
    Constraint(ConstraintSyntax, String),
}

/// Which constraint of the entity is called.
pub(crate) enum ConstraintSyntax {
    Key,
    References(Sp<String>),
    Unique(Vec<Sp<String>>),
    Check(Sp<String>),
    In(Sp<String>),
}

/// PostgreSQL cuts names there.
const LONGEST: usize = 63;

const FORMS: &str = "a name line is `Album: albums (title, artist as artist_id)`, or `Album key: pk_albums` with `key`, \
                     `references end`, `unique (a, b)`, `check name` or `in attribute`";

/// Reads a name line.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin) -> Result<NameSyntax, Fault> {
    let entity = names::entity(cursor)?;
    if cursor.eat(":") {
        let table = physical(cursor, "the name of a table")?;
        let columns = if cursor.peek() == "(" { columns(cursor)? } else { vec![] };
        cursor.finish().map_err(|f| f.why(FORMS))?;
        return Ok(NameSyntax { entity, of: NamedSyntax::Table(table, columns), origin });
    }
    let constraint = if cursor.eat("key") {
        ConstraintSyntax::Key
    } else if cursor.eat("references") {
        ConstraintSyntax::References(cursor.word("an end")?)
    } else if cursor.eat("unique") {
        ConstraintSyntax::Unique(symbols(cursor)?)
    } else if cursor.eat("check") {
        ConstraintSyntax::Check(cursor.word("an attribute or the name of a check")?)
    } else if cursor.eat("in") {
        ConstraintSyntax::In(cursor.word("an attribute")?)
    } else {
        let word = cursor.peek().to_string();
        let fault = cursor.expected("`:` and the name of the table, or which constraint is called");
        return Err(fault.why(FORMS).suggest(&word, ["key", "references", "unique", "check", "in"], ""));
    };
    cursor.expect(":", FORMS)?;
    let name = physical(cursor, "the name of a constraint")?;
    cursor.finish().map_err(|f| f.why(FORMS))?;
    Ok(NameSyntax { entity, of: NamedSyntax::Constraint(constraint, name), origin })
}

fn columns(cursor: &mut Cursor) -> Result<Vec<(Sp<String>, String)>, Fault> {
    cursor.expect("(", FORMS)?;
    let mut out: Vec<(Sp<String>, String)> = vec![];
    loop {
        let symbol = symbol(cursor)?;
        let name = if cursor.eat("as") { physical(cursor, "the name of a column")? } else { symbol.v.clone() };
        if out.iter().any(|(s, n)| s.v == symbol.v || *n == name) {
            return Err(Fault::new(symbol.span, format!("the column `{}` is called twice", shorten(&name)))
                .why("a column has one name, and a name one column")
                .help("keep one"));
        }
        out.push((symbol, name));
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.expect(")", "the columns stand in parentheses, separated by commas")?;
    Ok(out)
}

fn symbols(cursor: &mut Cursor) -> Result<Vec<Sp<String>>, Fault> {
    cursor.expect("(", "what is unique stands in parentheses")?;
    let mut out = vec![symbol(cursor)?];
    while cursor.eat(",") {
        out.push(symbol(cursor)?);
    }
    cursor.expect(")", "what is unique stands in parentheses, separated by commas")?;
    Ok(out)
}

/// An attribute, an end, `key`, or `end.part`.
fn symbol(cursor: &mut Cursor) -> Result<Sp<String>, Fault> {
    let start = cursor.position();
    let mut v = cursor.word("an attribute, an end or `key`")?.v;
    while cursor.eat(".") {
        v = format!("{v}.{}", cursor.word("a part of the key referred to")?.v);
    }
    Ok(Sp { v, span: cursor.since(start) })
}

/// A name in the database: bare when it is lower-case letters, digits and underscores, else in double quotes.
fn physical(cursor: &mut Cursor, what: &str) -> Result<String, Fault> {
    let span: Span = cursor.span();
    let name = match cursor.kind() {
        Some(TokenKind::Quoted) if cursor.peek().starts_with('"') => cursor.quoted(what)?.v,
        Some(TokenKind::Quoted) => {
            return Err(Fault::new(span, "a name is quoted with double quotes").help("write it as \"Album\""));
        }
        _ => {
            let name = cursor.word(what)?.v;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !name.chars().all(plain) {
                return Err(Fault::new(span, format!("`{}` needs quotes", shorten(&name)))
                    .why("a bare name is lower-case letters, digits and underscores; SQL folds others")
                    .help(format!("write \"{name}\"")));
            }
            name
        }
    };
    if name.is_empty() || name.len() > LONGEST {
        return Err(Fault::new(span, format!("{what} has {} bytes", name.len()))
            .why(format!("PostgreSQL's names have from 1 to {LONGEST}")));
    }
    Ok(name)
}
