//! How many rows of each concept the sample has: the brief's volumes, scaled down by one ratio.
use super::{
    links::{Link, LinkKind, links},
    shape::{is_associative, key_members},
};
use std::collections::BTreeMap;
use tw_model::model::{Entity, Key, Model, PartitionBy, Partitioning};

/// Rows in all, about.
pub const BUDGET: u64 = 80_000;
/// Fewest rows of a concept that has more, where the budget allows: enough for every share of one percent to
/// be seen, and for reading the whole table to cost more pages than any index.
pub const FEW: u64 = 3_000;
/// Volumes up to this are kept whole.
pub const SMALL: u64 = 200;
/// Most rows of one concept.
pub const MOST: u64 = 60_000;

/// Days back from the present that a sample's times lie in, where nothing says otherwise.
pub const PAST_DAYS: u32 = 730;

/// Days that a sample's values of an attribute lie in, where those are days of partitions or of retention.
pub fn days(entity: &Entity, attribute: &str) -> Option<u32> {
    let kept = entity.retention.as_ref();
    match placed_days(entity, attribute) {
        Some(days) => Some(days.max(1)),
        // The last of them is the present.
        None => Some(kept.filter(|r| r.from == attribute)?.days.min(PAST_DAYS).saturating_sub(1).max(1)),
    }
}

/// Days that there are partitions for, of the attribute that places rows.
pub fn placed_days(entity: &Entity, attribute: &str) -> Option<u32> {
    let PartitionBy::Time { of, .. } = &entity.partitioning.as_ref()?.by else { return None };
    (of == attribute).then(|| entity.retention.as_ref().map_or(Partitioning::KEPT_DAYS_ASSUMED, |kept| kept.days))
}

/// Rows that each owner of a concept can have, where its key is an owner and a day: the owner's end, and the days.
pub fn owned_days(model: &Model, entity: &Entity) -> Option<(String, u32)> {
    let members = key_members(model, entity);
    let (own, ends): (Vec<&String>, Vec<&String>) = members.iter().partition(|m| entity.attribute(m).is_some());
    let ([day], [end]) = (&own[..], &ends[..]) else { return None };
    let day = entity.attribute(day).filter(|a| a.ty.sql == "date")?;
    Some(((*end).clone(), days(entity, &day.name)?))
}

/// Rows by entity.
pub fn sizes(model: &Model) -> BTreeMap<String, u64> {
    let links = links(model);
    let wanted: BTreeMap<&str, u64> =
        model.entities.iter().map(|e| (e.name.as_str(), wanted(model, e, &links))).collect();
    let fits = |few: f64, ratio: f64| {
        let sizes = scaled(model, &wanted, few, ratio);
        sizes.values().sum::<u64>() <= BUDGET && sizes.values().all(|&n| n <= MOST)
    };
    // First the highest floor that the budget bears, then the largest ratio above it.
    let few = largest(1.0, FEW as f64, |few| fits(few, 0.0));
    let ratio = largest(0.0, 1.0, |ratio| fits(few, ratio));
    let mut sizes = scaled(model, &wanted, few, ratio);
    for _ in 0..8 {
        let before = sizes.clone();
        keep_relations(model, &links, &mut sizes);
        if sizes == before {
            break;
        }
    }
    sizes
}

/// Rows by entity at a share of the brief's volumes, whatever that comes to. At a share below one what is small
/// is kept whole.
pub fn volumes(model: &Model, share: f64) -> BTreeMap<String, u64> {
    let links = links(model);
    let wanted: BTreeMap<&str, u64> =
        model.entities.iter().map(|e| (e.name.as_str(), wanted(model, e, &links))).collect();
    let mut sizes = scaled(model, &wanted, 1.0, share);
    keep_relations(model, &links, &mut sizes);
    sizes
}

