//! `## Promises` lines.
use crate::cursor::{Cursor, Sp};
use crate::diagnostic::Fault;
use crate::lex::TokenKind;
use crate::{names, units};
use tw_model::Origin;
use tw_model::model::{EngineWish, KeyKind, Machine, NamingRule, Timestamps};

/// One promise.
pub(crate) struct PromiseLine {
    pub word: Sp<String>,
    pub promise: Promise,
    pub origin: Origin,
}

pub(crate) enum Promise {
    Engine(EngineWish),
    Keys(KeyKind),
    Tenant(Sp<String>),
    Availability { percent: String, incident_s: Option<u64> },
    Rpo(u64),
    Rto(u64),
    Copies(u32),
    Horizon(u32),
    Machine(Machine),
    Timestamps(Timestamps),
    Naming(NamingRule),
    Schema(String),
    NothingAdded,
}

const WORDS: &[&str] = &[
    "engine",
    "keys",
    "tenant",
    "availability",
    "rpo",
    "rto",
    "copies",
    "horizon",
    "machine",
    "timestamps",
    "naming",
    "schema",
    "additions",
];

/// True for the words that begin a promise.
pub(crate) fn is_word(word: &str) -> bool {
    WORDS.contains(&word)
}

/// Reads one promise.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin) -> Result<PromiseLine, Fault> {
    let word = cursor.word("a promise")?;
    if !is_word(&word.v) {
        return Err(Fault::new(word.span, format!("unknown promise `{}`", word.v))
            .why(format!("the promises are {}", WORDS.join(", ")))
            .suggest(&word.v, WORDS.iter().copied(), "take one of these"));
    }
    cursor.expect(":", "a promise is `word: what is promised`")?;
    let promise = match word.v.as_str() {
        "engine" => engine(cursor)?,
        "keys" => Promise::Keys(key_kind(cursor)?),
        "tenant" => Promise::Tenant(names::entity(cursor)?),
        "availability" => availability(cursor)?,
        "rpo" => Promise::Rpo(units::duration_s(cursor, "the recovery point")?),
        "rto" => Promise::Rto(units::duration_s(cursor, "the recovery time")?),
        "copies" => Promise::Copies(units::whole(cursor, "the number of copies", 1, 100)? as u32),
        "horizon" => Promise::Horizon(units::duration_days(cursor, "the horizon")?),
        "machine" => machine(cursor)?,
        "timestamps" => timestamps(cursor)?,
        "naming" => naming(cursor)?,
        "additions" => {
            cursor.expect("none", "the design adds what it holds right, or, as `additions: none` has it, nothing")?;
            Promise::NothingAdded
        }
        _ => Promise::Schema(schema_name(cursor)?.v),
    };
    cursor.finish().map_err(|f| f.why(format!("`{}` promises one thing", word.v)))?;
    Ok(PromiseLine { word, promise, origin })
}

/// `uuid` or `bigint`.
pub(crate) fn key_kind(cursor: &mut Cursor) -> Result<KeyKind, Fault> {
    let kind = cursor.word("`uuid` or `bigint`")?;
    match kind.v.as_str() {
        "uuid" => Ok(KeyKind::Uuid),
        "bigint" => Ok(KeyKind::Bigint),
        other => Err(Fault::new(kind.span.clone(), format!("unknown kind of key `{other}`"))
            .why("surrogate keys are `uuid` or `bigint`")
            .suggest(other, ["uuid", "bigint"], "say `uuid` or `bigint`")),
    }
}

/// A schema's name, none of the server's own.
pub(crate) fn schema_name(cursor: &mut Cursor) -> Result<Sp<String>, Fault> {
    let name = names::snake(cursor, "a schema")?;
    if name.v.starts_with("pg_") || name.v == "information_schema" {
        return Err(
            Fault::new(name.span, format!("the schema `{}` is the server's own", name.v)).help("choose another name")
        );
    }
    Ok(name)
}

