//! Entities: sections, subtypes and associative entities, supertypes first.
use super::attribute;
use crate::diagnostic::Fault;
use crate::syntax::{Brief, EntitySection, KeyLine, PartitionLine};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::Origin;
use tw_model::model::{Entity, Key, Relation, Retention, Subtypes, snake_case};

/// Every entity that has a section or is a subtype, supertypes before their subtypes, else in brief order.
pub(crate) fn collect(brief: &Brief, faults: &mut Vec<Fault>) -> Vec<Entity> {
    let mut sections: BTreeMap<&str, &EntitySection> = BTreeMap::new();
    let mut tables: BTreeMap<String, &str> = BTreeMap::new();
    for section in &brief.entities {
        let name = section.name.v.as_str();
        if name.is_empty() {
            // The heading could not be read; its lines are looked at for their own faults.
            attribute::lower_all(section, faults);
            continue;
        }
        if sections.contains_key(name) {
            faults.push(Fault::new(section.name.span.clone(), format!("{name} has two sections")).help("join them"));
            attribute::lower_all(section, faults);
            continue;
        }
        if let Some(other) = tables.insert(snake_case(name), name) {
            faults.push(collision(section.name.span.clone(), name, other));
        }
        sections.insert(name, section);
    }
    if brief.entities.is_empty() && !brief.torn {
        faults.push(
            Fault::new(0..0, "the brief has no entity")
                .why("an entity is what the business keeps facts about")
                .help("write `### Name (volume)` under `## Concepts`"),
        );
    }
    let parents = supertypes(brief, &sections, &mut tables, faults);
    let mut out: Vec<Entity> = vec![];
    let mut done = BTreeSet::new();
    for section in &brief.entities {
        let first = sections.get(section.name.v.as_str()).is_some_and(|s| std::ptr::eq(*s, section));
        if first {
            place(&section.name.v, &sections, &parents, &mut done, &mut out, faults);
        }
        for (member, _) in section.subtypes.iter().flat_map(|s| &s.members) {
            place(&member.v, &sections, &parents, &mut done, &mut out, faults);
        }
    }
    out
}

fn collision(span: std::ops::Range<usize>, name: &str, other: &str) -> Fault {
    Fault::new(span, format!("{name} and {other} would be the same table"))
        .why(format!("both are `{}` in snake_case", snake_case(name)))
        .help("rename one")
}

/// Supertype of each subtype, cycles and second supertypes left out.
fn supertypes<'a>(
    brief: &'a Brief,
    sections: &BTreeMap<&str, &EntitySection>,
    tables: &mut BTreeMap<String, &'a str>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'a str, (&'a str, Origin)> {
    let mut parents: BTreeMap<&str, (&str, Origin)> = BTreeMap::new();
    for section in &brief.entities {
        let Some(subtypes) = &section.subtypes else {
            continue;
        };
        for (member, _) in &subtypes.members {
            let fault = if parents.contains_key(member.v.as_str()) {
                Some(("is a subtype twice", "a subtype has one supertype, whose key it shares"))
            } else if chain(&parents, &section.name.v).contains(&member.v.as_str()) || member.v == section.name.v {
                Some(("would be its own supertype", "specialisation has no circles"))
            } else {
                None
            };
            if let Some((what, why)) = fault {
                faults.push(
                    Fault::new(member.span.clone(), format!("{} {what}", member.v)).why(why).help("take it out here"),
                );
                continue;
            }
            if !sections.contains_key(member.v.as_str())
                && let Some(other) = tables.insert(snake_case(&member.v), &member.v)
            {
                faults.push(collision(member.span.clone(), &member.v, other));
            }
            parents.insert(&member.v, (&section.name.v, subtypes.origin.clone()));
        }
    }
    parents
}

/// The entity and all above it.
fn chain<'a>(parents: &BTreeMap<&'a str, (&'a str, Origin)>, name: &'a str) -> Vec<&'a str> {
    let mut out = vec![name];
    while let Some((parent, _)) = out.last().and_then(|last| parents.get(last)) {
        out.push(parent);
    }
    out
}

fn place(
    name: &str,
    sections: &BTreeMap<&str, &EntitySection>,
    parents: &BTreeMap<&str, (&str, Origin)>,
    done: &mut BTreeSet<String>,
    out: &mut Vec<Entity>,
    faults: &mut Vec<Fault>,
) {
    let mut waiting = vec![name];
    while let Some((parent, _)) = waiting.last().and_then(|last| parents.get(last)) {
        waiting.push(parent);
    }
    for name in waiting.into_iter().rev() {
        if !done.insert(name.to_string()) {
            continue;
        }
        let supertype = parents.get(name).map(|(parent, _)| parent.to_string());
        let entity = match sections.get(name) {
            Some(section) => from_section(section, supertype, faults),
            None => {
                let origin = parents.get(name).map(|(_, origin)| origin.clone());
                implied(name, supertype, origin.unwrap_or_else(|| Origin::assumed("named by another entity")))
            }
        };
        out.push(entity);
    }
}

