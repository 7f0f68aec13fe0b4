//! How varied several columns of a table are together, from a brief: what one of them determines adds nothing.
use super::{
    predict::every_index,
    scale::{hit, values_behind},
};
use crate::kit::{
    Link,
    links::{LinkKind, tenant_of},
    shape::ShapeColumn,
};
use std::collections::BTreeSet;
use tw_model::{
    layout::{SetProfile, TableProfile},
    model::Model,
    schema::Table,
};

/// Profiles of the sets that the table's indexes begin with. `mine` are the links that the table holds, with their columns.
pub fn sets(
    model: &Model,
    mine: &[(&Link, Vec<ShapeColumn>)],
    table: &Table,
    profile: &TableProfile,
    rows: &dyn Fn(&str) -> f64,
) -> Vec<SetProfile> {
    let mut wanted: BTreeSet<Vec<String>> = BTreeSet::new();
    for index in every_index(table) {
        let names: Vec<String> = index.parts.iter().map(|p| p.column.clone()).collect();
        wanted.extend((2..=names.len()).map(|n| names[..n].to_vec()));
    }
    let set = |columns: Vec<String>| {
        let values = choices(model, mine, &columns, profile, rows);
        SetProfile { columns, distinct: hit(values, profile.rows), spread: None }
    };
    wanted.into_iter().map(set).collect()
}

/// How many values there are to choose from: a whole reference has as many as its target has rows, and brings its
/// tenant with it; other columns are independent.
fn choices(
    model: &Model,
    mine: &[(&Link, Vec<ShapeColumn>)],
    columns: &[String],
    profile: &TableProfile,
    rows: &dyn Fn(&str) -> f64,
) -> f64 {
    let mut left: Vec<&String> = columns.iter().collect();
    let mut values = 1.0;
    for (link, ends) in mine.iter().filter(|(l, _)| l.kind != LinkKind::Tenant) {
        let ends: Vec<&String> = ends.iter().map(|c| &c.symbol).collect();
        if ends.is_empty() || !ends.iter().all(|e| columns.contains(e)) {
            continue;
        }
        if ends.iter().any(|e| left.contains(e)) {
            values *= rows(&link.target).max(1.0);
        }
        left.retain(|c| !ends.contains(c));
        let target = model.entity(&link.target);
        if target.is_some_and(|t| tenant_of(model, t).is_some()) {
            let tenant = mine.iter().filter(|(l, _)| Some(l.target.as_str()) == model.promises.tenant.as_deref());
            let theirs: Vec<&String> = tenant.flat_map(|(_, columns)| columns).map(|c| &c.symbol).collect();
            left.retain(|c| !theirs.contains(c));
        }
    }
    for column in left {
        values *= values_behind(profile.column(column).map_or(profile.rows, |c| c.distinct), profile.rows);
    }
    values
}
