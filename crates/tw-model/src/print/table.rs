//! Tables, constraints, indexes and triggers as SQL.
use super::{
    access, column,
    statement::{comment, comments, include, options},
};
use crate::{
    change::CommentOn,
    ident::{bare, collation, list, name, quote},
    model::Action,
    schema::*,
};

/// Wider names and types do not push the other columns' clauses to the right.
const WIDEST: usize = 32;

/// CREATE TABLE with everything that hangs on the table.
///
/// A partition takes its columns from its parent; where it differs from it, [`crate::diff`] says so in
/// changes of their own.
pub(super) fn create_table(table: &Table) -> Vec<String> {
    let mut all = vec![bare_table(table)];
    if table.partition_of.is_none() {
        for c in table.columns.iter().filter(|c| !c.inherited) {
            all.extend(column::afterwards(&table.name, c));
        }
    }
    for constraint in &table.constraints {
        if is_foreign(constraint) || constraint.not_valid {
            all.push(add_constraint_only(&table.name, constraint));
        }
    }
    for index in &table.indexes {
        all.push(index_definition(&table.name, index));
    }
    for trigger in &table.triggers {
        all.extend(create_trigger_only(&table.name, trigger));
    }
    all.extend(access::row_security_of(table));
    for policy in &table.policies {
        all.push(access::create_policy_only(&table.name, policy));
    }
    if let Some(owner) = &table.owner {
        let on = GrantOn::Table { name: table.name.clone() };
        all.push(access::set_owner(&on, Some(owner)));
    }
    all.extend(table_comments(table).into_iter().filter_map(|(on, text)| {
        let text = text.as_deref()?;
        Some(comment(&on, Some(text)))
    }));
    all
}

/// Every comment that a table and its parts can have.
pub(crate) fn table_comments(table: &Table) -> Vec<(CommentOn, &Option<String>)> {
    let at = &table.name;
    let mut all = vec![(CommentOn::Table { name: at.clone() }, &table.comment)];
    all.extend(table.columns.iter().map(|c| {
        let (table, column) = (at.clone(), c.name.clone());
        (CommentOn::Column { table, column }, &c.comment)
    }));
    all.extend(table.constraints.iter().map(|c| {
        let (table, name) = (at.clone(), c.name.clone());
        (CommentOn::Constraint { table, name }, &c.comment)
    }));
    all.extend(table.indexes.iter().map(|i| {
        let (table, name) = (at.clone(), i.name.clone());
        (CommentOn::Index { table, name }, &i.comment)
    }));
    all.extend(table.triggers.iter().map(|t| {
        let (table, name) = (at.clone(), t.name.clone());
        (CommentOn::Trigger { table, name }, &t.comment)
    }));
    all.extend(table.policies.iter().map(|p| {
        let (table, name) = (at.clone(), p.name.clone());
        (CommentOn::Policy { table, name }, &p.comment)
    }));
    all
}

/// CREATE TABLE with columns and the constraints that can stand in it.
fn bare_table(table: &Table) -> String {
    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let inline = table.constraints.iter().filter(|c| !is_foreign(c) && !c.not_valid);
    let constraints = inline.map(|c| format!("CONSTRAINT {} {}", quote(&c.name), constraint_definition(c)));
    let mut lines = vec![];
    if table.partition_of.is_none() {
        lines.extend(column_lines(table));
    }
    lines.extend(constraints);
    let mut sql = format!("CREATE {unlogged}TABLE {}", name(&table.name));
    if let Some((parent, _)) = &table.partition_of {
        sql += &format!(" PARTITION OF {}", name(parent));
    }
    if !lines.is_empty() {
        sql += &format!(" (\n    {}\n)", lines.join(",\n    "));
    } else if table.partition_of.is_none() {
        sql += " ()";
    }
    if let Some((_, bound)) = &table.partition_of {
        sql += &format!(" {bound}");
    }
    if !table.inherits.is_empty() {
        let parents: Vec<String> = table.inherits.iter().map(name).collect();
        sql += &format!(" INHERITS ({})", parents.join(", "));
    }
    if let Some(key) = &table.partition_by {
        sql += &format!(" PARTITION BY {key}");
    }
    if !table.options.is_empty() {
        sql += &format!(" WITH ({})", options(&table.options));
    }
    sql
}

fn column_lines(table: &Table) -> Vec<String> {
    let own: Vec<&Column> = table.columns.iter().filter(|c| !c.inherited).collect();
    let width = |of: &dyn Fn(&Column) -> usize| own.iter().map(|c| of(c)).filter(|w| *w <= WIDEST).max().unwrap_or(0);
    let name_width = width(&|c| quote(&c.name).chars().count());
    let type_width = width(&|c| c.ty.chars().count());
    own.iter()
        .map(|c| {
            let line = format!("{:name_width$} {:type_width$} {}", quote(&c.name), c.ty, column::clauses(c));
            line.trim_end().to_string()
        })
        .collect()
}

/// True for foreign keys, the temporal ones of 18 included.
pub(crate) fn is_foreign(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::Foreign { .. } => true,
        ConstraintKind::Other { definition } => definition.starts_with("FOREIGN KEY"),
        _ => false,
    }
}

