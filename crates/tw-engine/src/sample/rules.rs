//! The rules that the rows of each plain table keep.
use super::{Ground, columns, partial, tail};
use std::collections::BTreeSet;
use tw_lab::fill::plain_table;
use tw_model::{
    draft::replace_symbols,
    ident::quote,
    model::{Entity, InvariantRule},
    render,
    sample::{SampleCheck, SampleLimit, SampleOverlap, SampleTable},
    schema::{ConstraintKind, Name},
    sql::EntityExpr,
};
use tw_rooms::kit::Link;

/// The plan of one entity's plain table.
pub fn table(ground: &Ground, entity: &Entity) -> SampleTable {
    let columns = columns::columns(ground, entity);
    let mut table = SampleTable {
        name: entity.name.clone(),
        rows: rows(ground, entity),
        uniques: vec![],
        checks: vec![],
        never_overlap: overlaps(ground, entity),
        at_most: limits(ground, entity),
        columns,
    };
    for set in uniques(ground, entity) {
        let mut columns = set.iter().map(|name| table.columns.iter().find(|c| &c.name == name));
        let known = columns.clone().all(|c| c.is_some());
        if known && !columns.any(|c| c.is_some_and(columns::never_repeats)) && !table.uniques.contains(&set) {
            table.uniques.push(set);
        }
    }
    let named: BTreeSet<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    table.checks = checks(ground, entity, &named);
    table
}

/// Rows of an entity: no more than its owners have numbers or days for.
fn rows(ground: &Ground, entity: &Entity) -> u64 {
    let links = ground.links.iter().filter(|l| l.holder == entity.name);
    let room = links.filter_map(|l| {
        Some(ground.rows(&l.target).saturating_mul(u64::from(partial::room_within(ground, entity, l)?)))
    });
    room.min().map_or(ground.rows(&entity.name), |room| room.min(ground.rows(&entity.name)))
}

/// Sets of plain columns that must be unique: what the draft declares, and what the brief says.
fn uniques(ground: &Ground, entity: &Entity) -> Vec<Vec<String>> {
    let mut sets: Vec<Vec<String>> = vec![];
    if entity.supertype.is_none() {
        sets.push(ground.member(&entity.name, "key"));
    }
    let tenant = ground.tenant_columns(entity);
    let with_tenant = |per_tenant: bool, columns: Vec<String>| -> Vec<String> {
        tenant.iter().filter(|c| per_tenant && !columns.contains(c)).cloned().chain(columns.iter().cloned()).collect()
    };
    for attribute in &entity.attributes {
        if let Some(kind) = attribute.unique {
            sets.push(with_tenant(kind.per_tenant, ground.member(&entity.name, &attribute.name)));
        }
    }
    for unique in &entity.uniques {
        sets.push(with_tenant(unique.per_tenant, ground.members(&entity.name, &unique.parts)));
    }
    let declared = ground.draft.schema.table(&Name::symbol(&entity.name));
    for constraint in declared.iter().flat_map(|t| &t.constraints) {
        if let ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } = &constraint.kind {
            sets.push(columns.clone());
        }
    }
    sets.retain(|s| !s.is_empty());
    sets
}

fn checks(ground: &Ground, entity: &Entity, named: &BTreeSet<&str>) -> Vec<SampleCheck> {
    let mut found: Vec<SampleCheck> = vec![];
    let mut add = |subject: String, predicate: String, columns: Vec<String>| {
        let columns = with_sources(ground, entity, columns);
        if columns.iter().all(|c| named.contains(c.as_str())) && !found.iter().any(|c| c.predicate == predicate) {
            found.push(SampleCheck { subject, predicate, columns });
        }
    };
    let declared = ground.draft.schema.table(&Name::symbol(&entity.name));
    for constraint in declared.iter().flat_map(|t| &t.constraints) {
        if let ConstraintKind::Check { expression, .. } = &constraint.kind {
            // Lists are kept by drawing from them.
            if constraint.name.starts_with("in(") {
                continue;
            }
            let (predicate, columns) = plain(expression);
            add(format!("{}.{}", entity.name, constraint.name), predicate, columns);
        }
    }
    for invariant in &ground.model.invariants {
        if let InvariantRule::Always { entity: of, predicate } = &invariant.rule
            && *of == entity.name
        {
            let (sql, columns) = rendered(ground, entity, predicate);
            add(invariant.name.clone(), sql, columns);
        }
    }
    found
}

