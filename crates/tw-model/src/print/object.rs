//! Namespaces, extensions, types, sequences, views and functions as SQL.
use super::{
    access,
    statement::{comments, options},
    table,
};
use crate::{
    change::CommentOn,
    ident::{bare, collation, literal, name, quote},
    schema::*,
};

fn owned(on: GrantOn, owner: &Option<String>) -> Option<String> {
    owner.as_deref().map(|role| access::set_owner(&on, Some(role)))
}

pub(super) fn create_namespace(n: &Namespace) -> Vec<String> {
    let mut all = vec![format!("CREATE SCHEMA {}", quote(&n.name))];
    all.extend(owned(GrantOn::Namespace { name: n.name.clone() }, &n.owner));
    all.extend(comments([(CommentOn::Namespace { name: n.name.clone() }, &n.comment)]));
    all
}

pub(super) fn create_extension(e: &Extension) -> String {
    let schema = if e.schema.is_empty() { String::new() } else { format!(" WITH SCHEMA {}", quote(&e.schema)) };
    format!("CREATE EXTENSION IF NOT EXISTS {}{schema}", quote(&e.name))
}

pub(super) fn create_type(ty: &TypeDef) -> Vec<String> {
    let n = name(&ty.name);
    let mut all = vec![match &ty.kind {
        TypeKind::Enum { labels } => {
            let labels: Vec<String> = labels.iter().map(|l| literal(l)).collect();
            format!("CREATE TYPE {n} AS ENUM ({})", labels.join(", "))
        }
        TypeKind::Domain { base, collation: c, default, not_null, checks } => {
            let mut sql = format!("CREATE DOMAIN {n} AS {base}");
            if let Some(c) = c {
                sql += &format!(" COLLATE {}", collation(c));
            }
            if let Some(default) = default {
                sql += &format!(" DEFAULT {default}");
            }
            if *not_null {
                sql += " NOT NULL";
            }
            for (check, definition) in checks {
                sql += &format!("\n    CONSTRAINT {} {}", quote(check), check_definition(definition));
            }
            sql
        }
        TypeKind::Composite { attributes } => {
            let parts: Vec<String> = attributes.iter().map(|(a, ty)| format!("{} {ty}", quote(a))).collect();
            format!("CREATE TYPE {n} AS ({})", parts.join(", "))
        }
        TypeKind::Range { subtype, options } => {
            let mut parts = vec![format!("subtype = {subtype}")];
            parts.extend(options.iter().map(|(o, v)| format!("{o} = {v}")));
            format!("CREATE TYPE {n} AS RANGE ({})", parts.join(", "))
        }
    }];
    all.extend(owned(GrantOn::Type { name: ty.name.clone() }, &ty.owner));
    all.extend(comments([(CommentOn::Type { name: ty.name.clone() }, &ty.comment)]));
    all
}

/// `CHECK (...)`, also when only the predicate was given.
fn check_definition(definition: &str) -> String {
    if definition.trim_start().to_ascii_uppercase().starts_with("CHECK") {
        definition.to_string()
    } else {
        format!("CHECK ({})", bare(definition))
    }
}

/// Edits in place what can be edited in place.
pub(super) fn alter_type(from: &TypeDef, to: &TypeDef) -> Vec<String> {
    let mut all = match (&from.kind, &to.kind) {
        (TypeKind::Domain { .. }, TypeKind::Domain { .. }) => alter_domain(from, to),
        (TypeKind::Composite { attributes: old }, TypeKind::Composite { attributes: new }) => {
            alter_composite(&to.name, old, new)
        }
        _ => vec![],
    };
    let on = GrantOn::Type { name: to.name.clone() };
    if from.owner != to.owner {
        all.push(access::set_owner(&on, to.owner.as_deref()));
    }
    if from.comment != to.comment {
        let on = CommentOn::Type { name: to.name.clone() };
        all.push(super::statement::comment(&on, to.comment.as_deref()));
    }
    all
}

