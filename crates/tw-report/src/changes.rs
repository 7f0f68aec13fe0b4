//! Changes as orders: `drop the constraint chk_accounts_status of accounts`.
use crate::diagram::tables::{short_type, shown};
use crate::text::{one_line, short};
use tw_model::{
    change::Change,
    schema::{Constraint, ConstraintKind, Grant, GrantOn, Index, IndexPart, Table},
};

/// The change in words; forms that have no shorter words than their SQL are told in SQL.
pub fn change(change: &Change) -> String {
    match change {
        Change::CreateTable { table: Table { name, partition_of: Some((parent, bound)), .. } } => {
            format!("create the partition `{}` of `{}` {}", shown(name), shown(parent), bound.to_lowercase())
        }
        Change::CreateTable { table } => {
            format!("create the table `{}` with {} columns", shown(&table.name), table.columns.len())
        }
        Change::DropTable { name } => format!("drop the table `{}`", shown(name)),
        Change::PartitionBy { table, by } => {
            format!("lay out `{}` in partitions by {}", shown(table), by.to_lowercase())
        }
        Change::OrderColumns { table, columns } => {
            format!("put the columns of `{}` in the order {}", shown(table), columns.join(", "))
        }
        Change::AddColumn { table, column } => {
            format!("add the column `{}` ({}) to `{}`", column.name, short_type(&column.ty), shown(table))
        }
        Change::DropColumn { table, column } => {
            format!("drop the column `{column}` of `{}`", shown(table))
        }
        Change::SetColumnType { table, column, ty, .. } => {
            format!("make `{column}` of `{}` a {}", shown(table), short_type(ty))
        }
        Change::SetNotNull { table, column, not_null: true } => {
            format!("forbid null in `{column}` of `{}`", shown(table))
        }
        Change::SetNotNull { table, column, not_null: false } => {
            format!("allow null in `{column}` of `{}`", shown(table))
        }
        Change::SetDefault { table, column, default: Some(value) } => {
            format!("make {} the default of `{column}` of `{}`", one_line(value), shown(table))
        }
        Change::SetDefault { table, column, default: None } => {
            format!("drop the default of `{column}` of `{}`", shown(table))
        }
        Change::AddConstraint { table, constraint } => {
            format!("add `{}` to `{}`: {}", constraint.name, shown(table), constraint_text(constraint))
        }
        Change::DropConstraint { table, name } => {
            format!("drop the constraint `{name}` of `{}`", shown(table))
        }
        Change::CreateIndex { table, index } => {
            format!("create the index `{}` on `{}`: {}", index.name, shown(table), index_text(index))
        }
        Change::DropIndex { table, name } => {
            format!("drop the index `{name}` of `{}`", shown(table))
        }
        Change::CreateTrigger { table, trigger } => {
            format!("create the trigger `{}` on `{}`", trigger.name, shown(table))
        }
        Change::DropTrigger { table, name } => {
            format!("drop the trigger `{name}` of `{}`", shown(table))
        }
        Change::SetRowSecurity { table, enabled, forced } => format!(
            "turn row-level security of `{}` {}",
            shown(table),
            match (enabled, forced) {
                (true, true) => "on, for its owner too",
                (true, false) => "on",
                _ => "off",
            }
        ),
        Change::CreatePolicy { table, policy } => {
            format!("create the policy `{}` on `{}`", policy.name, shown(table))
        }
        Change::DropPolicy { table, name } => {
            format!("drop the policy `{name}` of `{}`", shown(table))
        }
        Change::CreateView { view } => format!("create the view `{}`", shown(&view.name)),
        Change::DropView { name, .. } => format!("drop the view `{}`", shown(name)),
        Change::CreateFunction { function } => {
            format!("create the function `{}`", shown(&function.name))
        }
        Change::DropFunction { name, .. } => format!("drop the function `{}`", shown(name)),
        Change::CreateRole { role } => format!("create the role `{}`", role.name),
        Change::DropRole { name } => format!("drop the role `{name}`"),
        Change::Grant { grant } => format!("grant {}", grant_text(grant, "to")),
        Change::Revoke { grant } => format!("revoke {}", grant_text(grant, "from")),
        Change::Comment { text: Some(text), .. } => {
            format!("comment: {}", short(&one_line(text), 120))
        }
        Change::RenameColumn { table, from, to } => {
            format!("rename `{from}` of `{}` to `{to}`", shown(table))
        }
        Change::RenameTable { from, to } => format!("rename `{}` to `{to}`", shown(from)),
        other => {
            let sql = other.sql().join("; ");
            if sql.is_empty() { "an edit without SQL of its own".into() } else { one_line(&sql) }
        }
    }
}

