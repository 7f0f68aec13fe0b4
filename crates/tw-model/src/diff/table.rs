//! Creating a table and editing it in place.
use super::Stage;
use crate::{
    change::{Change, partition::is_inherited},
    print::is_foreign,
    schema::*,
};

/// CREATE TABLE with columns, keys and checks; the rest comes in its own stage.
pub(super) fn create_table(stage: &mut Stage, wanted: &Table) {
    let mut table = Table {
        indexes: vec![],
        triggers: vec![],
        policies: vec![],
        row_security: false,
        force_row_security: false,
        owner: None,
        comment: None,
        ..wanted.clone()
    };
    table.columns.iter_mut().for_each(|c| c.comment = None);
    table.constraints.retain(|c| !is_foreign(c));
    table.constraints.iter_mut().for_each(|c| c.comment = None);
    stage.emit(Change::CreateTable { table });
    as_parents_made_it(stage, wanted);
}

/// What a server makes of the columns that come from parents: [`alter_table`] says what is otherwise.
fn as_parents_made_it(stage: &mut Stage, wanted: &Table) {
    let parents: Vec<Name> =
        wanted.partition_of.iter().map(|(p, _)| p.clone()).chain(wanted.inherits.iter().cloned()).collect();
    let tables: Vec<Table> = parents.iter().filter_map(|p| stage.now.table(p).cloned()).collect();
    let partition = wanted.partition_of.is_some();
    let Some(made) = stage.now.table_mut(&wanted.name) else {
        return;
    };
    for column in made.columns.iter_mut().filter(|c| partition || c.inherited) {
        if let Some(from) = tables.iter().find_map(|t| t.column(&column.name)) {
            let not_null = from.not_null || column.not_null && wanted.primary_key().contains(&column.name);
            *column = Column { identity: None, comment: None, inherited: column.inherited, not_null, ..from.clone() };
        }
    }
}

/// Edits columns, constraints but foreign keys, and options; joins parents last.
pub(super) fn alter_table(stage: &mut Stage, wanted: &Table) {
    let Some(old) = stage.now.table(&wanted.name).cloned() else {
        return;
    };
    if old.unlogged != wanted.unlogged {
        let (table, logged) = (wanted.name.clone(), !wanted.unlogged);
        stage.emit(Change::SetLogged { table, logged });
    }
    if old.options != wanted.options {
        let (table, from, to) = (wanted.name.clone(), old.options.clone(), wanted.options.clone());
        stage.emit(Change::SetTableOptions { table, from, to });
    }
    let (generated, plain): (Vec<&Column>, Vec<&Column>) = wanted.columns.iter().partition(|c| c.generated.is_some());
    for column in plain.into_iter().chain(generated) {
        match old.column(&column.name) {
            Some(_) => alter_column(stage, &wanted.name, column),
            None => {
                let column = Column { comment: None, ..column.clone() };
                let table = wanted.name.clone();
                stage.emit(Change::AddColumn { table, column });
            }
        }
    }
    for c in wanted.constraints.iter().filter(|c| !is_foreign(c)) {
        constraint(stage, &wanted.name, c);
    }
    if let Some((parent, bound)) = &wanted.partition_of
        && old.partition_of.is_none()
    {
        take_checks(stage, &wanted.name, parent);
        let (table, parent, bound) = (wanted.name.clone(), parent.clone(), bound.clone());
        stage.emit(Change::AttachPartition { table, parent, bound });
    }
    for parent in wanted.inherits.iter().filter(|p| !old.inherits.contains(p)) {
        take_checks(stage, &wanted.name, parent);
        let (table, parent) = (wanted.name.clone(), parent.clone());
        stage.emit(Change::Inherit { table, parent });
    }
}

/// A table may join a parent only when it has the parent's checks.
fn take_checks(stage: &mut Stage, table: &Name, parent: &Name) {
    let Some(parent) = stage.now.table(parent).cloned() else {
        return;
    };
    for c in parent.constraints.iter().filter(|c| is_inherited(c)) {
        constraint(stage, table, c);
    }
}

