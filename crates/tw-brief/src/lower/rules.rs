//! The rules of each entity: checks, uniqueness, exclusion, dependencies, retention, key parts.
use super::Known;
use crate::cursor::Sp;
use crate::diagnostic::Fault;
use crate::syntax::{EntitySection, KeyLine};
use crate::text::Text;
use crate::types;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::model::{Check, Dependency, Disposal, Entity, Key, Overlap, Sensitivity, Unique};

/// Fills in every rule that names attributes.
pub(crate) fn lower(known: &Known, entities: &mut [Entity], faults: &mut Vec<Fault>) {
    let before: Vec<Entity> = entities.to_vec();
    for entity in entities.iter_mut() {
        let Some(section) = known.sections.get(entity.name.as_str()) else {
            // What a decomposed dependency took along is still written in the section that it came from.
            let origins: Vec<_> = entity.depends.iter().map(|d| d.origin.clone()).collect();
            let from = known.sections.values().find(|s| s.depends.iter().any(|d| origins.contains(&d.origin)));
            if let Some(section) = from {
                attributes(known, section, entity, faults);
            }
            continue;
        };
        if section.name.v.is_empty() {
            continue;
        }
        attributes(known, section, entity, faults);
        uniques(known, section, entity, faults);
        checks(known, section, entity, faults);
        overlaps(known, section, entity, faults);
        dependencies(known, section, entity, faults);
        retention(known, section, entity, &before, faults);
        super::partition::check(known, section, entity, faults);
        key(known, section, faults);
    }
    key_circles(known, entities, faults);
}

fn attributes(known: &Known, section: &EntitySection, entity: &mut Entity, faults: &mut Vec<Fault>) {
    for attribute in &mut entity.attributes {
        let Some(line) = section.attributes.iter().find(|a| a.name.v == attribute.name) else {
            continue;
        };
        for rule in line.ty.iter().flat_map(|t| &t.rules) {
            let Some(text) = with_name(rule, &attribute.name) else {
                continue;
            };
            let span = line.ty.as_ref().map_or(0..0, |t| t.span.clone());
            let sql = Text::join(&[(span.start, &text)]);
            // The rule is ours: a fault in it can only come from the name, which is reported elsewhere.
            let mut own = vec![];
            let expression = known.expression(&sql, &entity.name, &mut own);
            if own.is_empty() {
                attribute.checks.push(expression);
            }
        }
        for check in &line.checks {
            attribute.checks.push(known.expression(check, &entity.name, faults));
        }
        if let Some(sql) = &line.generated {
            let expression = known.expression(sql, &entity.name, faults);
            if expression.attributes.contains(&attribute.name) {
                faults.push(
                    Fault::new(sql.whole(), format!("`{}` is generated from itself", attribute.name))
                        .why("its value follows from other attributes"),
                );
            }
            attribute.generated = Some(expression);
        }
    }
}

/// A domain word's rule with `x` replaced by the attribute.
pub(crate) fn with_name(rule: &str, name: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let at = rule.match_indices('x').map(|(at, _)| at).find(|at| {
        let before = rule[..*at].chars().next_back();
        let after = rule[at + 1..].chars().next();
        !before.is_some_and(word) && !after.is_some_and(word)
    })?;
    Some(format!("{}{name}{}", &rule[..at], &rule[at + 1..]))
}

fn parts(known: &Known, entity: &str, names: &[Sp<String>], faults: &mut Vec<Fault>) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for name in names {
        known.fact(entity, name, faults);
        if out.contains(&name.v) {
            faults.push(Fault::new(name.span.clone(), format!("`{}` is named twice", name.v)).help("keep one"));
        } else {
            out.push(name.v.clone());
        }
    }
    out
}

fn uniques(known: &Known, section: &EntitySection, entity: &mut Entity, faults: &mut Vec<Fault>) {
    for line in &section.uniques {
        let parts = parts(known, &entity.name, &line.parts, faults);
        if entity.uniques.iter().any(|u| u.parts == parts) {
            faults.push(Fault::new(line.span.clone(), "this uniqueness is said twice").help("keep one line"));
            continue;
        }
        entity.uniques.push(Unique { parts, per_tenant: line.per_tenant, origin: line.origin.clone() });
    }
}

fn checks(known: &Known, section: &EntitySection, entity: &mut Entity, faults: &mut Vec<Fault>) {
    for line in &section.checks {
        if let Some(name) = &line.name
            && entity.checks.iter().any(|c| c.name.as_ref() == Some(&name.v))
        {
            faults.push(
                Fault::new(name.span.clone(), format!("{} has two checks `{}`", entity.name, name.v))
                    .help("rename one"),
            );
        }
        entity.checks.push(Check {
            name: line.name.as_ref().map(|n| n.v.clone()),
            predicate: known.expression(&line.sql, &entity.name, faults),
            origin: line.origin.clone(),
        });
    }
}

