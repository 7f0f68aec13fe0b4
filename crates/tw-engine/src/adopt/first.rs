//! What tables are made of and a brief has no words for: it stands as SQL before everything designed.
use std::collections::BTreeSet;
use tw_model::{
    change::Change,
    diff::diff,
    mention::Mentions,
    schema::{ConstraintKind, Function, Name, Schema, Table, TypeDef, TypeKind},
};

/// The changes that make extensions, types, sequences and the functions that tables call.
pub(super) fn changes(schema: &Schema, tables: &[&Table]) -> Vec<Change> {
    let texts: Vec<&str> =
        tables.iter().flat_map(|t| texts(t)).chain(schema.types.iter().flat_map(type_texts)).collect();
    let functions = called(schema, &texts);
    let sequences = schema.sequences.iter().filter(|s| !of_a_numbered(s.owned_by.as_ref(), schema, tables));
    let mut part = Schema {
        extensions: schema.extensions.clone(),
        types: schema.types.clone(),
        sequences: sequences.cloned().collect(),
        functions,
        ..Schema::default()
    };
    part.sequences.iter_mut().for_each(|s| s.owned_by = None);
    let used: BTreeSet<&String> = (part.types.iter().map(|t| &t.name.schema))
        .chain(part.sequences.iter().map(|s| &s.name.schema))
        .chain(part.functions.iter().map(|f| &f.name.schema))
        .chain(part.extensions.iter().map(|e| &e.schema))
        .collect();
    let namespaces = schema.namespaces.iter().filter(|n| n.name != "public" && used.contains(&n.name));
    part.namespaces = namespaces.cloned().collect();
    let mut owners = part.clone();
    strip_owners(&mut owners);
    diff(&Schema::default(), &owners).into_iter().filter(|c| !tw_model::print::names_roles(c)).collect()
}

/// Owners come with roles, which are not there yet.
fn strip_owners(part: &mut Schema) {
    part.namespaces.iter_mut().for_each(|n| n.owner = None);
    part.types.iter_mut().for_each(|t| t.owner = None);
    part.sequences.iter_mut().for_each(|s| s.owner = None);
    part.functions.iter_mut().for_each(|f| f.owner = None);
}

/// The sequence is made with a numbered attribute.
fn of_a_numbered(owner: Option<&(Name, String)>, schema: &Schema, tables: &[&Table]) -> bool {
    let Some((table, column)) = owner else { return false };
    tables.iter().any(|t| t.name == *table && super::lift::by_sequence(t, column, schema))
}

/// SQL that the statements of a table hold.
fn texts(table: &Table) -> Vec<&str> {
    let mut out = vec![];
    for column in &table.columns {
        out.extend(column.default.as_deref());
        out.extend(column.generated.as_ref().map(|g| g.expression.as_str()));
    }
    for constraint in &table.constraints {
        match &constraint.kind {
            ConstraintKind::Check { expression, .. } => out.push(expression),
            ConstraintKind::Exclude { definition } | ConstraintKind::Other { definition } => out.push(definition),
            _ => {}
        }
    }
    out
}

fn type_texts(ty: &TypeDef) -> Vec<&str> {
    match &ty.kind {
        TypeKind::Domain { default, checks, .. } => {
            checks.iter().map(|(_, c)| c.as_str()).chain(default.as_deref()).collect()
        }
        _ => vec![],
    }
}

/// The functions that texts name, and those that these name; none that speaks of a table's row type.
fn called(schema: &Schema, texts: &[&str]) -> Vec<Function> {
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let mut mentions = Mentions::of(texts.iter().copied());
    loop {
        let more: Vec<usize> = (0..schema.functions.len())
            .filter(|n| !found.contains(n) && mentions.names_loosely(&schema.functions[*n].name))
            .collect();
        if more.is_empty() {
            return schema
                .functions
                .iter()
                .enumerate()
                .filter(|(n, _)| found.contains(n))
                .map(|(_, f)| f.clone())
                .collect();
        }
        mentions = Mentions::of(more.iter().map(|n| schema.functions[*n].definition.as_str()));
        found.extend(more);
    }
}
