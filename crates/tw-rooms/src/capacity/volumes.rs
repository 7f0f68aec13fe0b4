//! Rows from today to the horizon, as the brief says they grow.
use crate::kit::growth::rows_after;
use std::collections::BTreeMap;
use tw_model::{driven::Growth, model::Model};

/// Days of a month of the brief language.
const MONTH_DAYS: f64 = 30.0;
/// Points of a growth at most.
const POINTS_MOST: usize = 60;

/// Rows of every entity at the horizon; the sample's where the brief gives no volume.
pub fn at_horizon(model: &Model) -> BTreeMap<String, f64> {
    let sample = crate::kit::size::sizes(model);
    let days = f64::from(model.promises.planned_days());
    let rows = |e: &tw_model::model::Entity| {
        rows_after(model, &e.name, days).unwrap_or_else(|| sample.get(&e.name).copied().unwrap_or(1) as f64)
    };
    model.entities.iter().map(|e| (e.name.clone(), rows(e))).collect()
}

/// The growth of every entity that has a volume, for a plot: months from today, and rows.
pub fn growth(model: &Model) -> Vec<Growth> {
    let end = f64::from(model.promises.planned_days()) / MONTH_DAYS;
    let points = (end.ceil() as usize).clamp(1, POINTS_MOST);
    let months = |n: usize| (end * n as f64 / points as f64 * 10.0).round() / 10.0;
    let at =
        |e: &tw_model::model::Entity, n: usize| Some((months(n), rows_after(model, &e.name, months(n) * MONTH_DAYS)?));
    let known = model.entities.iter().filter(|e| e.volume.is_some());
    known.map(|e| Growth { entity: e.name.clone(), rows: (0..=points).filter_map(|n| at(e, n)).collect() }).collect()
}
