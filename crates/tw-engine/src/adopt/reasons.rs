//! What a change that remains is about, and why a brief has no words for it.
use super::lift::Lifted;
use tw_model::{
    adopted::{Kept, Loss},
    change::{Change, CommentOn},
    ident,
    schema::{ConstraintKind, GrantOn, Name},
};

/// The loss that a remaining change tells of.
pub(super) fn loss(change: &Change, lifted: &Lifted, kept: Kept) -> Loss {
    let (path, what, why) = told(change);
    let known = lifted.reasons.get(&path).or_else(|| lifted.reasons.get(&of_table(&path)).filter(|_| whole(change)));
    let why = known.cloned().unwrap_or_else(|| why.to_string());
    Loss { path, what, why, kept }
}

fn whole(change: &Change) -> bool {
    matches!(change, Change::CreateTable { .. })
}

fn of_table(path: &str) -> String {
    path.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

fn shown(name: &Name) -> String {
    format!("{}.{}", name.schema, name.name)
}

fn at(table: &Name, member: &str) -> String {
    format!("{}.{member}", shown(table))
}

const NO_WORDS: &str = "the brief language has no words for it";
const PHYSICAL: &str = "how a value is stored is the design's to decide, and a brief does not say it";
const INDEX: &str = "a brief gives the workload, and indexes follow from it; this one stands as it is";
const ACCESS: &str =
    "the access rules of a brief are read, append, update and delete, on entities, for roles without powers";

/// Path, what, why.
fn told(change: &Change) -> (String, String, &'static str) {
    let sql = || change.sql().join("; ");
    match change {
        Change::CreateTable { table } => (shown(&table.name), "the whole table".into(), NO_WORDS),
        Change::DropTable { name } => {
            (shown(name), "the design has this table, and the schema has not".into(), NO_WORDS)
        }
        Change::CreateView { view } => (
            shown(&view.name),
            "the view".into(),
            "a view of a brief is over entities; this one is over tables and columns as it stands",
        ),
        Change::CreateFunction { function } => (
            format!("{}({})", shown(&function.name), function.arguments),
            "the function".into(),
            "a brief says what holds, not how it is programmed",
        ),
        Change::CreateTrigger { table, trigger } => {
            (at(table, &trigger.name), "the trigger".into(), "a brief says what holds, not how it is programmed")
        }
        Change::CreateIndex { table, index } => (at(table, &index.name), "the index".into(), INDEX),
        Change::DropIndex { table, name } => {
            (at(table, name), "the design has this index, and the schema has not".into(), INDEX)
        }
        Change::AddConstraint { table, constraint } => {
            let why = match constraint.kind {
                ConstraintKind::Exclude { .. } => {
                    "`never overlap` says a part of what exclusion constraints can, by names of its own"
                }
                ConstraintKind::Check { .. } => {
                    "the brief language does not read this expression, or the server prints it otherwise when it was read back"
                }
                ConstraintKind::Foreign { .. } => "it is no relation of two entities by the key",
                _ => NO_WORDS,
            };
            (at(table, &constraint.name), "the constraint".into(), why)
        }
        Change::DropConstraint { table, name } => {
            (at(table, name), "the design has this constraint, and the schema has not as it stands".into(), NO_WORDS)
        }
        Change::AddColumn { table, column } => (at(table, &column.name), "the column".into(), NO_WORDS),
        Change::DropColumn { table, column } => {
            (at(table, column), "the column, as the design has it".into(), NO_WORDS)
        }
        Change::SetColumnType { table, column, .. } => {
            (at(table, column), "its type or collation".into(), "a brief gives no collation")
        }
        Change::SetDefault { table, column, .. } => (
            at(table, column),
            "its default".into(),
            "an end has no default in a brief, and some expressions are not read",
        ),
        Change::SetNotNull { table, column, .. } => (at(table, column), "whether it may be null".into(), NO_WORDS),
        Change::SetColumnProperty { table, from, .. } => {
            (at(table, &from.name), "its identity, storage, compression or the name of its NOT NULL".into(), PHYSICAL)
        }
        Change::SetTableOptions { table, .. } => (shown(table), "its storage parameters".into(), PHYSICAL),
        Change::SetLogged { table, .. } => (shown(table), "that it is unlogged".into(), PHYSICAL),
        Change::CreateType { ty } => (
            shown(&ty.name),
            "the type".into(),
            "a brief lists values with `in (...)`; types of one's own stand as they are",
        ),
        Change::CreateSequence { sequence } | Change::AlterSequence { to: sequence, .. } => (
            shown(&sequence.name),
            "the sequence".into(),
            "`numbered by sequence` is the sequence that serial makes; another stands as it is",
        ),
        Change::CreateExtension { extension } => {
            (extension.name.clone(), "the extension".into(), "extensions follow from what a brief needs")
        }
        Change::CreateNamespace { namespace } => {
            (namespace.name.clone(), "the schema".into(), "a brief names the schemas of its entities")
        }
        Change::Comment { on, .. } => (
            commented(on),
            "its comment".into(),
            "a comment that is not prose of one paragraph a line, or is on something that is no entity or attribute",
        ),
        Change::CreateRole { role } | Change::AlterRole { role } => {
            (role.name.clone(), "the role, its powers, settings and memberships".into(), ACCESS)
        }
        Change::Grant { grant } | Change::Revoke { grant } => {
            (format!("{} of {}", granted(&grant.on), grant.role), format!("the privilege {}", grant.privilege), ACCESS)
        }
        Change::SetOwner { on, .. } => (granted(on), "its owner".into(), "a design belongs to whoever loads it"),
        Change::CreatePolicy { table, policy } => (
            at(table, &policy.name),
            "the policy".into(),
            "`read own` says a part of what policies can, by names of its own",
        ),
        Change::SetRowSecurity { table, .. } => {
            (shown(table), "row security".into(), "row security follows from `own` and from tenancy")
        }
        _ => (sql(), "the change".into(), NO_WORDS),
    }
}

fn granted(on: &GrantOn) -> String {
    match on {
        GrantOn::Table { name } | GrantOn::Sequence { name } | GrantOn::Type { name } => shown(name),
        GrantOn::Function { name, arguments } => format!("{}({arguments})", shown(name)),
        GrantOn::Namespace { name } => name.clone(),
        GrantOn::Database => "the database".into(),
    }
}

fn commented(on: &CommentOn) -> String {
    match on {
        CommentOn::Namespace { name } | CommentOn::Role { name } => name.clone(),
        CommentOn::Type { name }
        | CommentOn::Sequence { name }
        | CommentOn::Table { name }
        | CommentOn::View { name, .. } => shown(name),
        CommentOn::Function { name, arguments } => format!("{}({arguments})", shown(name)),
        CommentOn::Column { table, column: member }
        | CommentOn::Constraint { table, name: member }
        | CommentOn::Index { table, name: member }
        | CommentOn::Trigger { table, name: member }
        | CommentOn::Policy { table, name: member } => at(table, member),
    }
}

/// A change that remains when everything was tried, in a sentence.
pub(super) fn sentence(change: &Change) -> String {
    let sql: String = change.sql().join("; ").split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = sql.chars().take(160).collect();
    format!("the schema has, and the design has not: {}", ident::bare(&short))
}
