//! Roles and their rules.
use super::Known;
use crate::cursor::{Sp, shorten};
use crate::diagnostic::Fault;
use crate::syntax::access::OwnLine;
use crate::syntax::{Brief, RoleLine, RuleLine};
use tw_model::model::{Entity, Own, Role, Rule, Verb};

/// Every role.
pub(crate) fn lower(brief: &Brief, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Vec<Role> {
    let mut out: Vec<Role> = vec![];
    for line in &brief.roles {
        if out.iter().any(|r| r.name == line.name.v) {
            faults.push(
                Fault::new(line.name.span.clone(), format!("the role `{}` has two lines", line.name.v))
                    .why("one line tells all that a role may do")
                    .help("join them with `;`"),
            );
            continue;
        }
        out.push(Role {
            name: line.name.v.clone(),
            rules: line.rules.iter().flat_map(|rule| rules(rule, line, known, entities, faults)).collect(),
            origin: line.origin.clone(),
        });
    }
    out
}

fn rules(line: &RuleLine, role: &RoleLine, known: &Known, entities: &[Entity], faults: &mut Vec<Fault>) -> Vec<Rule> {
    let mut out = vec![];
    for target in &line.targets {
        if !known.entity(&target.entity, faults) {
            continue;
        }
        let mut attributes: Vec<String> = vec![];
        for attribute in &target.attributes {
            let named = named(&target.entity.v, attribute, known, faults);
            if named.iter().any(|n| attributes.contains(n)) {
                let what = format!("`{}` is named twice", attribute.v);
                faults.push(Fault::new(attribute.span.clone(), what).help("keep one"));
                continue;
            }
            attributes.extend(named);
        }
        let own = line.own.as_ref().map(|own| own_rows(own, &target.entity, known, faults));
        let entity = entities.iter().find(|e| e.name == target.entity.v);
        for verb in &line.verbs {
            let changes = matches!(verb, Verb::Update | Verb::Delete);
            if !line.never && changes && entity.is_some_and(|e| e.append_only) {
                faults.push(
                    Fault::new(target.entity.span.clone(), format!("{} is append-only", target.entity.v))
                        .why("its rows are never changed or deleted, by anybody")
                        .help("say `append`, or take `append-only` away"),
                );
            }
            out.push(Rule {
                never: line.never,
                verb: *verb,
                entity: target.entity.v.clone(),
                attributes: attributes.clone(),
                own: own.clone(),
                origin: role.origin.clone(),
            });
        }
    }
    out
}

/// The attributes that a word of a list stands for: `key` is the parts of a natural key, or the surrogate.
fn named(entity: &str, word: &Sp<String>, known: &Known, faults: &mut Vec<Fault>) -> Vec<String> {
    if word.v != "key" {
        known.fact(entity, word, faults);
        return vec![word.v.clone()];
    }
    match known.scope.entities.get(entity) {
        Some(e) if !e.key.is_empty() => e.key.clone(),
        _ => vec!["key".to_string()],
    }
}

/// Walks the path: every step but the last is a relation end.
fn own_rows(own: &OwnLine, entity: &Sp<String>, known: &Known, faults: &mut Vec<Fault>) -> Own {
    let mut at = entity.v.clone();
    for (index, step) in own.by.iter().enumerate() {
        let last = index + 1 == own.by.len();
        if last && step.v == "key" {
            break;
        }
        if !known.fact(&at, step, faults) {
            break;
        }
        let target = known.facts.get(&at, &step.v).and_then(|f| f.target.clone());
        match target {
            Some(target) => at = target,
            None if last => {}
            None => {
                faults.push(
                    Fault::new(step.span.clone(), format!("`{}` is not a relation end of {}", shorten(&step.v), at))
                        .why("a path walks over relation ends and ends at an attribute")
                        .help("end the path here"),
                );
                break;
            }
        }
    }
    Own { by: own.by.iter().map(|s| s.v.clone()).collect(), setting: own.setting.clone() }
}
