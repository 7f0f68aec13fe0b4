//! Large tables that stay in one piece: what partitions of them would give and cost.
use super::{AT, partitions::layout};
use crate::kit::{decision, in_bytes, instead, origin_of, thousands};
use tw_model::{
    Path,
    decision::Decision,
    draft::Draft,
    layout::TableLayout,
    model::{Disposal, Entity, Model, PartitionBy},
    schema::Name,
};

/// Bytes from which on parts of a table are worth having: of the order of what vacuum and index builds handle well.
const WORTH_PARTS_BYTES: f64 = 100.0 * 1024.0 * 1024.0 * 1024.0;

/// What parts of a table would give and cost.
pub(super) fn parts(model: &Model, draft: &mut Draft, symbol: &str) {
    let Some(entity) = model.entity(symbol) else { return };
    let Some(sizes) = &draft.sizes else { return };
    let find = |layout: &tw_model::layout::Layout| layout.tables.iter().find(|t| t.table.name == symbol).cloned();
    let Some(table) = find(&sizes.horizon) else { return };
    let path = Path::new(symbol);
    let origin = origin_of(model, &path);
    if draft.schema.partitions(&Name::symbol(symbol)).next().is_some() {
        return;
    }
    if let Some(asked) = entity.partitioning.as_ref().filter(|p| p.by == PartitionBy::Whole) {
        let what = format!("{symbol} is kept whole");
        return draft.decide(decision(AT, path, what, "the brief says so", &asked.origin, vec![]));
    }
    if let Some(Err(rules)) = layout(model, draft, entity) {
        return draft.decide(refused(model, entity, &rules));
    }
    let bytes = table.total_bytes() as f64;
    let detach = entity.retention.as_ref().filter(|r| r.then == Disposal::Detach);
    if detach.is_none() && bytes < WORTH_PARTS_BYTES {
        return;
    }
    let key: Vec<String> =
        draft.schema.tables.iter().find(|t| t.name.name == symbol).map_or(vec![], |t| t.primary_key().to_vec());
    let by = detach.map(|r| r.from.clone());
    let (what, why) = match &by {
        Some(by) => (
            format!(
                "CONFLICT: {symbol} is kept whole, with its key as it is; parts by {by} would need {by} in its key"
            ),
            conflict_prices(&table, detach.map_or(1, |r| r.days), by, &key),
        ),
        None => (
            format!("{symbol} is kept whole"),
            format!(
                "{} at the horizon: large, but no retention is promised that dropping a part would serve, and every search has its index of {} levels at most",
                in_bytes(bytes),
                highest(&table)
            ),
        ),
    };
    let mut chosen = decision(AT, path, what, why, &origin, vec![]);
    if let Some(by) = &by {
        let months = detach.map_or(0, |r| r.days / 30);
        {
            chosen = instead(
                chosen,
                format!("parts by month of {by} (native, RANGE)"),
                format!(
                    "{months} parts of about {} each, and a month is detached at once; the key becomes ({}, {by}), so nothing keeps {} alone from repeating, and whoever refers to a row must know its {by}",
                    in_bytes(bytes / f64::from(months.max(1))),
                    key.join(", "),
                    key.join(", ")
                ),
            );
            chosen = instead(
                chosen,
                "ranges on a time-ordered key (uuid version 7, or bigint in the order of arrival)",
                format!(
                    "the key stays alone and unique and parts still follow time, but {by} may differ from the time a key is made, so a part is detached only when all of its rows are due; keys must be made that way from the first row on"
                ),
            );
        }
        chosen = instead(
            chosen,
            format!("parts by hash of {}", key.join(", ")),
            "they spread load over parts, but no part ever becomes due as a whole",
        );
    }
    draft.decide(chosen);
}

/// Partitions that a rule of the schema stands against.
fn refused(model: &Model, entity: &Entity, rules: &[String]) -> Decision {
    let origin = entity.partitioning.as_ref().map_or_else(|| origin_of(model, &entity.path()), |p| p.origin.clone());
    let what = format!("CONFLICT: {} is kept whole, for partitions could not keep {}", entity.name, rules.join(", "));
    let why = "each partition knows its own rows only: a rule over all rows must hold what decides the partition. A rule of the brief is not given up for a layout";
    let chosen = decision(AT, entity.path(), what, why, &origin, vec![]);
    instead(chosen, "partitions without the rule", "what is promised of all rows would hold within each partition only")
}

fn highest(table: &TableLayout) -> u32 {
    table.indexes.iter().map(|i| i.height).max().unwrap_or(1)
}

fn conflict_prices(table: &TableLayout, days: u32, by: &str, key: &[String]) -> String {
    let due = table.rows / (f64::from(days) / 30.0).max(1.0);
    let entries = table.indexes.len().max(1) as f64;
    format!(
        "price of keeping it whole: each month {} rows become due, and deleting them writes {} of log and leaves as many dead rows and {} dead entries to vacuum, in {} of table and indexes. Price of parts: every unique key must hold {by}, so {} alone is no key any more, and references to it need {by} too. A key that others rely on is not given up unasked",
        thousands(due as u64),
        // A delete logs its row's place in about 60 bytes, and vacuum its removal in about as much with each entry.
        in_bytes(due * (60.0 + 20.0 * entries)),
        thousands((due * entries) as u64),
        in_bytes(table.total_bytes() as f64),
        key.join(", ")
    )
}
