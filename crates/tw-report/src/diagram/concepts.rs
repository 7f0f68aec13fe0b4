//! The conceptual diagram: entities, verbs, counts; nothing of tables or types.
use super::{
    BOXES_DRAWN, Place,
    draw::{Edge, End, Node, svg},
};
use crate::text::{anchor, volume};
use std::collections::BTreeMap;
use tw_model::model::{Entity, Model, Relation, Side};

/// The concepts of the model as SVG.
pub fn concepts_svg(model: &Model, place: Place) -> String {
    let (nodes, edges, left_out) = concepts(model);
    let mut about: Vec<String> = edges.iter().map(|e| format!("{}.", e.spoken)).collect();
    if left_out > 0 {
        about.push(format!("{left_out} more entities are not drawn."));
    }
    if about.is_empty() {
        about.push("Entities without relations.".into());
    }
    svg("concepts", "Concepts and how they relate", &about.join(" "), &nodes, &edges, place)
}

/// The boxes and edges of the diagram, and how many entities are left out.
pub fn concepts(model: &Model) -> (Vec<Node>, Vec<Edge>, usize) {
    let drawn: Vec<&Entity> = model.entities.iter().filter(|e| !merely_joins(model, e)).collect();
    let left_out = drawn.len().saturating_sub(BOXES_DRAWN);
    let drawn = &drawn[..drawn.len() - left_out];
    let index: BTreeMap<&str, usize> = drawn.iter().enumerate().map(|(i, e)| (e.name.as_str(), i)).collect();
    let nodes = drawn.iter().map(|e| node(e)).collect();
    let mut edges = vec![];
    for relation in &model.relations {
        edges.extend(relation_edges(relation, &index));
    }
    for entity in drawn {
        let here = index.get(entity.name.as_str());
        let owner = entity.weak_of.as_deref();
        let told = model.relations.iter().any(|r| {
            let sides = [r.from.entity.as_str(), r.to.entity.as_str()];
            sides.contains(&entity.name.as_str()) && owner.is_some_and(|o| sides.contains(&o))
        });
        if let (Some(&to), Some(&from), false) = (here, owner.and_then(|o| index.get(o)), told) {
            edges.push(Edge {
                from,
                to,
                from_row: None,
                to_row: None,
                from_end: End::One,
                to_end: End::ZeroOrMore,
                label: "has".into(),
                label_at_from: true,
                spoken: format!("Each {} belongs to one {}", entity.name, owner.unwrap_or("")),
            });
        }
        let general = entity.supertype.as_deref();
        if let (Some(&to), Some(&from)) = (here, general.and_then(|g| index.get(g))) {
            edges.push(Edge {
                from,
                to,
                from_row: None,
                to_row: None,
                from_end: End::General,
                to_end: End::Plain,
                label: "is a".into(),
                label_at_from: false,
                spoken: format!("Each {} is a {}", entity.name, general.unwrap_or("")),
            });
        }
    }
    (nodes, edges, left_out)
}

/// An associative entity that the brief says nothing more of is drawn as its relation.
fn merely_joins(model: &Model, entity: &Entity) -> bool {
    let name = entity.name.as_str();
    let joins = model.relations.iter().any(|r| r.many_to_many() && r.via_name() == name);
    let told = model.relations.iter().any(|r| r.from.entity == name || r.to.entity == name);
    joins && !told && entity.attributes.is_empty()
}

fn node(entity: &Entity) -> Node {
    let mut notes = vec![];
    if let Some(v) = &entity.volume {
        notes.push(match &v.per {
            Some((n, of)) => format!("{n} per {of}"),
            None => volume(v.rows),
        });
    }
    if entity.append_only {
        notes.push("append-only".into());
    }
    Node {
        title: entity.name.clone(),
        note: notes.join(", "),
        href: anchor("entity", &entity.name),
        rows: vec![],
        weak: entity.weak_of.is_some(),
    }
}

fn relation_edges(relation: &Relation, index: &BTreeMap<&str, usize>) -> Vec<Edge> {
    let at = |side: &Side| index.get(side.entity.as_str()).copied();
    let (Some(from), Some(to)) = (at(&relation.from), at(&relation.to)) else {
        return vec![];
    };
    let spoken = spoken(relation);
    let label = match [&relation.from.role, &relation.to.role] {
        [Some(role), _] | [None, Some(role)] => format!("{} ({role})", relation.verb),
        [None, None] => relation.verb.clone(),
    };
    let via = relation.via_name();
    if relation.many_to_many() && index.contains_key(via.as_str()) && via != relation.from.entity {
        // The relation has facts of its own: it stands between the two as a box.
        let middle = index[via.as_str()];
        let half = |from: usize, end: End, label: &str| Edge {
            from,
            to: middle,
            from_row: None,
            to_row: None,
            from_end: End::One,
            to_end: end,
            label: label.to_string(),
            label_at_from: true,
            spoken: spoken.clone(),
        };
        return vec![half(from, end(&relation.to), &label), half(to, end(&relation.from), "")];
    }
    // The side that counts one stands at the left.
    let swap = relation.from.max != Some(1) && relation.to.max == Some(1);
    let (l, r, ls, rs) =
        if swap { (to, from, &relation.to, &relation.from) } else { (from, to, &relation.from, &relation.to) };
    vec![Edge {
        from: l,
        to: r,
        from_row: None,
        to_row: None,
        from_end: end(ls),
        to_end: end(rs),
        label,
        label_at_from: !swap,
        spoken,
    }]
}

/// The counts of a side.
pub fn end(side: &Side) -> End {
    match (side.min, side.max) {
        (0, Some(1)) => End::ZeroOrOne,
        (_, Some(1)) => End::One,
        (0, _) => End::ZeroOrMore,
        _ => End::OneOrMore,
    }
}

/// The relation as a sentence: `Each User owns any number of Account; each Account has exactly one User`.
pub fn spoken(relation: &Relation) -> String {
    let (from, to) = (&relation.from, &relation.to);
    format!(
        "Each {} {} {} {}{}; each {} has {} {}{}",
        from.entity,
        relation.verb.replace('_', " "),
        counted(to),
        to.entity,
        role(to),
        to.entity,
        counted(from),
        from.entity,
        role(from),
    )
}

fn role(side: &Side) -> String {
    side.role.as_ref().map_or(String::new(), |r| format!(" as {r}"))
}

fn counted(side: &Side) -> String {
    match (side.min, side.max) {
        (0, None) => "any number of".into(),
        (1, None) => "at least one".into(),
        (min, None) => format!("at least {min}"),
        (0, Some(1)) => "at most one".into(),
        (1, Some(1)) => "exactly one".into(),
        (0, Some(max)) => format!("at most {max}"),
        (min, Some(max)) if min == max => format!("exactly {min}"),
        (min, Some(max)) => format!("{min} to {max}"),
    }
}