fn alter_domain(from: &TypeDef, to: &TypeDef) -> Vec<String> {
    let (
        TypeKind::Domain { default: old_default, not_null: old_null, checks: old, .. },
        TypeKind::Domain { default, not_null, checks, .. },
    ) = (&from.kind, &to.kind)
    else {
        return vec![];
    };
    let alter = |what: String| format!("ALTER DOMAIN {} {what}", name(&to.name));
    let mut all = vec![];
    let dropped = old.iter().filter(|c| !checks.contains(c));
    all.extend(dropped.map(|(c, _)| alter(format!("DROP CONSTRAINT {}", quote(c)))));
    if old_default != default {
        all.push(match default {
            Some(d) => alter(format!("SET DEFAULT {d}")),
            None => alter("DROP DEFAULT".into()),
        });
    }
    if old_null != not_null {
        all.push(alter(format!("{} NOT NULL", if *not_null { "SET" } else { "DROP" })));
    }
    let added = checks.iter().filter(|c| !old.contains(c));
    all.extend(
        added.map(|(c, definition)| alter(format!("ADD CONSTRAINT {} {}", quote(c), check_definition(definition)))),
    );
    all
}

fn alter_composite(n: &Name, old: &[(String, String)], new: &[(String, String)]) -> Vec<String> {
    let find = |list: &[(String, String)], a: &str| list.iter().find(|(b, _)| a == b).cloned();
    let mut all = vec![];
    for (a, _) in old.iter().filter(|(a, _)| find(new, a).is_none()) {
        all.push(format!("ALTER TYPE {} DROP ATTRIBUTE {}", name(n), quote(a)));
    }
    for (a, ty) in new {
        let what = match find(old, a) {
            None => format!("ADD ATTRIBUTE {} {ty}", quote(a)),
            Some((_, before)) if before != *ty => format!("ALTER ATTRIBUTE {} TYPE {ty}", quote(a)),
            Some(_) => continue,
        };
        all.push(format!("ALTER TYPE {} {what}", name(n)));
    }
    all
}

fn sequence_options(s: &Sequence) -> String {
    let mut sql = String::new();
    if !s.ty.is_empty() && s.ty != "bigint" {
        sql += &format!(" AS {}", s.ty);
    }
    let (low, high) = natural_bounds(s);
    sql += &format!(" INCREMENT BY {}", s.increment);
    sql += &bound("MINVALUE", s.min, low);
    sql += &bound("MAXVALUE", s.max, high);
    let cycle = if s.cycle { "CYCLE" } else { "NO CYCLE" };
    sql += &format!(" START WITH {} CACHE {} {cycle}", s.start, s.cache.max(1));
    sql
}

fn bound(word: &str, value: i64, natural: i64) -> String {
    if value == natural { format!(" NO {word}") } else { format!(" {word} {value}") }
}