fn engine(cursor: &mut Cursor) -> Result<Promise, Fault> {
    let name = cursor.word("the name of an engine")?.v.to_lowercase();
    let mut wish = EngineWish { name, version: None, or_later: false };
    if cursor.kind() == Some(TokenKind::Number) {
        let mut version = cursor.number("a version")?.v;
        while cursor.peek() == "." {
            cursor.bump();
            version = format!("{version}.{}", cursor.number("a version")?.v);
        }
        wish.version = Some(version);
        wish.or_later = cursor.eat("+");
    }
    Ok(Promise::Engine(wish))
}

fn availability(cursor: &mut Cursor) -> Result<Promise, Fault> {
    let (_, percent) = units::percent(cursor, "availability")?;
    let mut incident_s = None;
    if cursor.eat(",") {
        if !cursor.eat_all(&["longest", "incident"]) {
            return Err(cursor.expected("`longest incident`"));
        }
        incident_s = Some(units::duration_s(cursor, "the longest incident")?);
    }
    Ok(Promise::Availability { percent, incident_s })
}

fn machine(cursor: &mut Cursor) -> Result<Promise, Fault> {
    let form = "a machine is its cores, its memory and its storage: `8 cores, 64GB, ssd 2TB`";
    let cores = units::whole(cursor, "the number of cores", 1, 1024).map_err(|f| f.why(form))? as u32;
    if !(cursor.eat("cores") || cursor.eat("core")) {
        return Err(cursor.expected("`cores`").why(form));
    }
    cursor.expect(",", form)?;
    let memory_gb = units::gigabytes(cursor, "memory", 1, 65_536)?;
    cursor.expect(",", form)?;
    let ssd = cursor.eat("ssd");
    if !ssd && !cursor.eat("disk") {
        return Err(cursor.expected("`ssd` or `disk`").why(form));
    }
    let storage_gb = units::gigabytes(cursor, "storage", 1, 10_000_000)?;
    Ok(Promise::Machine(Machine { cores, memory_gb, ssd, storage_gb }))
}

fn timestamps(cursor: &mut Cursor) -> Result<Promise, Fault> {
    let start = cursor.position();
    let created = names::snake(cursor, "an attribute")?.v;
    let updated = match cursor.eat(",") {
        true => Some(names::snake(cursor, "an attribute")?.v),
        false => None,
    };
    let span = cursor.since(start);
    if updated.as_ref() == Some(&created) {
        return Err(Fault::new(span, format!("`{created}` is promised twice")));
    }
    let only_what_changes = if cursor.eat_all(&["on", "what", "changes"]) {
        true
    } else if cursor.eat_all(&["on", "everything"]) {
        false
    } else {
        return Err(cursor
            .expected("`on what changes` or `on everything`")
            .why("rows that are never changed need no time of their last change"));
    };
    Ok(Promise::Timestamps(Timestamps { created: Some(created), updated, only_what_changes }))
}

const OBJECTS: &[&str] = &["tables", "columns", "pk", "fk", "uq", "chk", "ex", "idx", "view", "fn", "trg", "policy"];

fn naming(cursor: &mut Cursor) -> Result<Promise, Fault> {
    let object = cursor.word("what is named")?;
    if !OBJECTS.contains(&object.v.as_str()) {
        return Err(Fault::new(object.span, format!("unknown object of naming `{}`", object.v))
            .why(format!("the objects are {}", OBJECTS.join(", ")))
            .suggest(&object.v, OBJECTS.iter().copied(), "take one of these"));
    }
    let start = cursor.position();
    let pattern = cursor.sql_rest("the pattern")?.text;
    let span = cursor.since(start);
    if matches!(object.v.as_str(), "tables" | "columns") {
        if pattern != "singular" && pattern != "plural" {
            return Err(Fault::new(span, format!("{} are `singular` or `plural`", object.v)));
        }
    } else {
        let mut plain = pattern.clone();
        for part in ["{table}", "{columns}", "{target}"] {
            plain = plain.replace(part, "");
        }
        let good = pattern.contains("{table}") || matches!(object.v.as_str(), "view" | "fn");
        if !good || !plain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
            return Err(Fault::new(span, format!("`{pattern}` is not a pattern for names"))
                .why("a pattern is lower-case letters, digits, underscores, {table}, {columns} and {target}")
                .help("write it as `pk_{table}`"));
        }
    }
    Ok(Promise::Naming(NamingRule { object: object.v, pattern }))
}
