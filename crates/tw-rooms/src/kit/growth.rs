//! Rows of an entity so many days ahead.
//!
//! The rule, in this order. A growth that the volume says is compound, and stands. `3 per Order` stays three per order, so
//! it grows as orders do. An entity that the workload appends to, at mean rates, grows by what is inserted less what is
//! deleted; rows whose retention ends leave, so it then holds at most what arrives in the time they are kept (or what it
//! has today). Peak rates say nothing of the mean and are not counted. Whatever else keeps its volume.
use tw_model::{
    model::{Entity, Model, Query},
    sql::StatementKind,
};

/// Most rows of the brief language.
const MOST_ROWS: f64 = 1e15;
const DAY_S: f64 = 86_400.0;

/// What makes an entity grow.
#[derive(Clone, Debug, PartialEq)]
pub enum Growth {
    /// The brief says how fast, or that it does not.
    Said,
    /// As the entity that its rows are counted by.
    With(String),
    /// By what the workload appends.
    Appended {
        /// Rows a day.
        per_day: f64,
        /// Rows that retention leaves at most.
        kept_most: Option<f64>,
    },
    /// Nothing that is known.
    Nothing,
}

/// What makes an entity grow.
pub fn growth(model: &Model, entity: &Entity) -> Growth {
    let Some(volume) = &entity.volume else { return Growth::Nothing };
    if volume.growth_said {
        return Growth::Said;
    }
    if let Some((_, of)) = &volume.per {
        return Growth::With(of.clone());
    }
    let per_day = appended_per_s(model, &entity.name) * DAY_S;
    if per_day <= 0.0 {
        return Growth::Nothing;
    }
    let kept_most = entity.retention.as_ref().map(|r| (per_day * f64::from(r.days)).max(volume.rows as f64));
    Growth::Appended { per_day, kept_most: kept_most.filter(|_| leaves(entity)) }
}

/// True when rows leave at the end of their retention; what is anonymised stays.
fn leaves(entity: &Entity) -> bool {
    entity.retention.as_ref().is_some_and(|r| r.then != tw_model::model::Disposal::Anonymise)
}

/// Rows inserted less rows deleted, a second, each statement for one row.
fn appended_per_s(model: &Model, entity: &str) -> f64 {
    let of = |query: &Query| {
        let kinds = query.statements.iter().filter(|s| s.sql.writes.as_ref().is_some_and(|w| w.entity == entity));
        let rows: f64 = kinds
            .map(|s| match s.sql.kind {
                StatementKind::Insert => 1.0,
                StatementKind::Delete => -1.0,
                _ => 0.0,
            })
            .sum();
        rows * query.rate_per_s.filter(|_| !query.peak).unwrap_or(0.0)
    };
    model.workload.iter().map(of).sum()
}

/// Rows of an entity so many days ahead; none when the brief gives it no volume.
pub fn rows_after(model: &Model, entity: &str, days: f64) -> Option<f64> {
    after(model, entity, days, model.entities.len())
}

fn after(model: &Model, name: &str, days: f64, depth: usize) -> Option<f64> {
    let entity = model.entity(name)?;
    let volume = entity.volume.as_ref()?;
    let today = volume.rows as f64;
    let rows = match growth(model, entity) {
        Growth::Said | Growth::Nothing => volume.after(days),
        // The brief reader refuses volumes that depend on themselves; a chain of others is followed to its end.
        Growth::With(of) if depth > 0 => {
            let base = model.entity(&of).and_then(|e| e.volume.as_ref()).map_or(0.0, |v| v.rows as f64);
            let grown = after(model, &of, days, depth - 1).unwrap_or(base);
            if base > 0.0 { today * grown / base } else { today }
        }
        Growth::With(_) => today,
        Growth::Appended { per_day, kept_most } => {
            let all = today + per_day * days;
            kept_most.map_or(all, |most| all.min(most))
        }
    };
    Some(rows.round().clamp(1.0, MOST_ROWS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::model::{Disposal, Retention, Statement, Volume};
    use tw_model::sql::{EntitySql, Write};

    fn entity(name: &str, rows: u64) -> Entity {
        let volume = Some(Volume { rows, per: None, growth_percent_per_month: 0.0, growth_said: false });
        Entity { append_only: true, volume, ..Entity::bare(name, tw_model::Origin::assumed("a test")) }
    }

    fn inserting(entity: &str, rate_per_s: f64, kind: StatementKind) -> Query {
        let writes = Some(Write { entity: entity.into(), attributes: vec![] });
        let sql = EntitySql { writes, ..EntitySql::bare("", kind) };
        let origin = tw_model::Origin::assumed("a test");
        let statements = vec![Statement::bare(sql, origin.clone())];
        Query { rate_per_s: Some(rate_per_s), statements, ..Query::bare("q", origin) }
    }

    fn model(entities: Vec<Entity>, workload: Vec<Query>) -> Model {
        Model { entities, workload, ..Model::default() }
    }

    #[test]
    fn what_is_appended_to_grows_by_that_and_retention_caps_it() {
        let insert = inserting("Log", 10.0, StatementKind::Insert);
        let mut log = entity("Log", 1_000);
        let of = |log: &Entity, more: Vec<Query>| {
            let model = model(vec![log.clone()], [vec![insert.clone()], more].concat());
            rows_after(&model, "Log", 100.0).unwrap()
        };
        assert_eq!(of(&log, vec![]), 1_000.0 + 864_000.0 * 100.0);
        assert_eq!(of(&log, vec![inserting("Log", 4.0, StatementKind::Delete)]), 1_000.0 + 6.0 * 8_640_000.0);
        let peak = Query { peak: true, ..inserting("Log", 500.0, StatementKind::Insert) };
        assert_eq!(of(&log, vec![peak]), 1_000.0 + 86_400_000.0);
        log.retention = Some(Retention { days: 30, from: "at".into(), then: Disposal::Delete });
        assert_eq!(of(&log, vec![]), 864_000.0 * 30.0);
        log.retention = Some(Retention { days: 30, from: "at".into(), then: Disposal::Anonymise });
        assert_eq!(of(&log, vec![]), 86_401_000.0);
        log.volume = Some(Volume { growth_said: true, ..log.volume.clone().unwrap() });
        assert_eq!(of(&log, vec![]), 1_000.0);
    }

    #[test]
    fn rows_counted_by_others_grow_as_those_do() {
        let mut order = entity("Order", 100);
        order.volume = Some(Volume { rows: 100, per: None, growth_percent_per_month: 10.0, growth_said: true });
        let mut line = entity("Line", 300);
        line.volume = Some(Volume { per: Some((3.0, "Order".into())), ..line.volume.unwrap() });
        let model = model(vec![order, line], vec![inserting("Line", 50.0, StatementKind::Insert)]);
        assert_eq!(rows_after(&model, "Line", 60.0), Some(363.0));
    }
}
