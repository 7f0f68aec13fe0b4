//! `## Access` lines.
use crate::cursor::{Cursor, Sp, shorten};
use crate::diagnostic::Fault;
use crate::names;
use tw_model::Origin;
use tw_model::model::Verb;

/// A role as written.
pub(crate) struct RoleLine {
    pub name: Sp<String>,
    pub rules: Vec<RuleLine>,
    pub origin: Origin,
}

/// `read own Order, Cart by customer.email = session('app.user')`.
pub(crate) struct RuleLine {
    pub never: bool,
    pub verbs: Vec<Verb>,
    pub targets: Vec<TargetLine>,
    pub own: Option<OwnLine>,
}

pub(crate) struct TargetLine {
    pub entity: Sp<String>,
    pub attributes: Vec<Sp<String>>,
}

pub(crate) struct OwnLine {
    pub by: Vec<Sp<String>>,
    pub setting: String,
}

const VERBS: &[&str] = &["read", "append", "update", "delete", "write", "never"];

/// Reads a role; faults in its rules are reported one by one.
pub(crate) fn parse(cursor: &mut Cursor, origin: Origin, faults: &mut Vec<Fault>) -> Result<RoleLine, Fault> {
    let name = names::snake(cursor, "a role")?;
    if name.v.starts_with("pg_") || matches!(name.v.as_str(), "public" | "none" | "postgres") {
        return Err(
            Fault::new(name.span, format!("the role `{}` is the server's own", name.v)).help("choose another name")
        );
    }
    cursor.expect(":", "a role is `name: rule; rule`")?;
    let mut line = RoleLine { name, rules: vec![], origin };
    loop {
        match rule(cursor) {
            Ok(rule) => line.rules.push(rule),
            Err(fault) => {
                faults.push(fault);
                while !cursor.done() && cursor.peek() != ";" {
                    cursor.bump();
                }
            }
        }
        if !cursor.eat(";") || cursor.done() {
            break;
        }
    }
    if !cursor.done() {
        faults.push(cursor.expected("`;` before the next rule"));
    }
    Ok(line)
}

fn rule(cursor: &mut Cursor) -> Result<RuleLine, Fault> {
    let never = cursor.eat("never");
    let verbs = match cursor.peek() {
        "read" => vec![Verb::Read],
        "append" => vec![Verb::Append],
        "update" => vec![Verb::Update],
        "delete" => vec![Verb::Delete],
        "write" => vec![Verb::Append, Verb::Update],
        word if never && word.starts_with(|c: char| c.is_ascii_uppercase()) => vec![],
        word => {
            return Err(cursor
                .expected("a rule")
                .why("rules begin with read, append, update, delete, write (append and update) or never")
                .suggest(word, VERBS.iter().copied(), ""));
        }
    };
    if verbs.is_empty() {
        let targets = targets(cursor)?;
        return Ok(RuleLine { never, verbs: vec![Verb::Read], targets, own: None });
    }
    cursor.bump();
    let start = cursor.position();
    let own = cursor.eat("own");
    if own && never {
        return Err(Fault::new(cursor.since(start), "`never own` is not a rule")
            .why("`never` takes away from all rows")
            .help("leave `own` out, or give only what is allowed"));
    }
    let targets = targets(cursor)?;
    if targets.iter().any(|t| !t.attributes.is_empty()) && verbs.contains(&Verb::Delete) {
        return Err(Fault::new(cursor.since(start), "rows are deleted whole").help("leave the attributes out"));
    }
    let own = match own {
        true => Some(own_by(cursor)?),
        false if cursor.peek() == "by" => {
            return Err(cursor.expected("`;` or the end of the rule").help("say `own` before the entity"));
        }
        false => None,
    };
    Ok(RuleLine { never, verbs, targets, own })
}

fn targets(cursor: &mut Cursor) -> Result<Vec<TargetLine>, Fault> {
    let mut out = vec![];
    loop {
        let entity = names::entity(cursor)?;
        let attributes = if cursor.eat(".") {
            vec![cursor.word("an attribute")?]
        } else if cursor.peek() == "(" {
            cursor.names("attributes")?
        } else {
            vec![]
        };
        out.push(TargetLine { entity, attributes });
        if !cursor.eat(",") {
            return Ok(out);
        }
    }
}

fn own_by(cursor: &mut Cursor) -> Result<OwnLine, Fault> {
    let form = "own rows are `read own Order by customer.email = session('app.user')`";
    cursor.expect("by", form)?;
    let mut by = vec![cursor.word("an attribute or relation end")?];
    while cursor.eat(".") {
        by.push(cursor.word("an attribute or relation end")?);
    }
    cursor.expect("=", form)?;
    if !cursor.eat_all(&["session", "("]) {
        return Err(cursor.expected("`session('app.user')`").why(form));
    }
    let setting = cursor.quoted("the setting in quotes")?;
    let good = setting.v.split_once('.').is_some_and(|(a, b)| plain(a) && plain(b));
    if !good {
        return Err(Fault::new(setting.span, format!("`{}` is not a name for a setting", shorten(&setting.v)))
            .why("PostgreSQL asks for a dot in the names of settings of one's own")
            .help("write it as `app.user`"));
    }
    cursor.expect(")", form)?;
    Ok(OwnLine { by, setting: setting.v })
}

fn plain(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_lowercase())
        && part.len() <= 30
        && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
