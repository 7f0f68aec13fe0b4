//! The names that can be said of each entity: attributes, relation ends, and what promises add.
use crate::cursor::Span;
use crate::diagnostic::Fault;
use crate::sql::{Scope, ScopeAttribute, ScopeEntity};
use crate::syntax::Brief;
use crate::syntax::promise::Promise;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::Origin;
use tw_model::model::{Entity, Key, Promises, Relation, snake_case};

/// One name of an entity.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub name: String,
    /// The entity a relation end points at.
    pub target: Option<String>,
    pub values: Vec<String>,
    /// Type of an attribute, as PostgreSQL spells it; empty for an end.
    pub sql: String,
    /// May be absent.
    pub optional: bool,
}

/// Every entity's names, in order: attributes, ends, tenant, timestamps, inherited ones.
#[derive(Default)]
pub(crate) struct Facts {
    by_entity: BTreeMap<String, Vec<Fact>>,
}

impl Facts {
    pub fn entity(&self, name: &str) -> Option<&Vec<Fact>> {
        self.by_entity.get(name)
    }
    pub fn get(&self, entity: &str, name: &str) -> Option<&Fact> {
        self.by_entity.get(entity)?.iter().find(|f| f.name == name)
    }
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_entity.keys().map(String::as_str)
    }
    /// Entities in order of name.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Vec<Fact>)> {
        self.by_entity.iter()
    }

    /// What entity SQL may name.
    pub fn scope(&self, entities: &[Entity]) -> Scope {
        let entry = |e: &Entity| {
            let attributes = self.by_entity.get(&e.name).into_iter().flatten();
            let scope = ScopeEntity {
                key: key_parts(e, entities, self),
                attributes: attributes
                    .map(|f| ScopeAttribute {
                        name: f.name.clone(),
                        target: f.target.clone(),
                        values: f.values.clone(),
                    })
                    .collect(),
            };
            (e.name.clone(), scope)
        };
        Scope { entities: entities.iter().map(entry).collect() }
    }
}

/// Natural key parts, the owner's end first for a weak entity.
fn key_parts(entity: &Entity, entities: &[Entity], facts: &Facts) -> Vec<String> {
    let Key::Natural { parts } = &entity.key else {
        return vec![];
    };
    let root = std::iter::successors(Some(entity), |e| {
        let parent = e.supertype.as_ref()?;
        entities.iter().find(|p| p.name == *parent)
    })
    .take(entities.len())
    .last()
    .unwrap_or(entity);
    let owner = root.weak_of.as_ref().and_then(|owner| {
        let names = facts.entity(&root.name)?;
        names.iter().find(|f| f.target.as_ref() == Some(owner)).map(|f| f.name.clone())
    });
    let more = entity.partitioning.as_ref().and_then(|p| p.in_key()).map(String::from);
    let more = more.filter(|m| !parts.contains(m) && owner.as_ref() != Some(m));
    owner.into_iter().chain(parts.iter().cloned()).chain(more).collect()
}

/// Collects the names and reports those that meet.
pub(crate) fn collect(
    brief: &Brief,
    entities: &[Entity],
    relations: &[Relation],
    promises: &Promises,
    faults: &mut Vec<Fault>,
) -> Facts {
    let mut out = Facts::default();
    let mut told = BTreeSet::new();
    for entity in entities {
        let mut facts: Vec<Fact> = entity
            .attributes
            .iter()
            .map(|a| Fact {
                name: a.name.clone(),
                target: None,
                values: a.values.iter().flat_map(|v| &v.items).map(|i| i.value.clone()).collect(),
                sql: a.ty.sql.clone(),
                optional: a.optional,
            })
            .collect();
        for relation in relations {
            for end in relation.ends().into_iter().filter(|e| e.holder == entity.name) {
                if let Some(other) = facts.iter().find(|f| f.name == end.name) {
                    let (what, help) = match other.target {
                        Some(_) => (
                            format!("{} would have two ends named `{}`", entity.name, end.name),
                            format!("give one a role: `[{} as role]`", end.target),
                        ),
                        None => (
                            format!("{} has an attribute and a relation end named `{}`", entity.name, end.name),
                            "rename the attribute, or give the end a role".to_string(),
                        ),
                    };
                    let span = line_span(brief, &relation.origin);
                    if told.insert((entity.name.clone(), end.name.clone())) {
                        faults.push(
                            Fault::new(span, what).why("an end is an attribute of the entity that holds it").help(help),
                        );
                    }
                    continue;
                }
                facts.push(end_fact(end.name, end.target, end.optional));
            }
        }
        promised(brief, entity, promises, &mut facts, faults);
        out.by_entity.insert(entity.name.clone(), facts);
    }
    inherit(brief, entities, &mut out, faults);
    out
}