/// The largest number in the range that fits, by halving; the least one when none does.
fn largest(least: f64, most: f64, fits: impl Fn(f64) -> bool) -> f64 {
    if fits(most) {
        return most;
    }
    let (mut low, mut high) = (least, most);
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

/// Rows the brief speaks of, or a guess where it is silent.
fn wanted(model: &Model, entity: &Entity, links: &[Link]) -> u64 {
    if let Some(volume) = &entity.volume {
        return volume.rows.max(1);
    }
    let of = |name: &str| model.entity(name).and_then(|e| e.volume.as_ref()).map(|v| v.rows);
    let parents = links.iter().filter(|l| l.holder == entity.name && l.kind != LinkKind::Tenant);
    parents.filter_map(|l| of(&l.target)).max().unwrap_or(1000).max(1)
}

/// Sizes at a floor and a ratio. Concepts below the floor keep their ratios among themselves, up to five.
fn scaled(model: &Model, wanted: &BTreeMap<&str, u64>, few: f64, ratio: f64) -> BTreeMap<String, u64> {
    let rows = |name: &str| wanted[name] as f64 * ratio;
    let low = |name: &str| rows(name) < few && wanted[name] > SMALL;
    let least = wanted.iter().filter(|(n, _)| low(n)).map(|(_, w)| *w).min().unwrap_or(1).max(1);
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    for entity in &model.entities {
        let name = entity.name.as_str();
        let size = if wanted[name] <= SMALL {
            wanted[name] as f64
        } else if low(name) {
            (few * (wanted[name] as f64 / least as f64)).clamp(few, few * 5.0).min(wanted[name] as f64)
        } else {
            rows(name)
        };
        sizes.insert(entity.name.clone(), (size.round() as u64).max(1));
    }
    // `3 per Order` holds of the sample too; a chain of them settles in as many rounds.
    for _ in 0..model.entities.len() {
        for entity in &model.entities {
            let Some((mean, of)) = entity.volume.as_ref().and_then(|v| v.per.as_ref()) else { continue };
            if let Some(&base) = sizes.get(of) {
                sizes.insert(entity.name.clone(), ((mean * base as f64).round() as u64).max(1));
            }
        }
    }
    sizes
}

/// What relations and subtypes leave possible.
fn keep_relations(model: &Model, links: &[Link], sizes: &mut BTreeMap<String, u64>) {
    for link in links.iter().filter(|l| l.kind != LinkKind::Subtype) {
        let (Some(&holders), Some(&targets)) = (sizes.get(&link.holder), sizes.get(&link.target)) else { continue };
        if let Some(most) = at_most(link)
            && !link.optional
            && link.holder != link.target
        {
            sizes.insert(link.holder.clone(), holders.min(targets * u64::from(most)).max(1));
        }
        if link.min_holders > 0 && link.holder != link.target {
            let least = targets * u64::from(link.min_holders);
            if holders < least {
                sizes.insert(link.holder.clone(), least);
            }
        }
    }
    for entity in &model.entities {
        let rows = sizes.get(&entity.name).copied().unwrap_or(0);
        let mut most = rows;
        if is_associative(model, entity) {
            // Half of the pairs, so that skewed pairs can still differ.
            let of = |name: &String| {
                let link = links.iter().find(|l| l.holder == entity.name && &l.name == name);
                link.and_then(|l| sizes.get(&l.target)).copied().unwrap_or(1)
            };
            most = most.min((key_members(model, entity).iter().map(of).product::<u64>() / 2).max(1));
        }
        if let Some((end, days)) = owned_days(model, entity)
            && let Some(link) = links.iter().find(|l| l.holder == entity.name && l.name == end)
            && let Some(owners) = sizes.get(&link.target)
        {
            most = most.min(owners * u64::from(days));
        }
        for attribute in &entity.attributes {
            let alone = attribute.unique.is_some()
                || matches!(&entity.key, Key::Natural { parts } if parts == std::slice::from_ref(&attribute.name) && entity.weak_of.is_none());
            if let Some(values) = &attribute.values
                && alone
            {
                most = most.min(values.items.len() as u64);
            }
        }
        if most < rows {
            sizes.insert(entity.name.clone(), most);
        }
        if let Some(spec) = &entity.subtypes {
            share_out(entity, &spec.members, spec.overlapping, spec.total, sizes);
        }
    }
    // Every tenant has some of everything, so tenants are at most as many as the fewest of their things.
    if let Some(tenant) = &model.promises.tenant {
        let things = links.iter().filter(|l| &l.target == tenant && l.name == tw_model::model::snake_case(tenant));
        if let Some(fewest) = things.filter_map(|l| sizes.get(&l.holder)).min().copied()
            && let Some(rows) = sizes.get_mut(tenant)
        {
            *rows = (*rows).min(fewest.max(1));
        }
    }
}

fn share_out(entity: &Entity, members: &[String], overlapping: bool, total: bool, sizes: &mut BTreeMap<String, u64>) {
    let whole = sizes.get(&entity.name).copied().unwrap_or(0);
    for member in members {
        if let Some(rows) = sizes.get_mut(member) {
            *rows = (*rows).min(whole);
        }
    }
    let sum: u64 = members.iter().filter_map(|m| sizes.get(m)).sum();
    if !overlapping && sum > whole {
        for member in members {
            if let Some(rows) = sizes.get_mut(member) {
                *rows = (*rows * whole / sum).max(1);
            }
        }
    }
    let sum: u64 = members.iter().filter_map(|m| sizes.get(m)).sum();
    if total
        && sum < whole
        && let Some(largest) = members.iter().max_by_key(|m| sizes.get(*m))
        && let Some(rows) = sizes.get_mut(largest)
    {
        *rows += whole - sum;
    }
}

/// Most holders of one target.
fn at_most(link: &Link) -> Option<u32> {
    if link.one_to_one { Some(1) } else { link.max_holders }
}
