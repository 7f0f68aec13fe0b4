//! One change as its statements.
use super::{access, column, object, table};
use crate::{
    change::{Change, CommentOn},
    ident::{list, literal, name, quote},
};

impl Change {
    /// The statements of this change, without semicolons, in order. Each change stands alone on a
    /// database where tables have rows. Where other objects depend on what is dropped the server
    /// refuses: whoever wants them gone drops them first.
    pub fn sql(&self) -> Vec<String> {
        match self {
            Change::CreateNamespace { namespace } => object::create_namespace(namespace),
            Change::DropNamespace { name } => one(format!("DROP SCHEMA {}", quote(name))),
            Change::CreateExtension { extension } => one(object::create_extension(extension)),
            Change::DropExtension { name } => one(format!("DROP EXTENSION {}", quote(name))),
            Change::CreateType { ty } => object::create_type(ty),
            Change::DropType { name: n } => one(format!("DROP TYPE {}", name(n))),
            Change::AddEnumLabel { ty, label, before } => {
                let place = before.as_ref().map(|b| format!(" BEFORE {}", literal(b)));
                one(format!(
                    "ALTER TYPE {} ADD VALUE IF NOT EXISTS {}{}",
                    name(ty),
                    literal(label),
                    place.unwrap_or_default()
                ))
            }
            Change::AlterType { from, to } => object::alter_type(from, to),
            Change::CreateSequence { sequence } => object::create_sequence(sequence),
            Change::AlterSequence { from, to } => object::alter_sequence(from, to),
            Change::DropSequence { name: n } => one(format!("DROP SEQUENCE {}", name(n))),
            Change::CreateView { view } => object::create_view(view),
            Change::DropView { name: n, materialized } => {
                let word = if *materialized { "MATERIALIZED VIEW" } else { "VIEW" };
                one(format!("DROP {word} {}", name(n)))
            }
            Change::CreateFunction { function } => object::create_function(function),
            Change::DropFunction { name: n, arguments, .. } => one(format!("DROP ROUTINE {}({arguments})", name(n))),
            Change::CreateRole { role } => access::create_role(role),
            Change::AlterRole { role } => access::alter_role(role),
            Change::DropRole { name } => one(format!("DROP ROLE {}", quote(name))),
            Change::Grant { grant } => one(access::grant(grant)),
            Change::Revoke { grant } => one(access::revoke(grant)),
            Change::AddDefaultPrivilege { privilege } => one(access::default_privilege(privilege, privilege.revoke)),
            Change::DropDefaultPrivilege { privilege } => one(access::default_privilege(privilege, !privilege.revoke)),
            Change::SetOwner { on, owner } => one(access::set_owner(on, owner.as_deref())),
            Change::Comment { on, text } => one(comment(on, text.as_deref())),
            _ => self.table_sql(),
        }
    }

