//! Partitions of a table: whether it has them, by what, and which ones there are on the day the schema is loaded.
use super::AT;
use crate::kit::{
    date::{Date, READ_ON},
    decision, in_bytes, instead,
    shape::{key_columns, member_columns},
    thousands,
};
use tw_model::{
    Origin,
    change::Change,
    draft::{Draft, symbol as of_symbol},
    layout::TableLayout,
    model::{Disposal, Entity, Model, PartitionBy, Partitioning, TimeUnit},
    schema::{ConstraintKind, Name, Table},
};

/// Spans that are made ahead of today's; upkeep makes those that follow.
pub(super) const AHEAD: usize = 3;
/// Days of retention up to which a partition holds a day, and from which on it holds a year.
const DAYS_BY_DAY: u32 = 60;
const DAYS_BY_YEAR: u32 = 20 * 365;

/// What the rest goes to: rows of a time for which no partition was made.
pub(super) const REST: &str = "rest";

/// How a table is laid out in partitions.
pub(super) struct Layout {
    /// What decides.
    pub by: PartitionBy,
    /// Columns that decide, by symbol.
    pub columns: Vec<String>,
    /// The line that asks for it, or the retention that it serves.
    pub origin: Origin,
    /// The brief asks for it.
    pub asked: bool,
}

/// How a table is to be laid out; none when it stays whole. The error names the rules that no partition could keep.
pub(super) fn layout(model: &Model, draft: &Draft, entity: &Entity) -> Option<Result<Layout, Vec<String>>> {
    let table = draft.schema.table(&Name::symbol(&entity.name))?;
    let (by, origin, asked) = match &entity.partitioning {
        Some(asked) if asked.by == PartitionBy::Whole => return None,
        Some(asked) => (asked.by.clone(), asked.origin.clone(), true),
        None => (by_retention(model, entity)?, entity.origin.clone(), false),
    };
    let columns: Vec<String> = match &by {
        PartitionBy::Whole => return None,
        PartitionBy::Hash { of, .. } if of == "key" => {
            key_columns(model, entity).into_iter().map(|c| c.symbol).collect()
        }
        PartitionBy::Time { of, .. } | PartitionBy::Hash { of, .. } => {
            member_columns(model, entity, of).into_iter().map(|c| c.symbol).collect()
        }
    };
    let broken = without(table, &columns);
    Some(if broken.is_empty() { Ok(Layout { by, columns, origin, asked }) } else { Err(broken) })
}

/// Partitions that a promise to detach asks for, where the key holds the time already: no key is changed unasked.
fn by_retention(model: &Model, entity: &Entity) -> Option<PartitionBy> {
    let kept = entity.retention.as_ref().filter(|r| r.then == Disposal::Detach)?;
    let key = key_columns(model, entity);
    if entity.supertype.is_some() || entity.subtypes.is_some() || !key.iter().any(|c| c.symbol == kept.from) {
        return None;
    }
    let unit = match kept.days {
        days if days <= DAYS_BY_DAY => TimeUnit::Day,
        days if days <= DAYS_BY_YEAR => TimeUnit::Month,
        _ => TimeUnit::Year,
    };
    Some(PartitionBy::Time { unit, of: kept.from.clone() })
}

/// Rules over all rows that do not hold every one of the columns.
fn without(table: &Table, columns: &[String]) -> Vec<String> {
    let holds = |of: &[String]| columns.iter().all(|c| of.contains(c));
    let constraints = table.constraints.iter().filter(|c| match &c.kind {
        ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => !holds(columns),
        ConstraintKind::Exclude { .. } => true,
        _ => false,
    });
    let indexes = table.indexes.iter().filter(|i| i.unique).filter(|i| {
        let parts: Vec<String> = i.parts.iter().filter(|p| !p.is_expression).map(|p| p.column.clone()).collect();
        !holds(&parts)
    });
    constraints.map(|c| c.name.clone()).chain(indexes.map(|i| i.name.clone())).collect()
}

/// One partition.
pub(super) struct Piece {
    /// What its name ends in.
    pub tail: String,
    /// `FOR VALUES ...`, or `DEFAULT`.
    pub bound: String,
}

/// The partitions on the day the schema is loaded: for the time that rows are kept, for so many spans ahead, and the rest.
pub(super) fn pieces(entity: &Entity, layout: &Layout, ty: &str) -> Vec<Piece> {
    match &layout.by {
        PartitionBy::Whole => vec![],
        PartitionBy::Hash { into, .. } => (0..*into)
            .map(|n| Piece {
                tail: (n + 1).to_string(),
                bound: format!("FOR VALUES WITH (modulus {into}, remainder {n})"),
            })
            .collect(),
        PartitionBy::Time { unit, .. } => {
            let mut all: Vec<Piece> = spans(entity, *unit)
                .into_iter()
                .map(|(from, to)| Piece {
                    tail: tail(from, *unit),
                    bound: format!("FOR VALUES FROM ({}) TO ({})", midnight(from, ty), midnight(to, ty)),
                })
                .collect();
            all.push(Piece { tail: REST.into(), bound: "DEFAULT".into() });
            all
        }
    }
}

/// First days of every span, each with that of the next.
pub(super) fn spans(entity: &Entity, unit: TimeUnit) -> Vec<(Date, Date)> {
    let kept = entity.retention.as_ref().map_or(Partitioning::KEPT_DAYS_ASSUMED, |r| r.days);
    let now = READ_ON.first_of(unit);
    let mut at = Date::from_day(READ_ON.day() - i64::from(kept)).first_of(unit);
    let mut all = vec![];
    while at <= now {
        all.push((at, at.next(unit)));
        at = at.next(unit);
    }
    for _ in 0..AHEAD {
        all.push((at, at.next(unit)));
        at = at.next(unit);
    }
    all
}