/// A constraint's rule as SQL, without its name.
pub fn constraint_text(constraint: &Constraint) -> String {
    let list = |names: &[String]| names.join(", ");
    let including = |include: &[String]| match include {
        [] => String::new(),
        names => format!(" including ({})", list(names)),
    };
    let rule = match &constraint.kind {
        ConstraintKind::Primary { columns, include } => {
            format!("primary key ({}){}", list(columns), including(include))
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct } => format!(
            "unique{} ({}){}",
            if *nulls_not_distinct { " nulls not distinct" } else { "" },
            list(columns),
            including(include)
        ),
        ConstraintKind::Check { expression, .. } => format!("check ({})", one_line(expression)),
        ConstraintKind::Foreign { columns, target, target_columns, on_delete, on_update, match_full } => format!(
            "foreign key ({}) references {} ({}){} on delete {} on update {}",
            list(columns),
            shown(target),
            list(target_columns),
            if *match_full { " match full" } else { "" },
            on_delete.sql().to_lowercase(),
            on_update.sql().to_lowercase()
        ),
        ConstraintKind::Exclude { definition } => format!("exclude {}", one_line(definition)),
        ConstraintKind::Other { definition } => one_line(definition),
    };
    let when = match constraint.deferrable {
        None => "",
        Some(true) => " deferrable initially deferred",
        Some(false) => " deferrable",
    };
    let valid = if constraint.not_valid { " not valid" } else { "" };
    format!("{rule}{when}{valid}")
}

/// An index as SQL, without its name and table.
pub fn index_text(index: &Index) -> String {
    let mut said = String::new();
    if index.unique {
        said.push_str("unique ");
    }
    said.push_str(&index.method);
    let parts: Vec<String> = index.parts.iter().map(part_text).collect();
    said.push_str(&format!(" ({})", parts.join(", ")));
    if !index.include.is_empty() {
        said.push_str(&format!(" including ({})", index.include.join(", ")));
    }
    if index.nulls_not_distinct {
        said.push_str(" nulls not distinct");
    }
    if let Some(filter) = &index.filter {
        said.push_str(&format!(" where {}", one_line(filter)));
    }
    said
}

fn part_text(part: &IndexPart) -> String {
    let mut said = match part.is_expression {
        true => format!("({})", one_line(&part.column)),
        false => part.column.clone(),
    };
    for word in [&part.collation, &part.opclass].into_iter().flatten() {
        said.push(' ');
        said.push_str(word);
    }
    if part.desc {
        said.push_str(" desc");
    }
    match part.nulls_first {
        Some(true) => said.push_str(" nulls first"),
        Some(false) => said.push_str(" nulls last"),
        None => {}
    }
    said
}

fn grant_text(grant: &Grant, word: &str) -> String {
    let columns = match grant.columns.as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    };
    let on = match &grant.on {
        GrantOn::Table { name } | GrantOn::Sequence { name } | GrantOn::Type { name } => shown(name),
        GrantOn::Function { name, arguments } => format!("{}({arguments})", shown(name)),
        GrantOn::Namespace { name } => name.clone(),
        GrantOn::Database => "the database".into(),
    };
    format!("{}{columns} on `{on}` {word} `{}`", grant.privilege.to_lowercase(), grant.role)
}
