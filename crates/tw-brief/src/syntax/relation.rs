//! `- [User] 1 --(owns)--> * [Account], on delete cascade`.
use crate::cursor::{Cursor, Sp, Span};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;
use crate::{names, units};
use tw_model::Origin;
use tw_model::model::Action;

/// A relation as written.
pub(crate) struct RelationLine {
    pub from: SideLine,
    pub verb: String,
    pub to: SideLine,
    pub via: Option<Sp<String>>,
    pub on_delete: Option<Sp<Action>>,
    pub on_update: Option<Sp<Action>>,
    pub span: Span,
    pub origin: Origin,
}

/// One side of it.
pub(crate) struct SideLine {
    pub entity: Sp<String>,
    pub role: Option<Sp<String>>,
    pub min: u32,
    pub max: Option<u32>,
}

const ARROW: &str = "a relation is `[User] 1 --(owns)--> * [Account]`";

/// Reads a relation.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin) -> Result<RelationLine, Fault> {
    let (entity, role) = bracketed(cursor)?;
    let (min, max) = how_many(cursor)?;
    let from = SideLine { entity, role, min, max };
    if !cursor.eat_all(&["--", "("]) {
        return Err(cursor.expected("`--(verb)-->`").why(ARROW));
    }
    let start = cursor.position();
    while !cursor.done() && cursor.peek() != ")" {
        if !matches!(cursor.kind(), Some(TokenKind::Word | TokenKind::Number)) {
            return Err(cursor.expected("the words of a verb").why("a verb is letters, digits and hyphens"));
        }
        cursor.bump();
    }
    let verb_span = cursor.since(start);
    let verb = cursor.text_between(start);
    if verb.is_empty() {
        return Err(Fault::new(cursor.span(), "the relation has no verb")
            .why("the verb says what the relation means, and names it")
            .help("write one: `--(owns)-->`"));
    }
    if verb.chars().count() > 60 {
        return Err(Fault::new(verb_span, "the verb is too long").why("at most 60 characters"));
    }
    if !cursor.eat_all(&[")", "-->"]) {
        return Err(cursor.expected("`)-->`").why(ARROW));
    }
    let (min, max) = how_many(cursor)?;
    let (entity, role) = bracketed(cursor)?;
    let to = SideLine { entity, role, min, max };
    let mut line =
        RelationLine { from, verb, to, via: None, on_delete: None, on_update: None, span: cursor.text.whole(), origin };
    if cursor.eat("via") {
        line.via = Some(names::entity(cursor)?);
    }
    while cursor.eat(",") {
        option(cursor, &mut line)?;
    }
    cursor
        .finish()
        .map_err(|f| f.why("after the relation stand `via Entity`, `, on delete ...`, `, on update ...`"))?;
    Ok(line)
}

fn option(cursor: &mut Cursor, line: &mut RelationLine) -> Result<(), Fault> {
    let start = cursor.position();
    if cursor.eat("via") {
        let name = names::entity(cursor)?;
        return set(&mut line.via, name, "`via`");
    }
    let slot = if cursor.eat_all(&["on", "delete"]) {
        &mut line.on_delete
    } else if cursor.eat_all(&["on", "update"]) {
        &mut line.on_update
    } else {
        let word = cursor.peek().to_string();
        return Err(cursor.expected("`on delete`, `on update` or `via`").suggest(&word, ["on", "via"], ""));
    };
    let action = if cursor.eat("cascade") {
        Action::Cascade
    } else if cursor.eat("restrict") {
        Action::Restrict
    } else if cursor.eat_all(&["set", "null"]) {
        Action::SetNull
    } else if cursor.eat_all(&["set", "default"]) {
        Action::SetDefault
    } else if cursor.eat_all(&["no", "action"]) {
        Action::NoAction
    } else {
        let word = cursor.peek().to_string();
        return Err(cursor
            .expected("an action")
            .why("the actions are cascade, restrict, set null, set default, no action")
            .suggest(&word, ["cascade", "restrict", "set null", "set default", "no action"], ""));
    };
    let span = cursor.since(start);
    set(slot, Sp { v: action, span }, "this action")
}

fn set<T>(slot: &mut Option<Sp<T>>, value: Sp<T>, what: &str) -> Result<(), Fault> {
    if slot.is_some() {
        return Err(Fault::new(value.span, format!("{what} is said twice")).help("keep one"));
    }
    *slot = Some(value);
    Ok(())
}

fn bracketed(cursor: &mut Cursor) -> Result<(Sp<String>, Option<Sp<String>>), Fault> {
    cursor.expect("[", ARROW)?;
    let entity = names::entity(cursor)?;
    let role = match cursor.eat("as") {
        true => Some(names::snake(cursor, "a role")?),
        false => None,
    };
    cursor.expect("]", "a side is `[Entity]` or `[Entity as role]`")?;
    Ok((entity, role))
}

/// `1`, `0..1`, `*`, `1..*`, `2..5`.
fn how_many(cursor: &mut Cursor) -> Result<(u32, Option<u32>), Fault> {
    if cursor.eat("*") {
        return Ok((0, None));
    }
    let start = cursor.position();
    let why = "write `1`, `0..1`, `*`, `1..*` or a range such as `2..5`";
    let min = units::whole(cursor, "how many", 0, 1_000_000).map_err(|f| f.why(why))? as u32;
    let max = if cursor.eat("..") {
        match cursor.eat("*") {
            true => None,
            false => Some(units::whole(cursor, "how many", 1, 1_000_000).map_err(|f| f.why(why))? as u32),
        }
    } else {
        Some(min)
    };
    if max == Some(0) || max.is_some_and(|max| max < min) {
        return Err(Fault::new(cursor.since(start), "no number lies in this range").why(why));
    }
    Ok((min, max))
}
