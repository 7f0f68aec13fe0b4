//! Rows from today to the horizon, as the brief says they grow.
use std::collections::BTreeMap;
use tw_model::{driven::Growth, model::Model};

/// Days of a month, the mean of the Gregorian calendar.
const MONTH_DAYS: f64 = 30.4375;
/// Assumed when the brief names no horizon.
const HORIZON_DAYS: u32 = 3 * 365;
/// Points of a growth at most.
const POINTS_MOST: usize = 60;

/// Months from today to the horizon.
pub fn horizon_months(model: &Model) -> f64 {
    f64::from(model.promises.horizon_days.unwrap_or(HORIZON_DAYS)) / MONTH_DAYS
}

/// Rows of an entity so many months from today; none when the brief gives no volume. Growth is
/// compound, as the brief says it by the month.
pub fn rows(model: &Model, entity: &str, months: f64) -> Option<f64> {
    let volume = model.entity(entity)?.volume.as_ref()?;
    Some(volume.rows as f64 * (1.0 + volume.growth_percent_per_month / 100.0).powf(months))
}

/// Rows of every entity at the horizon; the sample's where the brief gives no volume.
pub fn at_horizon(model: &Model) -> BTreeMap<String, f64> {
    let sample = crate::kit::size::sizes(model);
    let months = horizon_months(model);
    let of = |e: &str| rows(model, e, months).unwrap_or_else(|| sample.get(e).copied().unwrap_or(1) as f64);
    model.entities.iter().map(|e| (e.name.clone(), of(&e.name))).collect()
}

/// The growth of every entity that has a volume, for a plot.
pub fn growth(model: &Model) -> Vec<Growth> {
    let end = horizon_months(model);
    let points = (end.ceil() as usize).clamp(1, POINTS_MOST);
    let at = |n: usize| (end * n as f64 / points as f64 * 10.0).round() / 10.0;
    let grown = |e: &str| (0..=points).map(|n| Some((at(n), rows(model, e, at(n))?))).collect::<Option<Vec<_>>>();
    model.entities.iter().filter_map(|e| Some(Growth { entity: e.name.clone(), rows: grown(&e.name)? })).collect()
}
