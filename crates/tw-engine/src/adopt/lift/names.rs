//! Names: conventions that most objects follow, and a line for each that departs from them.
use super::{Home, Lifted, origin};
use std::collections::BTreeMap;
use tw_model::{
    draft::Draft,
    model::{NameLine, Named, NamedColumn, NamingRule},
    schema::{Constraint, ConstraintKind, Name, Schema, Table},
};

/// Gives the model its names: tables first, since the names of constraints are made of theirs.
pub(super) fn name(schema: &Schema, lifted: &mut Lifted) {
    let unnamed = tw_rooms::unnamed(&lifted.model);
    let named = |lifted: &Lifted| {
        let mut draft = unnamed.clone();
        tw_rooms::name(&lifted.model, &mut draft);
        draft
    };
    let draft = named(lifted);
    let mut lines = vec![];
    for (entity, home) in in_order(lifted) {
        if let (Some(table), Some(drawn)) = (schema.table(&home.table), draft.schema.table(&Name::symbol(&entity))) {
            lines.extend(table_line(&entity, home, table, drawn, &draft));
        }
    }
    lifted.model.names = lines;
    let found = paired(schema, lifted, &named(lifted));
    lifted.model.promises.naming.extend(conventions(&found));
    let draft = named(lifted);
    for Paired { entity, symbol, name, .. } in found {
        if draft.name(&format!("{entity}.{symbol}")) != name {
            lifted.model.names.push(NameLine { entity, of: Named::Constraint { symbol, name }, origin: origin() });
        }
    }
    let place = |line: &NameLine| lifted.model.entities.iter().position(|e| e.name == line.entity);
    let mut lines = std::mem::take(&mut lifted.model.names);
    lines.sort_by_key(|line| place(line));
    lifted.model.names = lines;
}

fn in_order(lifted: &Lifted) -> Vec<(String, &Home)> {
    lifted.model.entities.iter().filter_map(|e| Some((e.name.clone(), lifted.homes.get(&e.name)?))).collect()
}

/// The table's name and columns, unless the conventions give the same.
fn table_line(entity: &str, home: &Home, table: &Table, drawn: &Table, draft: &Draft) -> Option<NameLine> {
    let symbols: BTreeMap<String, String> = symbols(home, drawn);
    let columns: Vec<NamedColumn> = table
        .columns
        .iter()
        .filter_map(|c| Some(NamedColumn { symbol: symbols.get(&c.name)?.clone(), name: c.name.clone() }))
        .collect();
    let named = |symbol: &str| draft.name(&format!("{entity}.{symbol}"));
    let as_drawn = drawn.columns.iter().map(|c| (c.name.clone(), named(&c.name)));
    let same = as_drawn.eq(columns.iter().map(|c| (c.symbol.clone(), c.name.clone())));
    if same && draft.name(entity) == table.name.name {
        return None;
    }
    let columns = if same { vec![] } else { columns };
    let of = Named::Table { name: table.name.name.clone(), columns };
    Some(NameLine { entity: entity.to_string(), of, origin: origin() })
}

/// Column symbol by column.
fn symbols(home: &Home, drawn: &Table) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (column, member) in &home.members {
        let symbol = match home.ends.get(member) {
            Some(of) if of.len() > 1 => {
                // The parts of an end stand in the draft in the order of the key referred to.
                let prefix = format!("{member}.");
                let parts: Vec<&String> =
                    drawn.columns.iter().map(|c| &c.name).filter(|c| c.starts_with(&prefix)).collect();
                let at = of.iter().position(|c| c == column);
                at.and_then(|at| parts.get(at)).map(|p| p.to_string())
            }
            _ => Some(member.clone()),
        };
        if let Some(symbol) = symbol.filter(|s| drawn.column(s).is_some()) {
            out.insert(column.clone(), symbol);
        }
    }
    out
}

