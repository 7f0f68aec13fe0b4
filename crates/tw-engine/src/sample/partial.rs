//! Partial keys of weak entities: numbers within the owner, in the bounds that checks give them.
use super::{Ground, bounds};
use tw_lab::fill::types::{self, Ty};
use tw_model::{
    ident::quote,
    model::{Attribute, Entity},
    render,
};
use tw_rooms::kit::{Link, shape::key_members, size::owned_days};

/// What the checks say of an attribute's column, as printed.
pub fn bounds_of(ground: &Ground, entity: &Entity, attribute: &Attribute, printed: &str) -> bounds::Bounds {
    let mut known = bounds::Bounds::default();
    let checks = attribute.checks.iter().chain(entity.checks.iter().map(|c| &c.predicate));
    for check in checks {
        bounds::read(&render::expression(check, &ground.plain, &entity.name, None), printed, &mut known);
    }
    known
}

/// The first number a bounded partial key counts from and, where it ends, how many numbers there are. None
/// where counting from 1 keeps the bounds.
pub fn numbers(ty: &Option<Ty>, known: &bounds::Bounds) -> Option<(i64, Option<u32>)> {
    if !matches!(ty, Some(Ty::Int { .. })) {
        return None;
    }
    let least = known.min.map(|(n, excluded)| if excluded { n.floor() + 1.0 } else { n.ceil() } as i64);
    let most = known.max.map(|(n, excluded)| if excluded { n.ceil() - 1.0 } else { n.floor() } as i64);
    let first = match (least, most) {
        (None, None) => return None,
        (Some(least), Some(_)) => least,
        (Some(least), None) => least.max(1),
        (None, Some(most)) => most.min(1),
    };
    let count = most.map(|m| {
        u32::try_from(m.saturating_sub(first).saturating_add(1)).unwrap_or(if m < first { 0 } else { u32::MAX })
    });
    Some((first, count))
}

/// How many rows of a weak entity one owner can have: as many as its partial key has numbers, or days.
pub fn room_within(ground: &Ground, entity: &Entity, link: &Link) -> Option<u32> {
    let ends = key_members(ground.model, entity);
    let mut ends = ends.iter().filter(|m| entity.attribute(m).is_none());
    if ends.next() != Some(&link.name) || ends.next().is_some() {
        return None;
    }
    if let Some((_, days)) = owned_days(ground.model, entity) {
        return Some(days);
    }
    entity.attributes.iter().find_map(|attribute| {
        let columns = ground.member(&entity.name, &attribute.name);
        let [column] = &columns[..] else { return None };
        let known = bounds_of(ground, entity, attribute, &quote(column));
        counted_within(ground, entity, attribute, &known)?;
        numbers(&types::parse(&attribute.ty.sql), &known)?.1
    })
}

/// The ends that a partial key counts within: `line_no` of `key (order, line_no)`.
pub fn counted_within(
    ground: &Ground,
    entity: &Entity,
    attribute: &Attribute,
    known: &bounds::Bounds,
) -> Option<Vec<String>> {
    let members = key_members(ground.model, entity);
    let (own, ends): (Vec<&String>, Vec<&String>) = members.iter().partition(|m| entity.attribute(m).is_some());
    let countable =
        matches!(types::parse(&attribute.ty.sql), Some(Ty::Int { .. } | Ty::Text { .. } | Ty::Numeric { .. }));
    if own != [&attribute.name] || ends.is_empty() || !countable || known.pattern.is_some() {
        return None;
    }
    Some(ends.into_iter().flat_map(|m| ground.member(&entity.name, m)).collect())
}
