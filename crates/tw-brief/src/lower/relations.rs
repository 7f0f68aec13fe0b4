//! Relations: sides looked up, ends named, associative entities found.
use super::{entities, unknown_entity};
use crate::diagnostic::Fault;
use crate::syntax::{Brief, RelationLine, SideLine};
use std::collections::BTreeMap;
use tw_model::model::{Action, Entity, Relation, Side, snake_case};

/// Every relation, those that weak entities imply included; adds associative entities that have no
/// section. `torn` is set when one could not be made.
pub(crate) fn lower(
    brief: &Brief,
    entities: &mut Vec<Entity>,
    torn: &mut bool,
    faults: &mut Vec<Fault>,
) -> Vec<Relation> {
    let mut out: Vec<Relation> = vec![];
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for line in &brief.relations {
        let before = faults.len();
        for side in [&line.from, &line.to] {
            let via = brief.relations.iter().any(|r| r.via.as_ref().is_some_and(|v| v.v == side.entity.v));
            if !via && !entities.iter().any(|e| e.name == side.entity.v) {
                if !*torn {
                    faults.push(unknown_entity(&side.entity, entities.iter().map(|e| e.name.as_str())));
                }
                *torn = true;
            }
        }
        let relation = Relation {
            verb: line.verb.clone(),
            from: side(&line.from),
            to: side(&line.to),
            via: line.via.as_ref().map(|v| v.v.clone()),
            on_delete: line.on_delete.as_ref().map(|a| a.v),
            on_update: line.on_update.as_ref().map(|a| a.v),
            origin: line.origin.clone(),
        };
        if relation.many_to_many() {
            many_to_many(line, &relation, entities, &mut taken, faults);
        } else {
            one_sided(line, &relation, faults);
        }
        actions(line, &relation, faults);
        *torn |= faults.len() > before;
        out.push(relation);
    }
    weak(brief, entities, &mut out, faults);
    out
}

fn side(line: &SideLine) -> Side {
    Side { entity: line.entity.v.clone(), role: line.role.as_ref().map(|r| r.v.clone()), min: line.min, max: line.max }
}

fn many_to_many(
    line: &RelationLine,
    relation: &Relation,
    entities: &mut Vec<Entity>,
    taken: &mut BTreeMap<String, usize>,
    faults: &mut Vec<Fault>,
) {
    let name = relation.via_name();
    let (left, right) = (&relation.from.entity, &relation.to.entity);
    let span = line.via.as_ref().map_or(line.span.clone(), |v| v.span.clone());
    if name == *left || name == *right {
        faults.push(
            Fault::new(span, format!("{name} cannot be the pair of {left} and {right}"))
                .help("name another entity after `via`"),
        );
        return;
    }
    let exists = entities.iter().any(|e| e.name == name);
    if taken.insert(name.clone(), line.span.start).is_some() {
        let fault = match line.via {
            Some(_) => Fault::new(span, format!("{name} is the `via` of two relations"))
                .why("an associative entity pairs two entities")
                .help("name another entity after `via`"),
            None => Fault::new(span, format!("the relation of {left} and {right} needs `via`"))
                .why(format!("another relation already makes {name}"))
                .help("name an entity for each: `via OrderLine`"),
        };
        faults.push(fault);
        return;
    }
    if line.via.is_none() && exists {
        faults.push(
            Fault::new(span, format!("the relation of {left} and {right} needs `via {name}`"))
                .why(format!("{name} has a section of its own"))
                .help(format!("add `via {name}`")),
        );
        return;
    }
    if relation.ends().first().map(|e| e.name.clone()) == relation.ends().last().map(|e| e.name.clone()) {
        faults.push(role_needed(line, left));
        return;
    }
    if !exists {
        if let Some(other) = entities.iter().find(|e| snake_case(&e.name) == snake_case(&name)) {
            faults.push(
                Fault::new(span, format!("{name} and {} would be the same table", other.name))
                    .why(format!("both are `{}` in snake_case", snake_case(&name)))
                    .help("rename one"),
            );
        }
        entities.push(entities::implied(&name, None, line.origin.clone()));
    }
}

