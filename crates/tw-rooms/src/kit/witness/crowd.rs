//! Rows of one group, one too many for a counting rule.
use super::{Answer, MOST_INSTANCES, Oracle, TRIES, Witnesses, attempt, turned};
use crate::kit::{Row, rows::foreign_keys};
use tw_model::{draft::Draft, schema::Name};

/// For each `at most` rule: rows of one group that the server accepts one by one, until it refuses one by
/// the rule. The columns its predicate names take candidates until that happens.
pub(super) fn search_crowds(draft: &Draft, rules: &[Crowd], found: &mut Witnesses, oracle: &mut Oracle) {
    for rule in rules {
        let Some(table) = draft.schema.table(&Name::symbol(&rule.table)) else { continue };
        let Some(mut first) = found.row(&rule.table, 1).cloned() else { continue };
        // Rows whose group is null never meet; what bounds a range takes candidates until two ranges do.
        let references: Vec<String> = foreign_keys(draft, &rule.table).into_iter().flat_map(|(_, c, _, _)| c).collect();
        let mut varied: Vec<String> = rule.filter_columns.iter().filter(|c| !rule.group.contains(c)).cloned().collect();
        for column in rule.group.iter().filter_map(|c| table.column(c)) {
            if first.value(&column.name).is_none() {
                let value = found.value_for(draft, table, column, 1);
                first.values.insert(column.name.clone(), value);
                if !references.contains(&column.name) {
                    varied.push(column.name.clone());
                }
            }
        }
        for turn in 0..TRIES {
            let turned_first = if varied.is_empty() {
                Some(first.clone()).filter(|_| turn == 0)
            } else {
                turned(table, &first, &varied, turn, 1)
            };
            let Some(turned_first) = turned_first else { break };
            if let Some(rows) = crowd(draft, rule, &turned_first, &varied, found, oracle) {
                found.crowds.insert(rule.name.clone(), rows);
                break;
            }
        }
    }
}

/// An `at most` rule as the search sees it.
pub struct Crowd {
    /// Invariant name.
    pub name: String,
    /// Table symbol.
    pub table: String,
    /// Columns that make the group.
    pub group: Vec<String>,
    /// Columns its predicate names.
    pub filter_columns: Vec<String>,
    /// Rows that fit.
    pub limit: u32,
    /// What the refusal names: the index (physical) or the invariant.
    pub refused_by: String,
}

fn crowd(
    draft: &Draft,
    rule: &Crowd,
    first: &Row,
    varied: &[String],
    found: &Witnesses,
    oracle: &mut Oracle,
) -> Option<Vec<Row>> {
    // References that share a column with the group go together; then, all references do (a tenant's rows
    // refer to rows of that tenant).
    let keys: Vec<Vec<String>> = foreign_keys(draft, &rule.table).into_iter().map(|(_, c, _, _)| c).collect();
    let with_group: Vec<String> =
        keys.iter().filter(|k| k.iter().any(|c| rule.group.contains(c))).flatten().cloned().collect();
    let all: Vec<String> = keys.iter().flatten().cloned().collect();
    [with_group, all].iter().find_map(|shared| {
        let alike: Vec<&String> = rule.group.iter().chain(varied).chain(shared).collect();
        gather(draft, rule, first, &alike, found, oracle)
    })
}

/// Instances that are alike in those columns, accepted one by one until the rule refuses one.
fn gather(
    draft: &Draft,
    rule: &Crowd,
    first: &Row,
    alike: &[&String],
    found: &Witnesses,
    oracle: &mut Oracle,
) -> Option<Vec<Row>> {
    let mut rows: Vec<Row> = vec![];
    for n in 1..=u8::try_from(rule.limit + 1).ok().filter(|n| *n <= MOST_INSTANCES)? {
        let mut row = found.row(&rule.table, n).cloned()?;
        for column in alike {
            row.values.insert(column.to_string(), first.values.get(*column).cloned().flatten());
        }
        rows.push(row);
    }
    let (last, fitting) = rows.split_last()?;
    let mut before: Vec<Row> = vec![];
    for needed in fitting.iter().flat_map(|row| found.with_parents(draft, row)) {
        if !before.contains(&needed) {
            before.push(needed);
        }
    }
    // Unready if one that should fit does not.
    match attempt(draft, &before, last, found, oracle) {
        Answer::No { by, .. } if by == rule.refused_by => Some(rows),
        _ => None,
    }
}
