//! Names: how they are spelled.
use crate::cursor::{Cursor, Sp, shorten};
use crate::diagnostic::Fault;
use tw_model::model::snake_case;

/// Longest name, in characters: what is made of it still fits PostgreSQL's 63 bytes.
const LONGEST: usize = 48;

/// Words that attributes, ends and parameters cannot be called.
const TAKEN: &[&str] = &["key", "now", "null", "primary", "true", "false"];

/// An entity's name.
pub(crate) fn entity(cursor: &mut Cursor) -> Result<Sp<String>, Fault> {
    let name = cursor.word("the name of an entity")?;
    let good =
        name.v.starts_with(|c: char| c.is_ascii_uppercase()) && name.v.chars().all(|c| c.is_ascii_alphanumeric());
    if !good {
        let wanted = pascal(&name.v);
        let fault = Fault::new(name.span, format!("`{}` is not a name for an entity", shorten(&name.v)))
            .why("entities are singular, in capitals at each word, of ASCII letters and digits");
        return Err(match wanted.is_empty() {
            true => fault.help("write it as `OrderLine`"),
            false => fault.help(format!("write `{}`", shorten(&wanted))),
        });
    }
    fits(name)
}

/// A name in snake_case; `what` is `an attribute`, `a role`, ...
pub(crate) fn snake(cursor: &mut Cursor, what: &str) -> Result<Sp<String>, Fault> {
    let name = cursor.word(&format!("the name of {what}"))?;
    check_snake(name, what)
}

pub(crate) fn check_snake(name: Sp<String>, what: &str) -> Result<Sp<String>, Fault> {
    let good = name.v.starts_with(|c: char| c.is_ascii_lowercase())
        && name.v.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !good {
        let wanted: String =
            snake_case(&name.v.replace('-', "_")).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let wanted = wanted.trim_start_matches(|c: char| !c.is_ascii_lowercase()).to_string();
        let fault = Fault::new(name.span, format!("`{}` is not a name for {what}", shorten(&name.v)))
            .why("names are in snake_case, of ASCII letters and digits");
        return Err(match wanted.is_empty() {
            true => fault.help("write it as `placed_at`"),
            false => fault.help(format!("write `{}`", shorten(&wanted))),
        });
    }
    if TAKEN.contains(&name.v.as_str()) {
        return Err(Fault::new(name.span.clone(), format!("`{}` cannot be the name of {what}", name.v))
            .why("the word belongs to the language")
            .help("choose another name"));
    }
    fits(name)
}

fn fits(name: Sp<String>) -> Result<Sp<String>, Fault> {
    if name.v.len() > LONGEST {
        return Err(Fault::new(name.span, format!("the name `{}` is too long", shorten(&name.v)))
            .why(format!(
                "PostgreSQL cuts names at 63 bytes, and constraints and indexes are named after it: at most {LONGEST} characters"
            ))
            .help("shorten it"));
    }
    Ok(name)
}

fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(|part| part[..1].to_ascii_uppercase() + &part[1..])
        .collect::<String>()
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .to_string()
}