/// `2026_01`: what tells a partition from its siblings.
pub(super) fn tail(Date(year, month, day): Date, unit: TimeUnit) -> String {
    match unit {
        TimeUnit::Day => format!("{year:04}_{month:02}_{day:02}"),
        TimeUnit::Month => format!("{year:04}_{month:02}"),
        TimeUnit::Year => format!("{year:04}"),
    }
}

/// The start of a day as a literal of a type, as the server prints it.
pub(super) fn midnight(day: Date, ty: &str) -> String {
    format!("'{day}{}'", midnight_after(ty))
}

/// What follows a date in a literal of a type.
pub(super) fn midnight_after(ty: &str) -> &'static str {
    match ty {
        "date" => "",
        zoned if zoned.contains("with time zone") => " 00:00:00+00",
        _ => " 00:00:00",
    }
}

/// What the names of a table's partitions by time begin with, as an SQL expression over a symbol.
pub(super) fn printed_prefix(table: &str) -> String {
    let rest = of_symbol(&format!("literal {table}({REST})"));
    format!("left((parse_ident({rest}))[2], -{})", REST.len())
}

/// The symbol of a partition: `Order(2026_01)`.
pub(super) fn symbol(table: &str, piece: &Piece) -> String {
    format!("{table}({})", piece.tail)
}

/// Type of the column that decides.
pub(super) fn type_of(draft: &Draft, table: &str, layout: &Layout) -> String {
    let column = layout.columns.first().and_then(|c| draft.column(&format!("{table}.{c}")));
    column.map(|c| c.ty.clone()).unwrap_or_default()
}

/// Lays tables out in partitions. `before` says what they come to at the horizon.
pub(super) fn make(model: &Model, draft: &mut Draft, entity: &Entity, before: &tw_model::layout::Layout) {
    let Some(Ok(layout)) = layout(model, draft, entity) else { return };
    let table = Name::symbol(&entity.name);
    let method = if matches!(layout.by, PartitionBy::Hash { .. }) { "HASH" } else { "RANGE" };
    let columns: Vec<String> = layout.columns.iter().map(|c| of_symbol(&format!("{}.{c}", entity.name))).collect();
    let by = format!("{method} ({})", columns.join(", "));
    let all = pieces(entity, &layout, &type_of(draft, &entity.name, &layout));
    let mut changes = vec![Change::PartitionBy { table: table.clone(), by }];
    changes.extend(all.iter().map(|piece| Change::CreateTable {
        table: Table {
            name: Name::symbol(symbol(&entity.name, piece)),
            partition_of: Some((table.clone(), piece.bound.clone())),
            ..Table::default()
        },
    }));
    let sized = before.table(&table);
    let bytes = sized.map_or(0.0, |t| t.total_bytes() as f64);
    let what = match &layout.by {
        PartitionBy::Time { unit, of } => {
            format!(
                "{} is partitioned by {} of {of} (native, RANGE): {} partitions, and one for the rest",
                entity.name,
                unit.word(),
                all.len() - 1
            )
        }
        _ => format!("{} is partitioned by hash of {} into {}", entity.name, layout.columns.join(", "), all.len()),
    };
    let asked = if layout.asked {
        "the brief asks for it"
    } else {
        "its key holds the time already, and rows are promised to be detached"
    };
    let why = match &layout.by {
        PartitionBy::Time { unit, .. } => format!(
            "{asked}: a query bounded in time reads its partitions only, and a {} whose time has come is detached at once instead of being deleted row by row. {} at the horizon",
            unit.word(),
            in_bytes(bytes)
        ),
        _ => format!(
            "{asked}: {} at the horizon is vacuumed, and its indexes are built, in pieces of about {}",
            in_bytes(bytes),
            in_bytes(bytes / all.len() as f64)
        ),
    };
    let chosen = decision(AT, entity.path(), what, why, &layout.origin, changes);
    draft.decide(alternatives(chosen, model, entity, &layout, sized));
}

fn alternatives(
    chosen: tw_model::decision::Decision,
    model: &Model,
    entity: &Entity,
    layout: &Layout,
    sized: Option<&TableLayout>,
) -> tw_model::decision::Decision {
    let key: Vec<String> = key_columns(model, entity).into_iter().map(|c| c.symbol).collect();
    let added = entity.partitioning.as_ref().and_then(|p| p.in_key());
    let mut chosen = chosen;
    if let Some(added) = added {
        chosen = instead(
            chosen,
            "the table in one piece, with its key alone",
            format!(
                "PRICE of partitions: the key is ({}), so nothing but how keys are made keeps the rest of it from repeating in another partition, and whoever refers to a row must know its {added}. The brief says so",
                key.join(", ")
            ),
        );
    }
    if let PartitionBy::Time { unit, of } = &layout.by {
        if let (Some(kept), Some(sized)) = (&entity.retention, sized) {
            let due = sized.rows * f64::from(unit.days()) / f64::from(kept.days.max(1));
            chosen = instead(
                chosen,
                "rows deleted in batches once their time has come",
                format!(
                    "each {} {} rows would leave as many dead rows behind, and an entry in each index, to be vacuumed",
                    unit.word(),
                    thousands(due as u64)
                ),
            );
        }
        chosen = instead(
            chosen,
            "no partition for the rest",
            format!(
                "a row whose {of} lies outside would be refused; the price is that the rest must be looked through whenever a partition is added, so it is to stay empty"
            ),
        );
        if added.is_some() {
            chosen = instead(
                chosen,
                "ranges on a time-ordered key (uuid version 7, or bigint in the order of arrival)",
                format!(
                    "the key would stay alone, but {of} may differ from the time a key is made, so a query bounded in {of} would read every partition"
                ),
            );
        }
    }
    chosen
}