/// A constraint without its name: `CHECK (amount > 0)`, `FOREIGN KEY (a) REFERENCES b (id)`.
pub fn constraint_definition(constraint: &Constraint) -> String {
    let mut sql = match &constraint.kind {
        ConstraintKind::Primary { columns, include: with } => {
            format!("PRIMARY KEY ({}){}", list(columns), include(with))
        }
        ConstraintKind::Unique { columns, include: with, nulls_not_distinct } => {
            let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            format!("UNIQUE{nulls} ({}){}", list(columns), include(with))
        }
        ConstraintKind::Check { expression, no_inherit } => {
            let no_inherit = if *no_inherit { " NO INHERIT" } else { "" };
            format!("CHECK ({}){no_inherit}", bare(expression))
        }
        ConstraintKind::Foreign { .. } => foreign(&constraint.kind),
        ConstraintKind::Exclude { definition } => {
            let definition = definition.trim();
            format!("EXCLUDE {}", definition.strip_prefix("EXCLUDE ").unwrap_or(definition))
        }
        ConstraintKind::Other { definition } => definition.clone(),
    };
    match constraint.deferrable {
        Some(true) => sql += " DEFERRABLE INITIALLY DEFERRED",
        Some(false) => sql += " DEFERRABLE",
        None => {}
    }
    if constraint.not_valid {
        sql += " NOT VALID";
    }
    sql
}

fn foreign(kind: &ConstraintKind) -> String {
    let ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full } = kind else {
        return String::new();
    };
    let mut sql = format!("FOREIGN KEY ({}) REFERENCES {}", list(columns), name(target));
    if !target_columns.is_empty() {
        sql += &format!(" ({})", list(target_columns));
    }
    if *match_full {
        sql += " MATCH FULL";
    }
    for (word, action) in [("UPDATE", on_update), ("DELETE", on_delete)] {
        if *action != Action::NoAction {
            sql += &format!(" ON {word} {}", action.sql());
        }
    }
    sql
}

fn add_constraint_only(table: &Name, constraint: &Constraint) -> String {
    format!(
        "ALTER TABLE {} ADD CONSTRAINT {} {}",
        name(table),
        quote(&constraint.name),
        constraint_definition(constraint)
    )
}

/// ADD CONSTRAINT with its comment.
pub(super) fn add_constraint(table: &Name, constraint: &Constraint) -> Vec<String> {
    let on = CommentOn::Constraint { table: table.clone(), name: constraint.name.clone() };
    let mut all = vec![add_constraint_only(table, constraint)];
    all.extend(comments([(on, &constraint.comment)]));
    all
}

/// CREATE INDEX.
pub fn index_definition(table: &Name, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let mut sql = format!("CREATE {unique}INDEX {} ON {}", quote(&index.name), name(table));
    if !index.method.is_empty() && index.method != "btree" {
        sql += &format!(" USING {}", quote(&index.method));
    }
    let parts: Vec<String> = index.parts.iter().map(index_part).collect();
    sql += &format!(" ({}){}", parts.join(", "), include(&index.include));
    if index.nulls_not_distinct {
        sql += " NULLS NOT DISTINCT";
    }
    if !index.options.is_empty() {
        sql += &format!(" WITH ({})", options(&index.options));
    }
    if let Some(filter) = &index.filter {
        sql += &format!(" WHERE {}", bare(filter));
    }
    sql
}

fn index_part(part: &IndexPart) -> String {
    let mut sql = if part.is_expression { format!("({})", bare(&part.column)) } else { quote(&part.column) };
    if let Some(c) = &part.collation {
        sql += &format!(" COLLATE {}", collation(c));
    }
    if let Some(opclass) = &part.opclass {
        sql += &format!(" {opclass}");
    }
    if part.desc {
        sql += " DESC";
    }
    match part.nulls_first {
        Some(true) => sql += " NULLS FIRST",
        Some(false) => sql += " NULLS LAST",
        None => {}
    }
    sql
}

/// CREATE INDEX with its comment.
pub(super) fn create_index(table: &Name, index: &Index) -> Vec<String> {
    let on = CommentOn::Index { table: table.clone(), name: index.name.clone() };
    let mut all = vec![index_definition(table, index)];
    all.extend(comments([(on, &index.comment)]));
    all
}

/// CREATE TRIGGER and, unless it fires as usual, when it fires.
pub(super) fn create_trigger_only(table: &Name, trigger: &Trigger) -> Vec<String> {
    let mut all = vec![trigger.definition.clone()];
    let word = match trigger.enabled.as_str() {
        "D" => "DISABLE",
        "R" => "ENABLE REPLICA",
        "A" => "ENABLE ALWAYS",
        _ => return all,
    };
    all.push(format!("ALTER TABLE {} {word} TRIGGER {}", name(table), quote(&trigger.name)));
    all
}

/// CREATE TRIGGER with its comment.
pub(super) fn create_trigger(table: &Name, trigger: &Trigger) -> Vec<String> {
    let on = CommentOn::Trigger { table: table.clone(), name: trigger.name.clone() };
    let mut all = create_trigger_only(table, trigger);
    all.extend(comments([(on, &trigger.comment)]));
    all
}

/// Replaces the storage parameters: those not said go back to their defaults.
pub(super) fn set_options(table: &Name, from: &[(String, String)], to: &[(String, String)]) -> Vec<String> {
    let gone = from.iter().filter(|(n, _)| !to.iter().any(|(m, _)| m == n));
    let gone: Vec<&str> = gone.map(|(n, _)| n.as_str()).collect();
    let new: Vec<(String, String)> = to.iter().filter(|o| !from.contains(o)).cloned().collect();
    let mut all = vec![];
    if !gone.is_empty() {
        all.push(format!("ALTER TABLE {} RESET ({})", name(table), gone.join(", ")));
    }
    if !new.is_empty() {
        all.push(format!("ALTER TABLE {} SET ({})", name(table), options(&new)));
    }
    all
}
