//! Dependencies that become entities: `depends: postcode -> town, decompose`.
use super::entities;
use crate::cursor::Sp;
use crate::diagnostic::Fault;
use crate::syntax::Brief;
use crate::syntax::rule::DependsLine;
use tw_model::model::{Attribute, Dependency, Entity, Key, Relation, Side, snake_case};

/// Moves the attributes of each such dependency to an entity of their own, whose key is the left side, and relates the
/// two. A line that names no attribute of its entity is left for its own report.
pub(crate) fn lower(brief: &Brief, entities: &mut Vec<Entity>, faults: &mut Vec<Fault>) -> Vec<Relation> {
    let lines = brief.entities.iter().flat_map(|s| s.depends.iter().map(move |line| (&s.name.v, line)));
    let lines: Vec<(&String, &DependsLine)> = lines.filter(|(_, line)| line.kept_because.is_none()).collect();
    lines.into_iter().filter_map(|(holder, line)| one(holder, line, entities, faults)).collect()
}

fn one(holder: &str, line: &DependsLine, entities: &mut Vec<Entity>, faults: &mut Vec<Fault>) -> Option<Relation> {
    let at = entities.iter().position(|e| e.name == *holder)?;
    let of = |name: &Sp<String>| entities[at].attribute(&name.v).cloned();
    let from: Vec<Attribute> = line.from.iter().map(of).collect::<Option<_>>()?;
    let to: Vec<Attribute> = line.to.iter().map(of).collect::<Option<_>>()?;
    if line.to.iter().any(|t| line.from.iter().any(|f| f.v == t.v)) {
        return None;
    }
    let names: Vec<String> = from.iter().map(|a| a.name.clone()).collect();
    // What depends on its entity's own key has been taken apart already.
    if entities[at].key == (Key::Natural { parts: names.clone() }) {
        return None;
    }
    let name = pascal(&names);
    let span = line.from.first()?.span.clone();
    if let Some(other) = entities.iter().find(|e| snake_case(&e.name) == snake_case(&name)) {
        let fault =
            Fault::new(span, format!("{name} cannot be made of {}: there is {} already", names.join(", "), other.name));
        faults.push(
            fault
                .why("a decomposed dependency becomes an entity that is called after its left side")
                .help(format!("take the line away, and relate the two: `[{}] 1 --(has)--> * [{holder}]`", other.name)),
        );
        return None;
    }
    let is_key = match &entities[at].key {
        Key::Natural { parts } => parts.iter().all(|part| names.contains(part)),
        _ => false,
    };
    if is_key || (from.len() == 1 && from[0].unique.is_some()) {
        let fault = Fault::new(span, format!("{} identifies {holder} already", names.join(", ")));
        faults.push(fault.why("what depends on a key is where it belongs").help("take the line away"));
        return None;
    }
    let optional = from.iter().any(|a| a.optional);
    let holder_entity = &mut entities[at];
    holder_entity.attributes.retain(|a| !from.iter().chain(&to).any(|moved| moved.name == a.name));
    let mut made = entities::implied(&name, None, line.origin.clone());
    made.shared = holder_entity.shared;
    made.schema = holder_entity.schema.clone();
    made.key = Key::Natural { parts: names.clone() };
    made.depends = vec![Dependency {
        from: names,
        to: to.iter().map(|a| a.name.clone()).collect(),
        kept_because: None,
        origin: line.origin.clone(),
    }];
    let required = from.into_iter().map(|a| Attribute { optional: false, ..a });
    made.attributes = required.chain(to).collect();
    entities.insert(at, made);
    let one = Side { entity: name, role: None, min: u32::from(!optional), max: Some(1) };
    Some(Relation {
        verb: "determines".into(),
        from: one,
        to: Side { entity: holder.into(), role: None, min: 0, max: None },
        via: None,
        on_delete: None,
        on_update: None,
        origin: line.origin.clone(),
    })
}

/// `SortCode` of `sort_code`; several one after the other.
fn pascal(names: &[String]) -> String {
    let words = names.iter().flat_map(|name| name.split('_'));
    words.map(|w| w[..1].to_uppercase() + &w[1..]).collect()
}