/// A fragment of the draft over plain columns, and the columns it names.
fn plain(fragment: &str) -> (String, Vec<String>) {
    let mut columns: Vec<String> = vec![];
    let sql = replace_symbols(fragment, |path| {
        let column = tail(path).to_string();
        let printed = quote(&column);
        if !columns.contains(&column) {
            columns.push(column);
        }
        printed
    });
    (sql, columns)
}

fn rendered(ground: &Ground, entity: &Entity, expr: &EntityExpr) -> (String, Vec<String>) {
    (render::expression(expr, &ground.plain, &entity.name, None), ground.members(&entity.name, &expr.attributes))
}

/// The columns and those that computed ones among them are computed from.
fn with_sources(ground: &Ground, entity: &Entity, mut columns: Vec<String>) -> Vec<String> {
    let mut at = 0;
    while at < columns.len() {
        let generated = entity.attribute(&columns[at]).and_then(|a| a.generated.as_ref());
        for source in generated.map(|g| ground.members(&entity.name, &g.attributes)).unwrap_or_default() {
            if !columns.contains(&source) {
                columns.push(source);
            }
        }
        at += 1;
    }
    columns
}

fn overlaps(ground: &Ground, entity: &Entity) -> Vec<SampleOverlap> {
    entity
        .never_overlap
        .iter()
        .map(|rule| SampleOverlap {
            // Rows outside the rule's filter are spread too, which keeps it all the more.
            equal: ground.members(&entity.name, &rule.equal),
            during: ground.members(&entity.name, &rule.during),
        })
        .collect()
}

fn limits(ground: &Ground, entity: &Entity) -> Vec<SampleLimit> {
    let mut found = vec![];
    for invariant in &ground.model.invariants {
        if let InvariantRule::AtMost { limit, entity: of, per, filter: Some(filter) } = &invariant.rule
            && *of == entity.name
        {
            let (sql, columns) = rendered(ground, entity, filter);
            found.push(SampleLimit {
                subject: invariant.name.clone(),
                per: ground.member(&entity.name, per),
                limit: *limit,
                filter: Some(sql),
                columns,
            });
        }
    }
    found
}

/// `at most 5 Order per Customer` without a filter limits how often a customer is taken.
pub fn limit_of(ground: &Ground, link: &Link) -> Option<u32> {
    let rules = ground.model.invariants.iter().filter_map(|i| match &i.rule {
        InvariantRule::AtMost { limit, entity, per, filter: None } if *entity == link.holder && *per == link.name => {
            Some(*limit)
        }
        _ => None,
    });
    rules.min()
}

/// (part, whole) of every sum.
pub fn sums<'a>(ground: &'a Ground) -> impl Iterator<Item = (&'a str, &'a str)> {
    ground.model.invariants.iter().filter_map(|i| match &i.rule {
        InvariantRule::SumEquals { part, whole, .. } => Some((part.as_str(), whole.as_str())),
        _ => None,
    })
}

/// Totals become the sums of their parts.
pub fn totals(ground: &Ground) -> Vec<String> {
    let mut statements = vec![];
    for invariant in &ground.model.invariants {
        let InvariantRule::SumEquals { part, amount, whole, total } = &invariant.rule else { continue };
        let link = ground.links.iter().find(|l| &l.holder == part && &l.target == whole && !columns::is_subtype(l));
        let (Some(link), [amount], [total]) =
            (link, &ground.member(part, amount)[..], &ground.member(whole, total)[..])
        else {
            continue;
        };
        let pairs = ground.pairs(link);
        let ends: Vec<String> = pairs.iter().map(|(mine, _)| quote(mine)).collect();
        let same: Vec<String> =
            pairs.iter().map(|(mine, theirs)| format!("part.{} = whole.{}", quote(mine), quote(theirs))).collect();
        let (part, whole, total) = (plain_table(part), plain_table(whole), quote(total));
        // In two steps, since a whole without parts has no group to join.
        statements.push(format!("UPDATE {whole} SET {total} = 0"));
        statements.push(format!(
            "UPDATE {whole} whole SET {total} = part.sum FROM (SELECT {ends}, sum({amount}) AS sum FROM {part} \
             GROUP BY {ends}) part WHERE {same}",
            ends = ends.join(", "),
            amount = quote(amount),
            same = same.join(" AND ")
        ));
    }
    statements
}
