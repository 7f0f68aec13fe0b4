//! Further rows: for optional columns, other keys, defaults, broken checks, listed values, second holders.
use super::{Answer, INSTANCES, Oracle, TRIES, Witnesses, attempt, blamed, candidates_of, settle, turned};
use crate::kit::{Row, rows::foreign_keys};
use tw_model::{
    draft::Draft,
    schema::{ConstraintKind, Table},
};

/// For each optional column that is no reference: a value that the server accepts.
pub(super) fn search_optional(draft: &Draft, table: &Table, found: &mut Witnesses, oracle: &mut Oracle) {
    let referencing: Vec<String> =
        foreign_keys(draft, &table.name.name).into_iter().flat_map(|(_, c, _, _)| c).collect();
    for column in
        table.columns.iter().filter(|c| !c.not_null && c.generated.is_none() && !referencing.contains(&c.name))
    {
        for instance in 1..=INSTANCES {
            let Some(row) = found.row(&table.name.name, instance).cloned() else { return };
            let path = format!("{}.{}", table.name.name, column.name);
            for value in candidates_of(table, column, instance) {
                if attempt(draft, &[], &row.with(&column.name, Some(&value)), found, oracle) == Answer::Yes {
                    found.values.insert((path, instance), value);
                    break;
                }
            }
        }
    }
}

/// A change of the key that the server accepts while nothing points at the row. Parts of the key that are
/// references are left alone.
pub(super) fn search_rekeyed(draft: &Draft, table: &Table, found: &mut Witnesses, oracle: &mut Oracle) {
    let symbol = &table.name.name;
    let Some(row) = found.row(symbol, 1).cloned() else { return };
    let referencing: Vec<String> = foreign_keys(draft, symbol).into_iter().flat_map(|(_, c, _, _)| c).collect();
    for column in table.primary_key().iter().filter(|c| !referencing.contains(c)).filter_map(|c| table.column(c)) {
        let values = (1..=INSTANCES).rev().flat_map(|n| candidates_of(table, column, n));
        for value in values.filter(|v| row.value(&column.name) != Some(v)) {
            let mut statements: Vec<String> = found.with_parents(draft, &row).iter().map(|r| r.insert(draft)).collect();
            statements.push(format!(
                "UPDATE {} SET {} = {} WHERE {}",
                draft.printed_table(symbol),
                draft.printed_column(&format!("{symbol}.{}", column.name)),
                tw_model::ident::literal(&value),
                row.by_key(draft)
            ));
            if oracle(&statements) == Answer::Yes {
                found.rekeyed.insert(symbol.clone(), (column.name.clone(), value));
                return;
            }
        }
    }
}

/// For each column with a default: the row without it, other columns changed where the default asks for it.
pub(super) fn search_defaulted(draft: &Draft, table: &Table, found: &mut Witnesses, oracle: &mut Oracle) {
    let symbol = &table.name.name;
    let Some(row) = found.row(symbol, 1).cloned() else { return };
    for column in table.columns.iter().filter(|c| c.default.is_some()) {
        let without = row.without(&column.name);
        let fixed = std::slice::from_ref(&column.name);
        if let Some(row) = settle(draft, table, without, 1, fixed, &[], found, oracle) {
            found.defaulted.insert(format!("{symbol}.{}", column.name), row);
        }
    }
}

/// For each check: a row that only this check refuses, one or two columns away from a row that keeps all.
pub(super) fn search_breaks(draft: &Draft, table: &Table, found: &mut Witnesses, oracle: &mut Oracle) {
    let symbol = table.name.name.clone();
    let Some(good) = found.row(&symbol, 1).cloned() else { return };
    for constraint in &table.constraints {
        let ConstraintKind::Check { .. } = &constraint.kind else { continue };
        let path = format!("{symbol}.{}", constraint.name);
        let physical = draft.name(&path);
        let columns: Vec<String> = blamed(draft, table, &physical)
            .into_iter()
            .filter(|c| table.column(c).is_some_and(|c| c.generated.is_none()))
            .collect();
        let refused_by_it = |row: &Row, oracle: &mut Oracle, found: &Witnesses| matches!(attempt(draft, &[], row, found, oracle), Answer::No { sqlstate, by } if sqlstate == "23514" && by == physical);
        let single = columns.iter().map(std::slice::from_ref);
        let both = (columns.len() > 1).then_some(columns.as_slice());
        'found: for varied in single.chain(both) {
            for turn in 0..TRIES {
                let Some(row) = turned(table, &good, varied, turn, 1) else { break };
                if row != good && refused_by_it(&row, oracle, found) {
                    found.breaks.insert(path.clone(), row);
                    break 'found;
                }
            }
        }
    }
}

/// For each listed value of a column: a row that is accepted with it.
pub(super) fn search_values(draft: &Draft, table: &Table, found: &mut Witnesses, oracle: &mut Oracle) {
    let symbol = table.name.name.clone();
    let Some(good) = found.row(&symbol, 1).cloned() else { return };
    for constraint in table.constraints.iter().filter(|c| c.name.starts_with("in(")) {
        let ConstraintKind::Check { expression, .. } = &constraint.kind else { continue };
        let column = constraint.name.trim_start_matches("in(").trim_end_matches(')').to_string();
        for value in listed(expression) {
            let row = good.with(&column, Some(&value));
            if let Some(row) = settle(draft, table, row, 1, std::slice::from_ref(&column), &[], found, oracle) {
                found.holding.insert((format!("{symbol}.{column}"), value), row);
            }
        }
    }
}

/// The literals of `x IN ('a', 'b')`.
pub fn listed(expression: &str) -> Vec<String> {
    let text = expression.replace("''", "\u{1}");
    text.split('\'').skip(1).step_by(2).map(|s| s.replace('\u{1}', "'")).collect()
}

/// For each foreign key: a second row with the target of the first.
pub(super) fn search_siblings(draft: &Draft, table: &Table, found: &mut Witnesses, oracle: &mut Oracle) {
    let symbol = table.name.name.clone();
    let (Some(first), Some(second)) = (found.row(&symbol, 1).cloned(), found.row(&symbol, 2).cloned()) else { return };
    for (name, columns, target, target_columns) in foreign_keys(draft, &symbol) {
        // A row that refers to its own table refers to a third row.
        let Some(parent) = found.row(&target, if target == symbol { 3 } else { 1 }) else { continue };
        let (mut a, mut b) = (first.clone(), second.clone());
        for (column, target_column) in columns.iter().zip(&target_columns) {
            a.values.insert(column.clone(), parent.value(target_column).map(String::from));
            b.values.insert(column.clone(), parent.value(target_column).map(String::from));
        }
        let before = found.with_parents(draft, &a);
        if let Some(row) = settle(draft, table, b, 2, &columns, &before, found, oracle) {
            found.siblings.insert(format!("{symbol}.{name}"), row);
        }
    }
}