fn end_fact(name: String, target: String, optional: bool) -> Fact {
    Fact { name, target: Some(target), values: vec![], sql: String::new(), optional }
}

fn line_span(brief: &Brief, origin: &Origin) -> Span {
    let line = brief.relations.iter().find(|r| r.origin == *origin).map(|r| r.span.clone());
    let heading = || brief.entities.iter().find(|e| e.origin == *origin).map(|e| e.name.span.clone());
    line.or_else(heading).unwrap_or(0..0)
}

/// The tenant's end, timestamps, `deleted_at`: on the topmost entity; subtypes inherit them.
fn promised(brief: &Brief, entity: &Entity, promises: &Promises, facts: &mut Vec<Fact>, faults: &mut Vec<Fault>) {
    if entity.supertype.is_some() {
        return;
    }
    let mut extra: Vec<Fact> = vec![];
    if let Some(tenant) = promises.tenant.as_ref().filter(|t| **t != entity.name && !entity.shared) {
        let name = snake_case(tenant);
        let there = facts.iter().any(|f| f.name == name && f.target.as_ref() == Some(tenant));
        if !there {
            extra.push(end_fact(name, tenant.clone(), false));
        }
    }
    let mut times: Vec<&String> = vec![];
    if let Some(timestamps) = &promises.timestamps {
        if !(entity.append_only && timestamps.only_what_changes) {
            times.extend(&timestamps.created);
        }
        if !entity.append_only {
            times.extend(&timestamps.updated);
        }
    }
    let deleted = "deleted_at".to_string();
    if entity.soft_delete {
        times.push(&deleted);
    }
    extra.extend(times.into_iter().map(|name| Fact {
        name: name.clone(),
        target: None,
        values: vec![],
        sql: "timestamp with time zone".into(),
        optional: *name == deleted,
    }));
    for fact in extra {
        if facts.iter().any(|f| f.name == fact.name) {
            let section = brief.entities.iter().find(|e| e.name.v == entity.name);
            let attribute = section.and_then(|s| s.attributes.iter().find(|a| a.name.v == fact.name));
            let promise = brief.promises.iter().find(|p| match &p.promise {
                Promise::Tenant(_) => fact.target.is_some(),
                Promise::Timestamps(_) => fact.target.is_none(),
                _ => false,
            });
            let span = attribute.map(|a| a.name.span.clone()).or(promise.map(|p| p.word.span.clone())).unwrap_or(0..0);
            faults.push(
                Fault::new(span, format!("{} has `{}` already", entity.name, fact.name))
                    .why("the promises (or `soft delete`) give it an attribute of that name")
                    .help("take the line away, or rename it"),
            );
            continue;
        }
        facts.push(fact);
    }
}

/// Subtypes have what their supertype has; `entities` has supertypes first.
fn inherit(brief: &Brief, entities: &[Entity], out: &mut Facts, faults: &mut Vec<Fault>) {
    for entity in entities {
        let Some(parent) = &entity.supertype else {
            continue;
        };
        let inherited = out.by_entity.get(parent).cloned().unwrap_or_default();
        let Some(own) = out.by_entity.get_mut(&entity.name) else {
            continue;
        };
        for fact in inherited {
            if own.iter().any(|f| f.name == fact.name) {
                let section = brief.entities.iter().find(|e| e.name.v == entity.name);
                let attribute = section.and_then(|s| s.attributes.iter().find(|a| a.name.v == fact.name));
                let span = attribute.map(|a| a.name.span.clone()).unwrap_or_else(|| {
                    let relation =
                        brief.relations.iter().find(|r| r.from.entity.v == entity.name || r.to.entity.v == entity.name);
                    relation.map_or(0..0, |r| r.span.clone())
                });
                faults.push(
                    Fault::new(span, format!("{} has `{}` already", entity.name, fact.name))
                        .why(format!("it shares the attributes and ends of its supertype, {parent}"))
                        .help("take the line away, or rename it"),
                );
            } else {
                own.push(fact);
            }
        }
    }
}
