//! A physical name for every symbol of the draft.
use super::{
    AT,
    conventions::{Conventions, conventions, cut, fill, plural, reserved},
};
use crate::kit::{
    decision, instead,
    links::{LinkKind, links_of},
    shape::end_columns,
};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    Origin, Path,
    decision::Decision,
    draft::Draft,
    model::{Entity, Model, Named, snake_case},
    schema::{ConstraintKind, Index, Table},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    let c = conventions(model);
    let origin = model
        .promises
        .origins
        .get("naming")
        .cloned()
        .unwrap_or_else(|| Origin::assumed("the conventions of requirements 2.10, since the brief names none"));
    let tables = if c.plural { "plural" } else { "singular" };
    let what = format!(
        "Names are snake_case; tables {tables}, columns singular; {}, {}, {}, {}, {}",
        c.pk, c.fk, c.uq, c.chk, c.idx
    );
    let d = decision(AT, Path::new("names"), what, "a name that can be guessed needs no looking up", &origin, vec![]);
    draft.decide(instead(
        d,
        "CamelCase or quoted names",
        "unquoted names fold to lower case, so every use would need quotes",
    ));
    let mut avoided = vec![];
    tables_and_columns(model, &c, draft, &mut avoided);
    tables_as_said(model, draft);
    members(&c, draft);
    constraints_as_said(model, draft);
    draft.decisions.extend(avoided);
}

/// The names of tables and columns that the brief gives.
fn tables_as_said(model: &Model, draft: &mut Draft) {
    for line in &model.names {
        let Named::Table { name, columns } = &line.of else { continue };
        draft.names.insert(line.entity.clone(), name.clone());
        for column in columns {
            draft.names.insert(format!("{}.{}", line.entity, column.symbol), column.name.clone());
        }
        let what = format!("The table of {} is called {name}", line.entity);
        draft.decide(decision(AT, Path::new(&line.entity), what, "the brief names it", &line.origin, vec![]));
    }
}

/// The names of constraints that the brief gives.
fn constraints_as_said(model: &Model, draft: &mut Draft) {
    for line in &model.names {
        if let Named::Constraint { symbol, name } = &line.of {
            draft.names.insert(format!("{}.{symbol}", line.entity), name.clone());
        }
    }
}

fn avoid(subject: Path, name: &str, instead_name: &str, origin: &Origin) -> Decision {
    let what = format!("{subject} is named {instead_name}");
    decision(
        AT,
        subject,
        what,
        format!("SQL reserves the word {name}: it would need quotes in every statement"),
        origin,
        vec![],
    )
}

fn tables_and_columns(model: &Model, c: &Conventions, draft: &mut Draft, avoided: &mut Vec<Decision>) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for entity in &model.entities {
        let mut name = table_name(c, &snake_case(&entity.name));
        if reserved(&name) {
            let other = format!("{name}_list");
            avoided.push(avoid(entity.path(), &name, &other, &entity.origin));
            name = other;
        }
        names.insert(entity.name.clone(), cut(&name));
        for attribute in entity.attributes.iter().filter(|a| a.values.as_ref().is_some_and(|v| v.open)) {
            let lookup = crate::kit::lookup_symbol(entity, attribute);
            let name = table_name(c, &format!("{}_{}", snake_case(&entity.name), attribute.name));
            names.insert(format!("{lookup}.value"), attribute.name.clone());
            names.insert(lookup, cut(&name));
        }
    }
    for table in &draft.schema.tables {
        let Some((parent, _)) = &table.partition_of else { continue };
        let whole = names.get(&parent.name).cloned().unwrap_or_default();
        names.insert(table.name.name.clone(), cut(&format!("{whole}_{}", inside(&table.name.name))));
    }
    // Targets before holders, so that an end can take its target's column names; self references are by depth.
    for entity in &model.entities {
        columns(model, entity, draft, &mut names, avoided);
    }
    // A view shows columns under the names they have in their tables.
    for home in draft.homes.values().filter(|h| h.read_from != h.write_to) {
        for path in home.key.iter().chain(home.columns.values().flatten()) {
            if let (Some((_, column)), Some(name)) = (path.split_once('.'), names.get(path).cloned()) {
                names.insert(format!("{}.{column}", home.read_from), name);
            }
        }
    }
    draft.names.extend(names);
}