    fn table_sql(&self) -> Vec<String> {
        let alter = |table, what: String| one(format!("ALTER TABLE {} {what}", name(table)));
        match self {
            Change::CreateTable { table } => table::create_table(table),
            Change::DropTable { name: n } => one(format!("DROP TABLE {}", name(n))),
            Change::RenameTable { from, to } => alter(from, format!("RENAME TO {}", quote(to))),
            Change::SetTableOptions { table, from, to } => table::set_options(table, from, to),
            Change::SetLogged { table, logged } => {
                let word = if *logged { "LOGGED" } else { "UNLOGGED" };
                alter(table, format!("SET {word}"))
            }
            Change::AttachPartition { table, parent, bound } => {
                alter(parent, format!("ATTACH PARTITION {} {bound}", name(table)))
            }
            Change::DetachPartition { table, parent } => alter(parent, format!("DETACH PARTITION {}", name(table))),
            Change::Inherit { table, parent } => alter(table, format!("INHERIT {}", name(parent))),
            Change::NoInherit { table, parent } => alter(table, format!("NO INHERIT {}", name(parent))),
            Change::AddColumn { table, column } => column::add(table, column),
            Change::DropColumn { table, column } => alter(table, format!("DROP COLUMN {}", quote(column))),
            Change::RenameColumn { table, from, to } => {
                alter(table, format!("RENAME COLUMN {} TO {}", quote(from), quote(to)))
            }
            Change::SetColumnType { table, column, ty, collation } => {
                one(column::set_type(table, column, ty, collation.as_deref()))
            }
            Change::SetNotNull { table, column, not_null } => {
                let verb = if *not_null { "SET" } else { "DROP" };
                alter(table, format!("ALTER COLUMN {} {verb} NOT NULL", quote(column)))
            }
            Change::SetDefault { table, column, default } => {
                let what = match default {
                    Some(expression) => format!("SET DEFAULT {expression}"),
                    None => "DROP DEFAULT".into(),
                };
                alter(table, format!("ALTER COLUMN {} {what}", quote(column)))
            }
            Change::SetColumnProperty { table, from, to } => column::set_property(table, from, to),
            Change::AddConstraint { table, constraint } => table::add_constraint(table, constraint),
            Change::ValidateConstraint { table, name: n } => alter(table, format!("VALIDATE CONSTRAINT {}", quote(n))),
            Change::DropConstraint { table, name: n } => alter(table, format!("DROP CONSTRAINT {}", quote(n))),
            Change::CreateIndex { table, index } => table::create_index(table, index),
            Change::DropIndex { table, name: n } => {
                one(format!("DROP INDEX {}", name(&crate::schema::Name::new(table.schema.clone(), n.clone()))))
            }
            Change::CreateTrigger { table, trigger } => table::create_trigger(table, trigger),
            Change::DropTrigger { table, name: n } => one(format!("DROP TRIGGER {} ON {}", quote(n), name(table))),
            Change::SetRowSecurity { table, enabled, forced } => access::row_security(table, *enabled, *forced),
            Change::CreatePolicy { table, policy } => access::create_policy(table, policy),
            Change::DropPolicy { table, name: n } => one(format!("DROP POLICY {} ON {}", quote(n), name(table))),
            _ => vec![],
        }
    }
}

fn one(statement: String) -> Vec<String> {
    vec![statement]
}

/// COMMENT ON.
pub(super) fn comment(on: &CommentOn, text: Option<&str>) -> String {
    let of = |kind: &str, what: &str, table| format!("{kind} {} ON {}", quote(what), name(table));
    let object = match on {
        CommentOn::Namespace { name } => format!("SCHEMA {}", quote(name)),
        CommentOn::Type { name: n } => format!("TYPE {}", name(n)),
        CommentOn::Sequence { name: n } => format!("SEQUENCE {}", name(n)),
        CommentOn::Table { name: n } => format!("TABLE {}", name(n)),
        CommentOn::Column { table, column } => {
            format!("COLUMN {}.{}", name(table), quote(column))
        }
        CommentOn::Constraint { table, name } => of("CONSTRAINT", name, table),
        CommentOn::Index { table, name: n } => {
            let index = crate::schema::Name::new(table.schema.clone(), n.clone());
            format!("INDEX {}", name(&index))
        }
        CommentOn::Trigger { table, name } => of("TRIGGER", name, table),
        CommentOn::Policy { table, name } => of("POLICY", name, table),
        CommentOn::View { name: n, materialized: true } => format!("MATERIALIZED VIEW {}", name(n)),
        CommentOn::View { name: n, .. } => format!("VIEW {}", name(n)),
        CommentOn::Function { name: n, arguments } => {
            format!("ROUTINE {}({arguments})", name(n))
        }
        CommentOn::Role { name } => format!("ROLE {}", quote(name)),
    };
    let text = text.map_or("NULL".into(), literal);
    format!("COMMENT ON {object} IS {text}")
}

/// The comments that are set, as statements.
pub(super) fn comments<'a>(all: impl IntoIterator<Item = (CommentOn, &'a Option<String>)>) -> Vec<String> {
    let set = all.into_iter().filter_map(|(on, text)| Some((on, text.as_deref()?)));
    set.map(|(on, text)| comment(&on, Some(text))).collect()
}

/// Storage parameters: `fillfactor=90, autovacuum_enabled=false`.
pub(super) fn options(options: &[(String, String)]) -> String {
    let mut all: Vec<String> = options.iter().map(|(name, value)| format!("{name}={}", option_value(value))).collect();
    all.sort();
    all.join(", ")
}

fn option_value(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    if plain { value.to_string() } else { literal(value) }
}

/// ` INCLUDE (a, b)`, or nothing.
pub(super) fn include(columns: &[String]) -> String {
    if columns.is_empty() { String::new() } else { format!(" INCLUDE ({})", list(columns)) }
}
