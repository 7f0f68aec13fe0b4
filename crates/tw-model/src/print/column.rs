//! Columns as SQL.
use super::statement::comments;
use crate::{
    change::CommentOn,
    ident::{bare, collation, literal, name, quote},
    schema::*,
};

/// What stands after name and type in a column definition.
pub(super) fn clauses(column: &Column) -> String {
    let mut all = vec![];
    if let Some(c) = &column.collation {
        all.push(format!("COLLATE {}", collation(c)));
    }
    if column.not_null && !needs_own_statement(column) {
        all.push(not_null(column));
    }
    if let Some(default) = &column.default {
        all.push(format!("DEFAULT {default}"));
    }
    if let Some(g) = &column.generated {
        let word = if g.stored { "STORED" } else { "VIRTUAL" };
        all.push(format!("GENERATED ALWAYS AS ({}) {word}", bare(&g.expression)));
    }
    if let Some(i) = &column.identity {
        all.push(identity(i));
    }
    all.join(" ")
}

fn not_null(column: &Column) -> String {
    let Some(named) = &column.not_null_as else {
        return "NOT NULL".into();
    };
    let name = named.name.as_ref().map(|n| format!("CONSTRAINT {} ", quote(n)));
    let no_inherit = if named.no_inherit { " NO INHERIT" } else { "" };
    format!("{}NOT NULL{no_inherit}", name.unwrap_or_default())
}

/// NOT VALID cannot be said inside a column definition.
fn needs_own_statement(column: &Column) -> bool {
    column.not_null_as.as_ref().is_some_and(|n| n.not_valid)
}

fn identity(identity: &Identity) -> String {
    let always = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let options = if identity.options.is_empty() { String::new() } else { format!(" ({})", identity.options) };
    format!("GENERATED {always} AS IDENTITY{options}")
}

/// Storage, compression and a NOT VALID NOT NULL: what a column definition leaves to ALTER TABLE.
pub(super) fn afterwards(table: &Name, column: &Column) -> Vec<String> {
    let plain = Column { name: column.name.clone(), ..Column::default() };
    let rest = Column {
        name: column.name.clone(),
        storage: column.storage.clone(),
        compression: column.compression.clone(),
        ..Column::default()
    };
    let mut all = set_property(table, &plain, &rest);
    if needs_own_statement(column) {
        all.push(add_not_null(table, column));
    }
    all
}

fn add_not_null(table: &Name, column: &Column) -> String {
    let named = column.not_null_as.clone().unwrap_or_default();
    let constraint = named.name.map(|n| format!("CONSTRAINT {} ", quote(&n)));
    format!(
        "ALTER TABLE {} ADD {}NOT NULL {}{}{}",
        name(table),
        constraint.unwrap_or_default(),
        quote(&column.name),
        if named.no_inherit { " NO INHERIT" } else { "" },
        if named.not_valid { " NOT VALID" } else { "" },
    )
}

/// ADD COLUMN with all that belongs to it.
pub(super) fn add(table: &Name, column: &Column) -> Vec<String> {
    let definition = format!("{} {} {}", quote(&column.name), column.ty, clauses(column));
    let mut all = vec![format!("ALTER TABLE {} ADD COLUMN {}", name(table), definition.trim_end())];
    all.extend(afterwards(table, column));
    all.extend(comments([(CommentOn::Column { table: table.clone(), column: column.name.clone() }, &column.comment)]));
    all
}

/// ALTER COLUMN ... TYPE. The server must have a cast from the old type.
pub(super) fn set_type(table: &Name, column: &str, ty: &str, collate: Option<&str>) -> String {
    let column = quote(column);
    let collate = collate.map(|c| format!(" COLLATE {}", collation(c)));
    format!(
        "ALTER TABLE {} ALTER COLUMN {column} TYPE {ty}{} USING {column}::{ty}",
        name(table),
        collate.unwrap_or_default(),
    )
}

/// Whatever of identity, generation, storage, compression and NOT NULL's name differs.
pub(super) fn set_property(table: &Name, from: &Column, to: &Column) -> Vec<String> {
    let column = quote(&to.name);
    let alter = |what: String| format!("ALTER TABLE {} ALTER COLUMN {column} {what}", name(table));
    let mut all = vec![];
    if from.generated.is_some() && to.generated.is_none() {
        all.push(alter("DROP EXPRESSION".into()));
    }
    if from.storage != to.storage {
        all.push(match &to.storage {
            Some(storage) => alter(format!("SET STORAGE {storage}")),
            None => storage_of_type(table, &to.name),
        });
    }
    if from.compression != to.compression {
        let method = to.compression.as_deref().unwrap_or("default");
        all.push(alter(format!("SET COMPRESSION {method}")));
    }
    if from.not_null && to.not_null && from.not_null_as != to.not_null_as {
        let validated = NotNull { not_valid: false, ..from.not_null_as.clone().unwrap_or_default() };
        if validated == to.not_null_as.clone().unwrap_or_default() {
            all.push(alter("SET NOT NULL".into()));
        } else {
            all.push(alter("DROP NOT NULL".into()));
            all.push(add_not_null(table, to));
        }
    }
    if from.identity != to.identity {
        if from.identity.is_some() {
            all.push(alter("DROP IDENTITY".into()));
        }
        if let Some(i) = &to.identity {
            all.push(alter(format!("ADD {}", identity(i))));
            all.push(go_on_after_rows(table, &to.name));
        }
    }
    all
}

/// A new identity on a column with rows goes on after the largest of them.
fn go_on_after_rows(table: &Name, column: &str) -> String {
    let sequence = format!("pg_catalog.pg_get_serial_sequence({}, {})", literal(&name(table)), literal(column));
    let (column, table) = (quote(column), name(table));
    format!(
        "SELECT pg_catalog.setval({sequence}, m + 1, false) FROM (SELECT max({column}) AS m FROM {table}) AS s WHERE m >= 1"
    )
}

/// `SET STORAGE DEFAULT` for servers before 16 too.
fn storage_of_type(table: &Name, column: &str) -> String {
    let alter = format!("ALTER TABLE {} ALTER COLUMN {} SET STORAGE ", name(table), quote(column));
    format!(
        "DO $do$ BEGIN EXECUTE (SELECT {} || CASE t.typstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = {}::pg_catalog.regclass AND a.attname = {}); END $do$",
        literal(&alter),
        literal(&name(table)),
        literal(column)
    )
}
