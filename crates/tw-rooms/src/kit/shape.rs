//! The shape of keys and ends: which columns they become.
use super::links::{Link, LinkKind, links_of, tenant_of};
use tw_model::model::{Entity, Key, KeyKind, Model};

/// A column that a key or an end becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeColumn {
    /// Column symbol on the entity that holds it.
    pub symbol: String,
    /// Type as PostgreSQL prints it.
    pub ty: String,
}

/// Nesting of identifying owners that is followed; a deeper chain is cut (the brief reader refuses cycles).
const DEPTH: usize = 16;

/// The key columns of an entity, by symbols of its own table.
pub fn key_columns(model: &Model, entity: &Entity) -> Vec<ShapeColumn> {
    key_at(model, entity, DEPTH)
}

/// The columns of an end, by symbols of the holder's table: the end's name when the target's key is one
/// column, `end.part` for each part otherwise; a subtype's end is its key.
pub fn end_columns(model: &Model, link: &Link) -> Vec<ShapeColumn> {
    end_at(model, link, DEPTH)
}

/// The columns of an attribute or end of an entity.
pub fn member_columns(model: &Model, entity: &Entity, member: &str) -> Vec<ShapeColumn> {
    member_at(model, entity, member, DEPTH)
}

/// True when the entity is identified by a surrogate of its own.
pub fn surrogate(model: &Model, entity: &Entity) -> Option<KeyKind> {
    match &entity.key {
        _ if entity.supertype.is_some() || is_associative(model, entity) => None,
        Key::Surrogate => Some(model.promises.keys),
        Key::SurrogateOf { of } => Some(*of),
        Key::Natural { .. } => None,
    }
}

/// True for the `via` entity of a many-to-many relation that has no key of its own: its key is the pair.
pub fn is_associative(model: &Model, entity: &Entity) -> bool {
    matches!(entity.key, Key::Surrogate)
        && model.relations.iter().any(|r| r.many_to_many() && r.via_name() == entity.name)
}

/// Names of the members that make up a natural key, in order: owner and pair ends first.
pub fn key_members(model: &Model, entity: &Entity) -> Vec<String> {
    let ends = links_of(model, entity).into_iter();
    match &entity.key {
        _ if is_associative(model, entity) => {
            let pair = model.relations.iter().find(|r| r.many_to_many() && r.via_name() == entity.name);
            pair.map(|r| r.ends().iter().map(|e| e.name.clone()).collect()).unwrap_or_default()
        }
        Key::Natural { parts } => {
            let owner = ends.filter(|l| l.kind == LinkKind::Owner).map(|l| l.name);
            owner.filter(|o| !parts.contains(o)).chain(parts.iter().cloned()).collect()
        }
        _ => vec![],
    }
}

fn key_at(model: &Model, entity: &Entity, depth: usize) -> Vec<ShapeColumn> {
    if depth == 0 {
        return vec![];
    }
    if let Some(supertype) = entity.supertype.as_deref().and_then(|s| model.entity(s)) {
        return key_at(model, supertype, depth - 1);
    }
    let mut key = match surrogate(model, entity) {
        Some(kind) => vec![surrogate_column(kind)],
        None => key_members(model, entity).iter().flat_map(|m| member_at(model, entity, m, depth - 1)).collect(),
    };
    // A key of a partitioned table holds what it is partitioned by, or no partition could keep it unique.
    if let Some(member) = entity.partitioning.as_ref().and_then(|p| p.in_key()) {
        for column in member_at(model, entity, member, depth - 1) {
            if !key.contains(&column) {
                key.push(column);
            }
        }
    }
    key
}

/// The column of a surrogate key.
pub fn surrogate_column(kind: KeyKind) -> ShapeColumn {
    let ty = match kind {
        KeyKind::Uuid => "uuid",
        KeyKind::Bigint => "bigint",
    };
    ShapeColumn { symbol: "key".into(), ty: ty.into() }
}

fn member_at(model: &Model, entity: &Entity, member: &str, depth: usize) -> Vec<ShapeColumn> {
    let link = links_of(model, entity).into_iter().find(|l| l.name == member);
    if let Some(link) = link {
        return end_at(model, &link, depth);
    }
    let attribute = entity.attribute(member);
    attribute.map(|a| ShapeColumn { symbol: a.name.clone(), ty: a.ty.sql.clone() }).into_iter().collect()
}

fn end_at(model: &Model, link: &Link, depth: usize) -> Vec<ShapeColumn> {
    let Some(target) = model.entity(&link.target).filter(|_| depth > 0) else { return vec![] };
    let key = key_at(model, target, depth - 1);
    if link.kind == LinkKind::Subtype {
        return key;
    }
    let one = key.len() == 1;
    let symbol = |part: &str| if one { link.name.clone() } else { format!("{}.{part}", link.name) };
    key.into_iter().map(|c| ShapeColumn { symbol: symbol(&c.symbol), ty: c.ty }).collect()
}

/// Alias of a table in the view of a subtype: the subtype's own is the 0th, its ancestors follow.
pub fn view_alias(generation: usize) -> String {
    match generation {
        0 => "part".into(),
        1 => "whole".into(),
        n => format!("whole{n}"),
    }
}

/// The tenant column of an entity, when it has one.
pub fn tenant_column(model: &Model, entity: &Entity) -> Option<String> {
    let tenant = tenant_of(model, entity)?;
    let link = links_of(model, entity).into_iter().find(|l| l.target == tenant)?;
    end_columns(model, &link).first().map(|c| c.symbol.clone())
}