fn table_name(c: &Conventions, singular: &str) -> String {
    if c.plural { plural(singular) } else { singular.to_string() }
}

fn columns(
    model: &Model,
    entity: &Entity,
    draft: &Draft,
    names: &mut BTreeMap<String, String>,
    avoided: &mut Vec<Decision>,
) {
    let Some(table) = draft.schema.table(&tw_model::schema::Name::symbol(&entity.name)) else { return };
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for column in &table.columns {
        let path = format!("{}.{}", entity.name, column.name);
        let mut name = column_name(model, entity, &column.name, 16);
        if reserved(&name) {
            let other = format!("{}_{name}", snake_case(&entity.name));
            avoided.push(avoid(
                Path::from(path.as_str()),
                &name,
                &other,
                &crate::kit::origin_of(model, &Path::from(path.as_str())),
            ));
            name = other;
        }
        let mut unique = cut(&name);
        while !taken.insert(unique.clone()) {
            unique = cut(&format!("{unique}_ref"));
        }
        names.insert(path, unique);
    }
}

/// The physical name of a column by its symbol: `key` is `account_id`, an end `account_id`, the part of a
/// composite end `bed_number`, an attribute itself. `depth` guards against owners that own each other.
fn column_name(model: &Model, entity: &Entity, symbol: &str, depth: usize) -> String {
    if depth == 0 {
        return snake_case(symbol);
    }
    if symbol == "key" {
        let owner = std::iter::successors(Some(entity), |e| e.supertype.as_deref().and_then(|s| model.entity(s)))
            .take(depth)
            .last();
        return format!("{}_id", snake_case(&owner.unwrap_or(entity).name));
    }
    let of_entity = |l: &crate::kit::Link| l.holder == entity.name && l.kind != LinkKind::Subtype;
    for link in links_of(model, entity).into_iter().filter(of_entity) {
        let Some(at) = end_columns(model, &link).iter().position(|c| c.symbol == symbol) else { continue };
        let Some(target) = model.entity(&link.target) else { continue };
        let parts = crate::kit::shape::key_columns(model, target);
        let Some(part) = parts.get(at) else { continue };
        return match part.symbol.as_str() {
            "key" => format!("{}_id", link.name),
            part => format!("{}_{}", link.name, column_name(model, target, part, depth - 1)),
        };
    }
    if let Some(supertype) = entity.supertype.as_deref().and_then(|s| model.entity(s))
        && entity.attribute(symbol).is_none()
    {
        return column_name(model, supertype, symbol, depth - 1);
    }
    snake_case(symbol)
}