/// An entity that only another line names.
pub(crate) fn implied(name: &str, supertype: Option<String>, origin: Origin) -> Entity {
    Entity { supertype, ..Entity::bare(name, origin) }
}

fn from_section(section: &EntitySection, supertype: Option<String>, faults: &mut Vec<Fault>) -> Entity {
    let mut entity = implied(&section.name.v, supertype, section.origin.clone());
    entity.purpose = section.purpose.clone();
    entity.append_only = section.append_only.is_some();
    entity.soft_delete = section.soft_delete.is_some();
    entity.shared = section.shared.is_some();
    entity.schema = section.schema.as_ref().map(|s| s.v.clone());
    entity.weak_of = section.weak_of.as_ref().map(|o| o.v.clone());
    entity.was = section.was.as_ref().map(|w| w.v.clone());
    entity.retention =
        section.retention.as_ref().map(|r| Retention { days: r.v.days, from: r.v.from.v.clone(), then: r.v.then });
    entity.partitioning = section.partition.as_ref().map(PartitionLine::meaning);
    entity.subtypes = section.subtypes.as_ref().map(|s| Subtypes {
        members: s.members.iter().map(|(name, _)| name.v.clone()).collect(),
        overlapping: s.overlapping,
        total: s.total,
        origin: s.origin.clone(),
    });
    entity.attributes = attribute::lower_all(section, faults);
    if let (Some(_), Some(span)) = (&section.append_only, &section.soft_delete) {
        faults.push(
            Fault::new(span.clone(), format!("{} is both append-only and soft delete", entity.name))
                .why("a row that is never changed cannot be marked deleted")
                .help("keep one"),
        );
    }
    if let Some(was) = &section.was
        && was.v == entity.name
    {
        faults.push(Fault::new(was.span.clone(), format!("{} was already called so", was.v)).help("take `was` away"));
    }
    entity
}

/// How rows are identified, once relations are known.
pub(crate) fn keys(brief: &Brief, entities: &mut [Entity], relations: &[Relation], faults: &mut Vec<Fault>) {
    for section in &brief.entities {
        let Some(index) = entities.iter().position(|e| e.name == section.name.v) else {
            continue;
        };
        let options: Vec<_> = section.attributes.iter().filter(|a| a.key.is_some()).collect();
        if let (Some(key), Some(option)) = (&section.key, options.first()) {
            let (KeyLine::Parts(_, span) | KeyLine::Kind(_, span)) = key;
            faults.push(
                Fault::new(span.clone(), format!("{} has two keys", section.name.v))
                    .why(format!("`{}` is a key too", option.name.v))
                    .help("keep one"),
            );
        }
        let key = match (&section.key, options.is_empty()) {
            (Some(KeyLine::Parts(parts, _)), _) => Key::Natural { parts: parts.iter().map(|p| p.v.clone()).collect() },
            (Some(KeyLine::Kind(kind, _)), _) => Key::SurrogateOf { of: *kind },
            (None, false) => Key::Natural { parts: options.iter().map(|a| a.name.v.clone()).collect() },
            (None, true) => Key::Surrogate,
        };
        let entity = &mut entities[index];
        let own = key != Key::Surrogate;
        if own && let Some(parent) = &entity.supertype {
            faults.push(
                Fault::new(section.name.span.clone(), format!("{} cannot have a key of its own", entity.name))
                    .why(format!("a subtype shares the key of its supertype, {parent}"))
                    .help("take the key away"),
            );
        }
        if entity.weak_of.is_some() && !matches!(key, Key::Natural { .. }) {
            faults.push(
                Fault::new(section.name.span.clone(), format!("{} needs a key within its owner", entity.name))
                    .why("a weak entity is identified by its owner and a key of its own")
                    .help("add `key (...)`"),
            );
        }
        entity.key = key;
    }
    for relation in relations.iter().filter(|r| r.many_to_many()) {
        let name = relation.via_name();
        if let Some(entity) = entities.iter_mut().find(|e| e.name == name)
            && entity.key == Key::Surrogate
        {
            entity.key = Key::Natural { parts: relation.ends().into_iter().map(|e| e.name).collect() };
        }
    }
    // Supertypes come first, so that theirs is known.
    for index in 0..entities.len() {
        if let Some(parent) = entities[index].supertype.clone()
            && let Some(key) = entities.iter().find(|e| e.name == parent).map(|e| e.key.clone())
        {
            entities[index].key = key;
        }
    }
}
