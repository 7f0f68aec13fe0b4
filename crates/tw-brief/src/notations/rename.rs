//! Other names for tables and columns, wherever a schema names them.
use tw_model::schema::{ConstraintKind, Name, Schema, Table};

/// A name of letters, digits and underscores that does not begin with a digit.
pub(super) fn word(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain }
}

/// Columns of each reference, its target and the columns there.
pub(super) fn foreign(table: &mut Table) -> impl Iterator<Item = (&mut Vec<String>, &mut Name, &mut Vec<String>)> {
    table.constraints.iter_mut().filter_map(|c| match &mut c.kind {
        ConstraintKind::Foreign { columns, target, target_columns, .. } => Some((columns, target, target_columns)),
        _ => None,
    })
}

/// Gives a table another name.
pub(super) fn table(schema: &mut Schema, n: usize, new: Name) {
    let old = std::mem::replace(&mut schema.tables[n].name, new.clone());
    for table in &mut schema.tables {
        foreign(table).filter(|(_, target, _)| **target == old).for_each(|(_, target, _)| *target = new.clone());
    }
    for sequence in &mut schema.sequences {
        sequence.owned_by.iter_mut().filter(|(t, _)| *t == old).for_each(|(t, _)| *t = new.clone());
    }
}

/// Gives a column another name.
pub(super) fn column(schema: &mut Schema, n: usize, old: &str, new: &str) {
    let swap = |names: &mut Vec<String>| names.iter_mut().filter(|c| *c == old).for_each(|c| *c = new.to_string());
    let table = &mut schema.tables[n];
    let own = table.name.clone();
    table.columns.iter_mut().filter(|c| c.name == old).for_each(|c| c.name = new.to_string());
    for constraint in &mut table.constraints {
        match &mut constraint.kind {
            ConstraintKind::Primary { columns, .. }
            | ConstraintKind::Unique { columns, .. }
            | ConstraintKind::Foreign { columns, .. } => swap(columns),
            _ => {}
        }
    }
    let parts = table.indexes.iter_mut().flat_map(|i| &mut i.parts);
    parts.filter(|p| !p.is_expression && p.column == old).for_each(|p| p.column = new.to_string());
    for table in &mut schema.tables {
        foreign(table).filter(|(_, target, _)| **target == own).for_each(|(.., theirs)| swap(theirs));
    }
    for sequence in &mut schema.sequences {
        sequence.owned_by.iter_mut().filter(|(t, c)| *t == own && c == old).for_each(|(_, c)| *c = new.to_string());
    }
}
