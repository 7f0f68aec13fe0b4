//! How large the tables will be: from the predicted layout to what a planner must be told.
use super::{size::sizes, steps::Physical};
use std::collections::BTreeMap;
use tw_model::{
    draft::Draft,
    horizon::{Horizon, HorizonColumn, HorizonIndex, HorizonTable, Span},
    layout::Layout,
    model::Model,
    schema::{ConstraintKind, Name, Table},
};

/// Share of pages whose rows are visible to all: autovacuum comes when a fifth of the rows has changed, so between all
/// and four fifths are.
const VISIBLE_SHARE: f64 = 0.9;
/// ANALYZE states distinct values as a share of the rows when they are over a tenth of them.
const AS_SHARE: f64 = 0.1;

/// Sizes today and at the horizon, in physical names. Empty when the layout was not predicted.
pub fn span(model: &Model, draft: &Draft) -> Span {
    let Some(predicted) = &draft.sizes else { return Span::default() };
    let sampled = sizes(model);
    Span { today: horizon(draft, &predicted.today, &sampled), horizon: horizon(draft, &predicted.horizon, &sampled) }
}

/// Rows that a table will have at the horizon; none when nobody has predicted them.
pub fn rows_at_horizon(draft: &Draft, symbol: &str) -> Option<f64> {
    draft.sizes.as_ref()?.horizon.table(&Name::symbol(symbol)).map(|t| t.rows)
}

fn horizon(draft: &Draft, layout: &Layout, sampled: &BTreeMap<String, u64>) -> Horizon {
    let physical = Physical(draft);
    let mut horizon = Horizon::default();
    for table in draft.schema.wholes() {
        let symbol = table.name.name.as_str();
        let Some(predicted) = layout.table(&table.name) else { continue };
        let indexes = predicted.indexes.iter().filter(|i| i.unknown.is_none() && i.pages > 0);
        horizon.tables.push(HorizonTable {
            name: physical.table(symbol),
            rows: predicted.rows.round() as u64,
            pages: predicted.pages,
            visible_share: VISIBLE_SHARE,
            columns: references(table, layout, sampled, &physical),
            indexes: indexes
                .map(|index| HorizonIndex {
                    name: physical.member(symbol, &index.name),
                    rows: index.rows.round() as u64,
                    pages: index.pages,
                })
                .collect(),
        });
    }
    horizon.sort();
    horizon
}

/// Columns that refer to something: as many values as there are things to refer to, or as rows where those are fewer.
/// The sample has fewer of those things, so each has a larger share of its rows than it will have.
fn references(
    table: &Table,
    layout: &Layout,
    sampled: &BTreeMap<String, u64>,
    physical: &Physical,
) -> Vec<HorizonColumn> {
    let rows = layout.table(&table.name).map_or(0.0, |t| t.rows);
    let mut columns: BTreeMap<&str, HorizonColumn> = BTreeMap::new();
    for constraint in &table.constraints {
        let ConstraintKind::Foreign { columns: from, target, .. } = &constraint.kind else { continue };
        let ([column], Some(parents)) = (from.as_slice(), layout.table(target).map(|t| t.rows)) else { continue };
        let Some(&few) = sampled.get(&target.name) else { continue };
        let unique = table.constraints.iter().any(|c| match &c.kind {
            ConstraintKind::Primary { columns, .. } | ConstraintKind::Unique { columns, .. } => columns == from,
            _ => false,
        });
        if unique || rows < 1.0 {
            continue;
        }
        let distinct = parents.min(rows).max(1.0);
        let n_distinct = if distinct > AS_SHARE * rows { -(distinct / rows) } else { distinct };
        let common_share = (few as f64 / parents.max(1.0)).min(1.0);
        let name = physical.member(&table.name.name, column);
        columns.insert(column, HorizonColumn { name, n_distinct, common_share });
    }
    columns.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tw_model::layout::{Sizes, TableLayout};

    #[test]
    fn a_reference_has_as_many_values_as_its_parents_will_have() {
        let parent = Table { name: Name::symbol("Account"), ..Table::default() };
        let mut child = Table { name: Name::symbol("Move"), ..Table::default() };
        child.constraints.push(tw_model::schema::Constraint {
            name: "foreign(account)".into(),
            kind: ConstraintKind::Foreign {
                columns: vec!["account".into()],
                target: Name::symbol("Account"),
                target_columns: vec!["key".into()],
                on_delete: tw_model::model::Action::Restrict,
                on_update: tw_model::model::Action::Restrict,
                match_full: false,
            },
            deferrable: None,
            not_valid: false,
            comment: None,
        });
        let layout = |accounts: f64, moves: f64| {
            let of = |name: &str, rows: f64| TableLayout { table: Name::symbol(name), rows, ..TableLayout::default() };
            Layout { tables: vec![of("Account", accounts), of("Move", moves)] }
        };
        let sampled = BTreeMap::from([("Account".to_string(), 3_000)]);
        let draft = Draft::default();
        let columns = |accounts, moves| references(&child, &layout(accounts, moves), &sampled, &Physical(&draft));
        let at = columns(6e6, 2e9).remove(0);
        assert_eq!((at.n_distinct, at.common_share), (6e6, 3_000.0 / 6e6));
        // Over a tenth of the rows it is a share.
        assert_eq!(columns(6e6, 12e6).remove(0).n_distinct, -0.5);
        let sizes = Sizes { today: layout(3e6, 2e9), horizon: layout(6e6, 2e9), horizon_days: 1 };
        let mut draft = Draft { sizes: Some(sizes), ..Draft::default() };
        draft.schema.tables = vec![parent, child];
        assert_eq!(rows_at_horizon(&draft, "Account"), Some(6e6));
        assert_eq!(horizon(&draft, &layout(6e6, 2e9), &sampled).tables.len(), 2);
    }
}