fn overlaps(known: &Known, section: &EntitySection, entity: &mut Entity, faults: &mut Vec<Fault>) {
    for line in &section.overlaps {
        let equal = parts(known, &entity.name, &line.equal, faults);
        let during = parts(known, &entity.name, &line.during, faults);
        let types: Vec<&str> =
            line.during.iter().filter_map(|n| known.facts.get(&entity.name, &n.v)).map(|f| f.sql.as_str()).collect();
        let fine = match types.as_slice() {
            [range] if during.len() == 1 => types::is_range(range),
            [from, to] => from == to && types::is_dated(from),
            _ => true,
        };
        if !fine {
            let span = line.during.first().map_or(line.span.clone(), |n| n.span.clone());
            faults.push(Fault::new(span, format!("{} is no span of time", during.join(" to "))).why(
                "the last part is a range (`period`, `daterange`), or two dates or instants: `starts_at to ends_at`",
            ));
        }
        entity.never_overlap.push(Overlap {
            equal,
            during,
            filter: line.filter.as_ref().map(|f| known.expression(f, &entity.name, faults)),
            origin: line.origin.clone(),
        });
    }
}

fn dependencies(known: &Known, section: &EntitySection, entity: &mut Entity, faults: &mut Vec<Fault>) {
    for line in section.depends.iter().filter(|line| !known.decomposed.contains(&line.origin)) {
        let from = parts(known, &entity.name, &line.from, faults);
        let to = parts(known, &entity.name, &line.to, faults);
        for name in line.to.iter().filter(|n| from.contains(&n.v)) {
            faults.push(
                Fault::new(name.span.clone(), format!("`{}` depends on itself", name.v))
                    .help("take it out on one side"),
            );
        }
        entity.depends.push(Dependency {
            from,
            to,
            kept_because: line.kept_because.clone(),
            origin: line.origin.clone(),
        });
    }
}

fn retention(known: &Known, section: &EntitySection, entity: &Entity, all: &[Entity], faults: &mut Vec<Fault>) {
    let Some(line) = &section.retention else {
        return;
    };
    let from = &line.v.from;
    if known.fact(&entity.name, from, faults)
        && let Some(fact) = known.facts.get(&entity.name, &from.v)
        && !types::is_dated(&fact.sql)
    {
        faults.push(
            Fault::new(from.span.clone(), format!("retention cannot count from `{}`", from.v))
                .why("it is neither a date nor an instant"),
        );
    }
    let family = all.iter().filter(|e| e.name == entity.name || e.supertype.as_ref() == Some(&entity.name));
    let personal = family.flat_map(|e| &e.attributes).any(|a| a.sensitivity.contains(&Sensitivity::Personal));
    if line.v.then == Disposal::Anonymise && !personal {
        faults.push(
            Fault::new(line.span.clone(), format!("{} has nothing to anonymise", entity.name))
                .why("anonymising blanks the `personal` attributes, and there is none")
                .help("mark them `personal`, or say `delete`"),
        );
    }
}

fn key(known: &Known, section: &EntitySection, faults: &mut Vec<Fault>) {
    let Some(KeyLine::Parts(names, _)) = &section.key else {
        return;
    };
    let entity = &section.name.v;
    parts(known, entity, names, faults);
    for name in names {
        let Some(fact) = known.facts.get(entity, &name.v) else {
            continue;
        };
        if fact.optional {
            faults.push(
                Fault::new(name.span.clone(), format!("the key part `{}` may be absent", name.v))
                    .why("a row without its key could not be found")
                    .help("make it present, or take another key"),
            );
        }
        if fact.target.is_some() && fact.target == section.weak_of.as_ref().map(|o| o.v.clone()) {
            faults.push(
                Fault::new(name.span.clone(), format!("`{}` is the owner, which leads the key already", name.v))
                    .help("name only what tells them apart within the owner"),
            );
        }
    }
}

/// Keys made of ends must not need each other.
fn key_circles(known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) {
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entity in entities {
        let mut targets: Vec<&str> = entity.weak_of.as_deref().into_iter().collect();
        if let Key::Natural { parts } = &entity.key {
            let facts = parts.iter().filter_map(|p| known.facts.get(&entity.name, p));
            targets.extend(facts.filter_map(|f| f.target.as_deref()));
        }
        needs.insert(&entity.name, targets);
    }
    for entity in entities {
        let mut seen = BTreeSet::new();
        let mut todo: Vec<&str> = needs.get(entity.name.as_str()).cloned().unwrap_or_default();
        while let Some(next) = todo.pop() {
            if seen.insert(next) {
                todo.extend(needs.get(next).into_iter().flatten());
            }
        }
        let weak_circle = entity.weak_of.is_some();
        if seen.contains(entity.name.as_str()) && !weak_circle {
            let section = known.sections.get(entity.name.as_str());
            let span = section.map_or(0..0, |s| match &s.key {
                Some(KeyLine::Parts(_, span)) => span.clone(),
                _ => s.name.span.clone(),
            });
            faults.push(
                Fault::new(span, format!("the key of {} is made of itself", entity.name))
                    .why("a key made of relation ends holds the keys they point at, and these lead back")
                    .help("take another key for one of them"),
            );
        }
    }
}
