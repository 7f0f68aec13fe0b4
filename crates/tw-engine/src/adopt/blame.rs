//! Which table or constraint is to blame when its words are not read, or not taken, or mean something else.
use super::lift::{Home, Lifted, Unsayable};
use tw_brief::{Diagnostic, Severity};
use tw_lab::LoadError;
use tw_model::{
    ident,
    schema::{ConstraintKind, Name, Schema},
};

/// A line that the brief language refuses: its check, else its table, stays SQL.
pub(super) fn unread(diagnostic: &Diagnostic, text: &str, lifted: &Lifted, unsayable: &mut Unsayable) {
    if diagnostic.severity != Severity::Error {
        return;
    }
    let at = diagnostic.line as usize;
    let line = text.lines().nth(at.saturating_sub(1)).unwrap_or_default();
    let why = format!("the brief language refuses it: {}", diagnostic.what);
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let heading = text.lines().take(at).filter(|l| l.starts_with("## ") || l.starts_with("### ")).last().unwrap_or("");
    let Some(entity) = heading.strip_prefix("### ") else {
        // Relations and names tell their entity; of a relation the holder stands on the right.
        let named = line.rsplit(word).find(|w| lifted.homes.contains_key(*w));
        if let Some(home) = named.and_then(|w| lifted.homes.get(w)) {
            unsayable.tables.insert(home.table.clone(), why);
        }
        return;
    };
    let Some(home) = entity.split(word).next().and_then(|e| lifted.homes.get(e)) else { return };
    let member = line.trim_start_matches("- ").trim_start_matches("check ").split(word).next().unwrap_or_default();
    let symbols = [format!("check({member})"), format!("in({member})")];
    let mut found = false;
    for constraint in
        symbols.iter().filter(|_| line.contains("check") || line.contains(" in (")).filter_map(|s| home.checks.get(s))
    {
        found |= unsayable.constraints.insert((home.table.clone(), constraint.clone()), why.clone()).is_none();
    }
    if !found {
        unsayable.tables.insert(home.table.clone(), why);
    }
}

/// A statement of the design that the server refuses: the table it is about stays SQL.
pub(super) fn refused(error: &LoadError, script: &str, lifted: &Lifted, unsayable: &mut Unsayable) {
    let lines: Vec<&str> = script.lines().take(error.line).collect();
    let begins = |l: &&&str| l.starts_with("CREATE ") || l.starts_with("ALTER ") || l.starts_with("COMMENT ");
    let Some(statement) = lines.iter().rev().find(begins) else { return };
    let printed = |home: &Home| {
        let name = Name { schema: home.table.schema.clone(), ..home.table.clone() };
        match name.schema.as_str() {
            "public" => ident::quote(&name.name),
            _ => ident::name(&name),
        }
    };
    let words: Vec<&str> = statement.split([' ', '(', ';']).collect();
    let home = lifted.homes.values().find(|home| words.contains(&printed(home).as_str()));
    if let Some(home) = home {
        let why = format!("the server refuses its design: {}", error.message);
        unsayable.tables.insert(home.table.clone(), why);
    }
}

/// Checks that mean the same must be printed the same: first the shorter words are given up, then words at all.
pub(super) fn checks(schema: &Schema, drawn: &Schema, lifted: &Lifted, unsayable: &mut Unsayable) {
    for home in lifted.homes.values() {
        let (Some(table), Some(made)) = (schema.table(&home.table), drawn.table(&home.table)) else { continue };
        for constraint in home.checks.values() {
            let of = |t: &tw_model::schema::Table| {
                t.constraint(constraint).and_then(|c| match &c.kind {
                    ConstraintKind::Check { expression, .. } => Some(expression.clone()),
                    _ => None,
                })
            };
            if of(table) == of(made) {
                continue;
            }
            let path = (home.table.clone(), constraint.clone());
            if !unsayable.exact.insert(path.clone()) {
                let why = "the server prints it otherwise once it was read back from words";
                unsayable.constraints.insert(path, why.into());
            }
        }
    }
}