/// A constraint of the draft and the one of the schema that it stands for.
struct Paired {
    entity: String,
    symbol: String,
    name: String,
    object: &'static str,
    /// Names that a pattern can be made of: table, columns, target.
    table: String,
    columns: String,
    target: String,
    /// The draft calls it so already.
    as_drawn: bool,
}

fn paired(schema: &Schema, lifted: &Lifted, draft: &Draft) -> Vec<Paired> {
    let mut out = vec![];
    for (entity, home) in in_order(lifted) {
        let (Some(table), Some(drawn)) = (schema.table(&home.table), draft.schema.table(&Name::symbol(&entity))) else {
            continue;
        };
        let of = |symbols: &[String]| -> Vec<String> {
            symbols.iter().map(|s| draft.name(&format!("{entity}.{s}"))).collect()
        };
        for made in &drawn.constraints {
            let same = |c: &&Constraint| match (&made.kind, &c.kind) {
                (ConstraintKind::Primary { .. }, ConstraintKind::Primary { .. }) => true,
                (ConstraintKind::Unique { columns, .. }, ConstraintKind::Unique { columns: theirs, .. }) => {
                    of(columns) == *theirs
                }
                (ConstraintKind::Foreign { columns, .. }, ConstraintKind::Foreign { columns: theirs, .. }) => {
                    let mut both = (of(columns), theirs.clone());
                    both.0.sort();
                    both.1.sort();
                    both.0 == both.1
                }
                (ConstraintKind::Check { .. }, ConstraintKind::Check { .. }) => {
                    home.checks.get(&made.name) == Some(&c.name)
                }
                _ => false,
            };
            let Some(theirs) = table.constraints.iter().find(same) else { continue };
            let inside = made.name.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')')).to_string();
            let (object, columns, target) = match &made.kind {
                ConstraintKind::Primary { .. } => ("pk", String::new(), String::new()),
                ConstraintKind::Unique { columns, .. } => ("uq", of(columns).join("_"), String::new()),
                ConstraintKind::Foreign { columns, target, .. } => {
                    ("fk", of(columns).join("_"), draft.name(&target.name))
                }
                _ => ("chk", of(&[inside]).join("_"), String::new()),
            };
            out.push(Paired {
                as_drawn: draft.name(&format!("{entity}.{}", made.name)) == theirs.name,
                entity: entity.clone(),
                symbol: made.name.clone(),
                name: theirs.name.clone(),
                object,
                table: table.name.name.clone(),
                columns,
                target,
            });
        }
    }
    out
}

/// For each kind of constraint the pattern that most of its names follow, when more do than follow ours.
fn conventions(found: &[Paired]) -> Vec<NamingRule> {
    let mut out = vec![];
    for object in ["pk", "fk", "uq", "chk"] {
        let all: Vec<&Paired> = found.iter().filter(|p| p.object == object).collect();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for pattern in all.iter().filter_map(|p| pattern(p)) {
            *count.entry(pattern).or_default() += 1;
        }
        let ours = all.iter().filter(|p| p.as_drawn).count();
        if let Some((pattern, n)) = count.into_iter().max_by_key(|(_, n)| *n)
            && n > ours
            && n * 3 > all.len()
        {
            out.push(NamingRule { object: object.into(), pattern });
        }
    }
    out
}

/// The name with its table, columns and target taken out, when what is left may stand in a pattern.
fn pattern(p: &Paired) -> Option<String> {
    let mut rest = p.name.clone();
    for (part, of) in [(&p.table, "{table}"), (&p.columns, "{columns}"), (&p.target, "{target}")] {
        let another = of == "{table}" || part != &p.table;
        if another && !part.is_empty() {
            rest = rest.replacen(part.as_str(), of, 1);
        }
    }
    let mut plain = rest.clone();
    for of in ["{table}", "{columns}", "{target}"] {
        plain = plain.replace(of, "");
    }
    let sound = plain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (rest.contains("{table}") && sound).then_some(rest)
}
