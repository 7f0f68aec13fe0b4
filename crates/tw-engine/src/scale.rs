//! Scale: the horizon of a sample that is there, with the sizes of its indexes as the layout predicts them.
use std::collections::BTreeMap;
use tw_lab::{LabError, Scope, inflate, introspect, lab::Lab, profile};
use tw_model::{
    horizon::{Horizon, HorizonIndex},
    schema::{ConstraintKind, Name, Table},
    trial::Actor,
};
use tw_rooms::physical::{self, predict::every_index};

/// The horizon of a sampled database, for so many rows of each table. Indexes do not grow as rows do: equal keys share
/// entries, and a sample has few of them.
pub fn horizon(lab: &Lab, database: &str, rows: &BTreeMap<Name, u64>) -> Result<Horizon, LabError> {
    let failed = |source| LabError::Server { doing: format!("cannot profile the sample in {database}"), source };
    let mut horizon = inflate::measure(lab, database, rows)?;
    let mut session = lab.session(database, &Actor::Lab)?;
    session.client.batch_execute("SET statement_timeout = 0").map_err(failed)?;
    let schema = introspect(&mut session.client, &Scope::default()).map_err(failed)?;
    let equal_image = profile::equal_image(&mut session.client, &schema).map_err(failed)?;
    let mut profiles = vec![];
    for table in schema.tables.iter().filter(|t| t.partition_by.is_none()) {
        let Some(&all) = rows.get(&table.name) else { continue };
        let mut seen = profile::profile(&mut session.client, table, &every_index(table)).map_err(failed)?;
        // What is common in a sample is mostly chance.
        seen.columns.iter_mut().for_each(|c| c.common.clear());
        profiles.push(physical::scaled(&seen, all as f64, &references(table, rows)));
    }
    let layout = physical::predict(&schema, &profiles, &equal_image);
    for table in &mut horizon.tables {
        let Some(predicted) = layout.table(&table.name) else { continue };
        let known = predicted.indexes.iter().filter(|i| i.unknown.is_none() && i.pages > 0);
        table.indexes =
            known.map(|i| HorizonIndex { name: i.name.clone(), rows: i.rows.round() as u64, pages: i.pages }).collect();
    }
    horizon.sort();
    Ok(horizon)
}

/// Columns of each reference, with the rows there will be to refer to.
fn references(table: &Table, rows: &BTreeMap<Name, u64>) -> Vec<(Vec<String>, f64)> {
    let of = table.constraints.iter().filter_map(|c| match &c.kind {
        ConstraintKind::Foreign { columns, target, .. } => Some((columns.clone(), *rows.get(target)? as f64)),
        _ => None,
    });
    of.collect()
}