/// The bounds of a sequence that says none.
fn natural_bounds(s: &Sequence) -> (i64, i64) {
    let (low, high) = match s.ty.as_str() {
        "smallint" => (i16::MIN.into(), i16::MAX.into()),
        "integer" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    if s.increment < 0 { (low, -1) } else { (1, high) }
}

fn owned_by(s: &Sequence) -> String {
    match &s.owned_by {
        Some((table, column)) => format!("{}.{}", name(table), quote(column)),
        None => "NONE".into(),
    }
}

/// A sequence with what is not PostgreSQL's default; one without an increment says nothing else.
pub(super) fn create_sequence(s: &Sequence) -> Vec<String> {
    let ascending = natural_bounds(s);
    let unsaid = s.increment == 0;
    let plain =
        unsaid || s.increment == 1 && (s.min, s.max) == ascending && (s.start, s.cache, s.cycle) == (1, 1, false);
    let options = match (plain, s.ty.as_str()) {
        (true, "" | "bigint") => String::new(),
        (true, ty) => format!(" AS {ty}"),
        (false, _) => sequence_options(s),
    };
    let owner = s.owned_by.as_ref().map(|_| format!(" OWNED BY {}", owned_by(s)));
    let mut all = vec![format!("CREATE SEQUENCE {}{options}{}", name(&s.name), owner.unwrap_or_default())];
    all.extend(owned(GrantOn::Sequence { name: s.name.clone() }, &s.owner));
    all.extend(comments([(CommentOn::Sequence { name: s.name.clone() }, &s.comment)]));
    all
}

/// Whatever differs.
pub(super) fn alter_sequence(from: &Sequence, to: &Sequence) -> Vec<String> {
    let alter = |what: String| format!("ALTER SEQUENCE {}{what}", name(&to.name));
    let mut all = vec![];
    if sequence_options(from) != sequence_options(to) {
        let ty = |s: &Sequence| if s.ty.is_empty() { "bigint".to_string() } else { s.ty.clone() };
        let new_type = if ty(from) == ty(to) { String::new() } else { format!(" AS {}", ty(to)) };
        let cycle = if to.cycle { "CYCLE" } else { "NO CYCLE" };
        // A counter that lies outside its new bounds would be refused.
        let apart = from.max < to.min || from.min > to.max;
        let restart = if apart { " RESTART" } else { "" };
        all.push(alter(format!(
            "{new_type} INCREMENT BY {} MINVALUE {} MAXVALUE {} START WITH {} CACHE {} {cycle}{restart}",
            to.increment,
            to.min,
            to.max,
            to.start,
            to.cache.max(1)
        )));
    }
    if from.owned_by != to.owned_by {
        all.push(alter(format!(" OWNED BY {}", owned_by(to))));
    }
    if from.owner != to.owner {
        let on = GrantOn::Sequence { name: to.name.clone() };
        all.push(access::set_owner(&on, to.owner.as_deref()));
    }
    if from.comment != to.comment {
        let on = CommentOn::Sequence { name: to.name.clone() };
        all.push(super::statement::comment(&on, to.comment.as_deref()));
    }
    all
}

pub(super) fn create_view(view: &View) -> Vec<String> {
    let word = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let with = if view.options.is_empty() {
        String::new()
    } else {
        let split = |o: &String| match o.split_once('=') {
            Some((name, value)) => (name.trim().to_string(), value.trim().to_string()),
            None => (o.clone(), "true".to_string()),
        };
        let all: Vec<_> = view.options.iter().map(split).collect();
        format!(" WITH ({})", options(&all))
    };
    let query = view.query.trim().trim_end_matches(';');
    let mut all = vec![format!("CREATE {word} {}{with} AS\n{query}", name(&view.name))];
    all.extend(view.indexes.iter().map(|i| table::index_definition(&view.name, i)));
    for trigger in &view.triggers {
        all.extend(table::create_trigger_only(&view.name, trigger));
    }
    all.extend(owned(GrantOn::Table { name: view.name.clone() }, &view.owner));
    all.extend(comments(view_comments(view).iter().map(|(on, text)| (on.clone(), text))));
    all
}

/// Every comment that a view and its parts can have; columns only where there is one.
pub(crate) fn view_comments(view: &View) -> Vec<(CommentOn, Option<String>)> {
    let at = &view.name;
    let on = CommentOn::View { name: at.clone(), materialized: view.materialized };
    let mut all = vec![(on, view.comment.clone())];
    all.extend(view.column_comments.iter().map(|(column, text)| {
        let on = CommentOn::Column { table: at.clone(), column: column.clone() };
        (on, Some(text.clone()))
    }));
    all.extend(view.indexes.iter().map(|i| {
        let on = CommentOn::Index { table: at.clone(), name: i.name.clone() };
        (on, i.comment.clone())
    }));
    all.extend(view.triggers.iter().map(|t| {
        let on = CommentOn::Trigger { table: at.clone(), name: t.name.clone() };
        (on, t.comment.clone())
    }));
    all
}

pub(super) fn create_function(f: &Function) -> Vec<String> {
    let (n, arguments) = (f.name.clone(), f.arguments.clone());
    let on = GrantOn::Function { name: n.clone(), arguments: arguments.clone() };
    let mut all = vec![f.definition.trim().trim_end_matches(';').to_string()];
    all.extend(owned(on, &f.owner));
    all.extend(comments([(CommentOn::Function { name: n, arguments }, &f.comment)]));
    all
}
