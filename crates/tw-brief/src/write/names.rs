//! A line of names.
use tw_model::model::{NameLine, Named};

pub(super) fn line(line: &NameLine) -> String {
    match &line.of {
        Named::Table { name, columns } => {
            let column = |c: &tw_model::model::NamedColumn| match c.symbol == c.name {
                true => c.symbol.clone(),
                false => format!("{} as {}", c.symbol, physical(&c.name)),
            };
            let columns: Vec<String> = columns.iter().map(column).collect();
            let list = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
            format!("{}: {}{list}", line.entity, physical(name))
        }
        Named::Constraint { symbol, name } => format!("{} {}: {}", line.entity, which(symbol), physical(name)),
    }
}

/// `references(artist)` to `references artist`.
fn which(symbol: &str) -> String {
    match symbol.split_once('(') {
        Some(("unique", parts)) => format!("unique ({}", parts.replace(',', ", ")),
        Some((word, of)) => format!("{word} {}", of.trim_end_matches(')')),
        None => "key".into(),
    }
}

/// Bare when it is lower-case letters, digits and underscores, and begins as a word does.
fn physical(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let bare = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && name.chars().all(plain);
    if bare { name.to_string() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