/// Constraints, indexes, triggers, policies, views and functions. A name that is taken gets the word
/// that tells the two apart: the role, or `rule`.
fn members(c: &Conventions, draft: &mut Draft) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut relations: BTreeSet<String> =
        draft.names.iter().filter(|(path, _)| !path.contains('.')).map(|(_, n)| n.clone()).collect();
    for table in &draft.schema.tables {
        let symbol = &table.name.name;
        let physical = draft.name(symbol);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for constraint in &table.constraints {
            let inside = inside(&constraint.name);
            let joined = joined_columns(draft, symbol, &inside);
            let (name, apart) = match &constraint.kind {
                ConstraintKind::Primary { .. } => (fill(&c.pk, &physical, "", ""), "key".to_string()),
                ConstraintKind::Unique { .. } => (fill(&c.uq, &physical, &joined, ""), "key".into()),
                ConstraintKind::Check { .. } => (fill(&c.chk, &physical, &joined, ""), "rule".into()),
                ConstraintKind::Exclude { .. } | ConstraintKind::Other { .. } => {
                    (fill(&c.ex, &physical, &joined, ""), "rule".into())
                }
                ConstraintKind::Foreign { target, .. } => {
                    (foreign_name(c, draft, table, &physical, &target.name, &inside), inside.clone())
                }
            };
            let name = distinct(name, &apart, &mut taken);
            if matches!(
                constraint.kind,
                ConstraintKind::Primary { .. } | ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. }
            ) {
                relations.insert(name.clone());
            }
            names.insert(format!("{symbol}.{}", constraint.name), name);
        }
        for index in &table.indexes {
            let pattern = if index.unique { &c.uq } else { &c.idx };
            let name =
                distinct(fill(pattern, &physical, &index_words(draft, symbol, index), ""), "more", &mut relations);
            names.insert(format!("{symbol}.{}", index.name), name);
        }
        for trigger in &table.triggers {
            let action = match inside(&trigger.name).as_str() {
                "touch" => "set_updated_at".to_string(),
                kept if kept.starts_with("keep ") => words_joined(kept),
                other => format!("take_{}", snake_case(other)),
            };
            names.insert(format!("{symbol}.{}", trigger.name), fill(&c.trg, &physical, &action, ""));
        }
        for policy in &table.policies {
            let words = inside(&policy.name).replace([',', ' '], "_");
            names.insert(format!("{symbol}.{}", policy.name), fill(&c.policy, &physical, &words, ""));
        }
    }
    for sequence in &draft.schema.sequences {
        if let Some((table, column)) = &sequence.owned_by {
            let of = draft.name(&format!("{}.{column}", table.name));
            names.insert(sequence.name.name.clone(), cut(&format!("{}_{of}_seq", draft.name(&table.name))));
        }
    }
    for view in &draft.schema.views {
        let inner = inside(&view.name.name);
        let inner = inner.strip_prefix("named ").map(String::from).unwrap_or(inner);
        let purpose = draft.names.get(&inner).cloned().unwrap_or_else(|| snake_case(&inner));
        let name = if purpose.starts_with("view_") { purpose } else { fill(&c.view, "", &purpose, "") };
        names.insert(view.name.name.clone(), distinct(name, "more", &mut relations));
    }
    for function in &draft.schema.functions {
        let words = inside(&function.name.name);
        let action = match words.as_str() {
            "touch" => "set_updated_at".to_string(),
            other => words_joined(other),
        };
        names.insert(function.name.name.clone(), fill(&c.function, "", &action, ""));
    }
    draft.names.extend(names);
}

/// `fk_accounts_users`; with the end's name when two references go to one table, or one has a role.
fn foreign_name(c: &Conventions, draft: &Draft, table: &Table, physical: &str, target: &str, end: &str) -> String {
    let to_same = table
        .constraints
        .iter()
        .filter(|o| matches!(&o.kind, ConstraintKind::Foreign { target: t, .. } if t.name == target))
        .count();
    let columns = match table.constraint(&format!("references({end})")).map(|c| &c.kind) {
        Some(ConstraintKind::Foreign { columns, .. }) => joined_columns(draft, &table.name.name, &columns.join(",")),
        _ => snake_case(end),
    };
    let name = fill(&c.fk, physical, &columns, &draft.name(target));
    if c.fk.contains("{columns}") {
        return name;
    }
    if to_same > 1 || target == table.name.name { cut(&format!("{name}_{}", snake_case(end))) } else { name }
}

/// `keep small_wards` to `keep_small_wards`.
fn words_joined(words: &str) -> String {
    words.split([' ', '.']).map(snake_case).collect::<Vec<_>>().join("_")
}

fn inside(symbol: &str) -> String {
    symbol.split_once('(').map_or(symbol, |(_, rest)| rest.trim_end_matches(')')).to_string()
}

/// Physical names of the columns listed in a symbol, joined by `_`.
fn joined_columns(draft: &Draft, table: &str, inside: &str) -> String {
    let of = |column: &str| {
        let path = format!("{table}.{column}");
        if draft.names.contains_key(&path) { draft.name(&path) } else { snake_case(column) }
    };
    inside.split(',').map(of).collect::<Vec<_>>().join("_")
}

fn index_words(draft: &Draft, table: &str, index: &Index) -> String {
    joined_columns(draft, table, &inside(&index.name))
}

fn distinct(name: String, apart: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = name;
    while !taken.insert(name.clone()) {
        name = cut(&format!("{name}_{}", snake_case(apart)));
    }
    name
}