fn role_needed(line: &RelationLine, entity: &str) -> Fault {
    Fault::new(line.span.clone(), format!("a relation of {entity} to itself needs a role"))
        .why("the reference is named after the role of the side it points at")
        .help(format!("name it: `[{entity} as parent]`"))
}

fn one_sided(line: &RelationLine, relation: &Relation, faults: &mut Vec<Fault>) {
    if let Some(via) = &line.via {
        faults.push(
            Fault::new(via.span.clone(), "`via` on a relation that is not many to many")
                .why("a single reference needs no entity between the two")
                .help("take `via` away, or make both sides many"),
        );
    }
    let Some(end) = relation.ends().into_iter().next() else {
        return;
    };
    let target_is_left = end.holder == relation.to.entity && (end.target != end.holder || holder_is_right(relation));
    let (target, holder) = match target_is_left {
        true => (&line.from, &line.to),
        false => (&line.to, &line.from),
    };
    if let Some(role) = &holder.role {
        faults.push(
            Fault::new(role.span.clone(), format!("the role `{}` names no end", role.v))
                .why(format!(
                    "{} holds the reference, which is named after the role of {}",
                    holder.entity.v, target.entity.v
                ))
                .help(format!("put it on the other side: `[{} as {}]`", target.entity.v, role.v)),
        );
    } else if end.target == end.holder && target.role.is_none() {
        faults.push(role_needed(line, &end.target));
    }
}

/// The rule of `Relation::ends`: which side holds the reference.
fn holder_is_right(relation: &Relation) -> bool {
    match (relation.from.max, relation.to.max) {
        (Some(1), Some(1)) => !(relation.from.min == 0 && relation.to.min == 1),
        (Some(1), _) => true,
        _ => false,
    }
}

fn actions(line: &RelationLine, relation: &Relation, faults: &mut Vec<Fault>) {
    let optional = relation.ends().iter().all(|e| e.optional);
    for action in [&line.on_delete, &line.on_update].into_iter().flatten() {
        let words = match action.v {
            Action::SetNull => "set null",
            Action::SetDefault => "set default",
            _ => continue,
        };
        if !optional {
            faults.push(
                Fault::new(action.span.clone(), format!("`{words}` needs an end that may be absent"))
                    .why("the reference would be lost, and the brief says that there is always one")
                    .help("write `0..1` on the side it points at, or take another action"),
            );
        }
    }
}

/// Owners of weak entities: known, not in circles, and related.
fn weak(brief: &Brief, entities: &[Entity], out: &mut Vec<Relation>, faults: &mut Vec<Fault>) {
    let owners: BTreeMap<&str, &str> =
        brief.entities.iter().filter_map(|e| e.weak_of.as_ref().map(|o| (e.name.v.as_str(), o.v.as_str()))).collect();
    for section in &brief.entities {
        let Some(owner) = &section.weak_of else {
            continue;
        };
        let name = &section.name.v;
        if !entities.iter().any(|e| e.name == owner.v) {
            if !brief.torn {
                faults.push(unknown_entity(owner, entities.iter().map(|e| e.name.as_str())));
            }
            continue;
        }
        if entities.iter().any(|e| e.name == *name && e.supertype.is_some()) {
            faults.push(
                Fault::new(owner.span.clone(), format!("{name} is weak and a subtype"))
                    .why("a subtype is identified by its supertype")
                    .help("take `of` away"),
            );
            continue;
        }
        let mut at = owner.v.as_str();
        let mut steps = 0;
        while let Some(next) = owners.get(at) {
            at = next;
            steps += 1;
            if steps > owners.len() {
                break;
            }
        }
        if steps > owners.len() || at == name {
            faults.push(
                Fault::new(owner.span.clone(), format!("{name} would own itself"))
                    .why("the owners of weak entities go round in a circle")
                    .help("make one of them stand alone"),
            );
            continue;
        }
        let related = out
            .iter()
            .flat_map(Relation::ends)
            .any(|e| e.holder == *name && e.target == owner.v && !e.optional && !e.one_to_one);
        if !related {
            out.push(Relation {
                verb: "has".into(),
                from: Side { entity: owner.v.clone(), role: None, min: 1, max: Some(1) },
                to: Side { entity: name.clone(), role: None, min: 0, max: None },
                via: None,
                on_delete: None,
                on_update: None,
                origin: section.origin.clone(),
            });
        }
    }
}