/// Adds a constraint that is not there, or validates one that is.
pub(super) fn constraint(stage: &mut Stage, table: &Name, wanted: &Constraint) {
    let now = stage.now.table(table).and_then(|t| t.constraint(&wanted.name));
    let table = table.clone();
    match now {
        None => {
            let constraint = Constraint { comment: None, ..wanted.clone() };
            stage.emit(Change::AddConstraint { table, constraint });
        }
        Some(old) if old.not_valid && !wanted.not_valid => {
            let name = wanted.name.clone();
            stage.emit(Change::ValidateConstraint { table, name });
        }
        Some(_) => {}
    }
}

/// Type, then what a default or identity needs out of the way, then the rest.
fn alter_column(stage: &mut Stage, table: &Name, wanted: &Column) {
    let name = &wanted.name;
    let now = |stage: &Stage| stage.now.table(table).and_then(|t| t.column(name)).cloned();
    let Some(old) = now(stage) else {
        return;
    };
    let set_default =
        |default: Option<String>| Change::SetDefault { table: table.clone(), column: name.clone(), default };
    let retyped = (&old.ty, &old.collation) != (&wanted.ty, &wanted.collation);
    if old.default.is_some() && (retyped || wanted.default.is_none()) {
        stage.emit(set_default(None));
    }
    if retyped {
        let set_type = |ty: &str, collation: &Option<String>| Change::SetColumnType {
            table: table.clone(),
            column: name.clone(),
            ty: ty.to_string(),
            collation: collation.clone(),
        };
        if !is_castable(&old.ty, &wanted.ty) {
            stage.emit(set_type("text", &None));
        }
        stage.emit(set_type(&wanted.ty, &wanted.collation));
    }
    if wanted.identity.is_none() {
        properties(stage, table, wanted);
    }
    if now(stage).is_some_and(|c| c.not_null != wanted.not_null) {
        stage.emit(Change::SetNotNull { table: table.clone(), column: name.clone(), not_null: wanted.not_null });
    }
    properties(stage, table, wanted);
    if now(stage).is_some_and(|c| c.default != wanted.default) {
        stage.emit(set_default(wanted.default.clone()));
    }
}

fn properties(stage: &mut Stage, table: &Name, wanted: &Column) {
    let Some(from) = stage.now.table(table).and_then(|t| t.column(&wanted.name)).cloned() else {
        return;
    };
    let mut to = Column {
        identity: wanted.identity.clone(),
        storage: wanted.storage.clone(),
        compression: wanted.compression.clone(),
        ..from.clone()
    };
    if wanted.generated.is_none() {
        to.generated = None;
    }
    if from.not_null && wanted.not_null {
        to.not_null_as.clone_from(&wanted.not_null_as);
    }
    if from != to {
        let table = table.clone();
        stage.emit(Change::SetColumnProperty { table, from, to });
    }
}

/// True where a server has a cast from the one type to the other. Where it may not, the values go through
/// text, which every type has casts from and to.
fn is_castable(from: &str, to: &str) -> bool {
    const TEXTS: &[&str] = &["text", "character varying", "varchar", "character", "char", "name"];
    const NUMBERS: &[&str] =
        &["smallint", "integer", "int", "bigint", "numeric", "decimal", "real", "double precision", "money"];
    const MOMENTS: &[&str] =
        &["date", "timestamp", "timestamptz", "timestamp without time zone", "timestamp with time zone"];
    const DOCUMENTS: &[&str] = &["json", "jsonb"];
    let (from, to) = (without_modifier(from), without_modifier(to));
    let is_text = |ty: &str| TEXTS.contains(&ty);
    let both = |family: &&[&str]| family.contains(&from.as_str()) && family.contains(&to.as_str());
    from == to || is_text(&from) || is_text(&to) || [NUMBERS, MOMENTS, DOCUMENTS].iter().any(both)
}

/// `numeric(15,2)` as `numeric`, `timestamp(3) with time zone` as `timestamp with time zone`.
fn without_modifier(ty: &str) -> String {
    match (ty.find('('), ty.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", ty[..open].trim_end(), &ty[close + 1..]),
        _ => ty.to_string(),
    }
}
