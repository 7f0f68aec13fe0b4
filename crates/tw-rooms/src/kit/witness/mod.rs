//! Witnesses: rows that keep every rule of a table, and rows that break exactly one.
//!
//! Only PostgreSQL knows what a rule means, so rows are found by asking: [`search`] is handed an oracle
//! that attempts inserts on the settled schema, and walks the candidates until the server says yes (or
//! refuses with the wanted rule). The rows found are written into trials as constants.
mod crowd;
mod goals;

pub use crowd::Crowd;
pub use goals::listed;

use super::{Row, candidates::candidates, rows::foreign_keys};
use crowd::search_crowds;
use goals::*;
use std::collections::BTreeMap;
use tw_model::{
    draft::Draft,
    schema::{Column, ConstraintKind, Index, Table},
};

/// How a server answered an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Every statement was accepted.
    Yes,
    /// The last statement was refused.
    No {
        /// SQLSTATE.
        sqlstate: String,
        /// Constraint or index name (physical), or the column for 23502.
        by: String,
    },
    /// An earlier statement was refused, so the last was not tried.
    Unready,
}

/// Attempts statements in order in a transaction that is rolled back.
pub type Oracle<'a> = dyn FnMut(&[String]) -> Answer + 'a;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Witnesses {
    /// Rows that keep every rule, by table symbol and instance (1, 2, 3); different instances can be
    /// inserted together and have parents of their own.
    pub rows: BTreeMap<(String, u8), Row>,
    /// A row refused by exactly this check: by `Account.check(balance)`.
    pub breaks: BTreeMap<String, Row>,
    /// A row accepted with this value in this column: by column path and value.
    pub holding: BTreeMap<(String, String), Row>,
    /// Instance 2 of the holder with the target of instance 1: by foreign key path `Account.references(user)`.
    pub siblings: BTreeMap<String, Row>,
    /// Another value for a part of the key of instance 1: (column, value), by table symbol.
    pub rekeyed: BTreeMap<String, (String, String)>,
    /// Instance 1 without that column, whose default keeps every rule: by column path.
    pub defaulted: BTreeMap<String, Row>,
    /// A value that an optional column takes: by column path and instance.
    pub values: BTreeMap<(String, u8), String>,
    /// Rows of one group, the last one too many: by invariant name.
    pub crowds: BTreeMap<String, Vec<Row>>,
}

/// Attempts for one thing sought.
const TRIES: usize = 400;
/// Independent rows kept per table.
pub const INSTANCES: u8 = 3;
/// Most rows that a counting rule is tried with.
const MOST_INSTANCES: u8 = 250;

impl Witnesses {
    /// The row of that table and instance.
    pub fn row(&self, table: &str, instance: u8) -> Option<&Row> {
        self.rows.get(&(table.to_string(), instance))
    }

    /// A value for a column of a row that has none: a parent's key for a reference, else a candidate.
    pub fn value_for(&self, draft: &Draft, table: &Table, column: &Column, instance: u8) -> Option<String> {
        for (_, columns, target, target_columns) in foreign_keys(draft, &table.name.name) {
            if let Some(at) = columns.iter().position(|c| *c == column.name) {
                return self.row(&target, instance)?.value(&target_columns[at]).map(String::from);
            }
        }
        let known = self.values.get(&(format!("{}.{}", table.name.name, column.name), instance)).cloned();
        known.or_else(|| candidates_of(table, column, instance).into_iter().next())
    }

    /// The rows that this row refers to, their own parents first; each once.
    pub fn parents(&self, draft: &Draft, row: &Row) -> Vec<Row> {
        let mut chain = vec![];
        self.collect(draft, row, &mut chain);
        chain
    }

    /// The row with everything it refers to, in the order to insert.
    pub fn with_parents(&self, draft: &Draft, row: &Row) -> Vec<Row> {
        let mut chain = self.parents(draft, row);
        chain.push(row.clone());
        chain
    }

    fn collect(&self, draft: &Draft, row: &Row, chain: &mut Vec<Row>) {
        for (_, columns, target, target_columns) in foreign_keys(draft, &row.table) {
            let wanted: Option<Vec<&str>> = columns.iter().map(|c| row.value(c)).collect();
            let Some(wanted) = wanted else { continue };
            let parent = (1..=MOST_INSTANCES).map_while(|n| self.row(&target, n)).find(|parent| {
                target_columns.iter().zip(&wanted).all(|(column, value)| parent.value(column) == Some(value))
            });
            // A row that refers to itself, or to a row of the schema itself (a lookup value), has no parent to add.
            if let Some(parent) = parent
                && parent != row
                && !chain.contains(parent)
            {
                self.collect(draft, parent, chain);
                chain.push(parent.clone());
            }
        }
    }
}

/// Finds witnesses for every table of the draft, parents before children, and for the rules over several
/// rows. Tables that such a rule counts, and those they refer to, get as many instances as it takes.
pub fn search(draft: &Draft, rules: &[Crowd], oracle: &mut Oracle) -> Witnesses {
    let mut found = Witnesses::default();
    let mut instances: BTreeMap<String, u8> = BTreeMap::new();
    for rule in rules {
        let needed = u8::try_from(rule.limit + 1).unwrap_or(u8::MAX).min(MOST_INSTANCES);
        need_instances(draft, &rule.table, needed, &mut instances);
    }
    for table in parents_first(draft) {
        for instance in 1..=instances.get(&table.name.name).copied().unwrap_or(INSTANCES).max(INSTANCES) {
            // The first few are held against each other; of the many that a counting rule needs, each by itself.
            let earlier = if instance <= INSTANCES { instance } else { 1 };
            let before: Vec<Row> = (1..earlier)
                .filter_map(|n| found.row(&table.name.name, n).cloned())
                .flat_map(|row| found.with_parents(draft, &row))
                .collect();
            let start = first_row(draft, table, instance, &found);
            if let Some(row) = settle(draft, table, start, instance, &[], &before, &found, oracle) {
                found.rows.insert((table.name.name.clone(), instance), row);
            }
        }
        search_optional(draft, table, &mut found, oracle);
        search_rekeyed(draft, table, &mut found, oracle);
        search_defaulted(draft, table, &mut found, oracle);
        search_breaks(draft, table, &mut found, oracle);
        search_values(draft, table, &mut found, oracle);
    }
    // Optional references may point at tables whose rows came later.
    for table in draft.schema.wholes() {
        search_siblings(draft, table, &mut found, oracle);
    }
    search_crowds(draft, rules, &mut found, oracle);
    found
}

/// A table and everything it refers to.
fn need_instances(draft: &Draft, table: &str, needed: u8, instances: &mut BTreeMap<String, u8>) {
    let known = instances.entry(table.to_string()).or_default();
    if *known >= needed {
        return;
    }
    *known = needed;
    for (_, _, target, _) in foreign_keys(draft, table) {
        need_instances(draft, &target, needed, instances);
    }
}

/// Tables ordered so that required references point backwards; a cycle keeps the draft's order.
fn parents_first(draft: &Draft) -> Vec<&Table> {
    let mut waiting: Vec<&Table> = draft.schema.wholes().collect();
    let mut placed: Vec<&Table> = vec![];
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .position(|t| {
                foreign_keys(draft, &t.name.name).iter().all(|(_, columns, target, _)| {
                    *target == t.name.name
                        || placed.iter().any(|p| p.name.name == *target)
                        || columns.iter().any(|c| t.column(c).is_some_and(|c| !c.not_null))
                })
            })
            .unwrap_or(0);
        placed.push(waiting.remove(ready));
    }
    placed
}

/// Rules of a table that name a column, as SQL.
fn rules_of<'a>(table: &'a Table, column: &str) -> Vec<&'a str> {
    let named = format!("⟦{}.{column}⟧", table.name.name);
    table
        .constraints
        .iter()
        .filter_map(|c| match &c.kind {
            ConstraintKind::Check { expression, .. } if expression.contains(&named) => Some(expression.as_str()),
            _ => None,
        })
        .collect()
}

fn candidates_of(table: &Table, column: &Column, instance: u8) -> Vec<String> {
    candidates(column, &rules_of(table, &column.name), instance)
}

/// The most plausible row: required columns and keys set, optional ones null, references to the parents
/// of the same instance.
fn first_row(draft: &Draft, table: &Table, instance: u8, found: &Witnesses) -> Row {
    let mut row = Row { table: table.name.name.clone(), values: BTreeMap::new() };
    for column in table.columns.iter().filter(|c| c.generated.is_none()) {
        let value = column.not_null.then(|| candidates_of(table, column, instance).into_iter().next()).flatten();
        row.values.insert(column.name.clone(), value);
    }
    for (_, columns, target, target_columns) in foreign_keys(draft, &table.name.name) {
        let required = columns.iter().all(|c| table.column(c).is_some_and(|c| c.not_null));
        let parent = if target == table.name.name { Some(row.clone()) } else { found.row(&target, instance).cloned() };
        if let (true, Some(parent)) = (required, parent) {
            for (column, target_column) in columns.iter().zip(&target_columns) {
                row.values.insert(column.clone(), parent.value(target_column).map(String::from));
            }
        }
    }
    row
}

/// Walks candidates from `row` until the server accepts it. `fixed` columns are not changed.
#[allow(clippy::too_many_arguments)] // one search, its ground and its oracle
fn settle(
    draft: &Draft,
    table: &Table,
    row: Row,
    instance: u8,
    fixed: &[String],
    before: &[Row],
    found: &Witnesses,
    oracle: &mut Oracle,
) -> Option<Row> {
    let referencing: Vec<String> =
        foreign_keys(draft, &table.name.name).into_iter().flat_map(|(_, c, _, _)| c).collect();
    let mut row = row;
    let mut tried: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for _ in 0..TRIES {
        match attempt(draft, before, &row, found, oracle) {
            Answer::Yes => return Some(row),
            Answer::Unready => return None,
            Answer::No { sqlstate: _, by } => {
                let mut columns = blamed(draft, table, &by);
                columns.retain(|c| !fixed.contains(c) && !referencing.contains(c));
                if columns.is_empty() {
                    return None;
                }
                let turn = tried.entry(columns.clone()).or_default();
                *turn += 1;
                row = turned(table, &row, &columns, *turn, instance)?;
            }
        }
    }
    None
}

/// The `turn`-th combination of candidates for those columns, one column changing fastest; none when
/// every combination was tried. Nullable columns also try null.
fn turned(table: &Table, row: &Row, columns: &[String], turn: usize, instance: u8) -> Option<Row> {
    let mut row = row.clone();
    let mut rest = turn;
    for name in columns {
        let column = table.column(name)?;
        let mut choices: Vec<Option<String>> = candidates_of(table, column, instance).into_iter().map(Some).collect();
        if !column.not_null {
            choices.insert(0, None);
        }
        row.values.insert(name.clone(), choices[rest % choices.len()].clone());
        rest /= choices.len();
    }
    (rest == 0).then_some(row)
}

/// The columns that a refusal is about: of the constraint or index of that name, or the column itself.
fn blamed(draft: &Draft, table: &Table, by: &str) -> Vec<String> {
    let symbol = &table.name.name;
    let is = |member: &str| draft.name(&format!("{symbol}.{member}")) == by;
    let in_text = |text: &str| -> Vec<String> {
        table
            .columns
            .iter()
            .filter(|c| text.contains(&format!("⟦{symbol}.{}⟧", c.name)))
            .map(|c| c.name.clone())
            .collect()
    };
    if let Some(column) = table.columns.iter().find(|c| is(&c.name)) {
        return vec![column.name.clone()];
    }
    if let Some(index) = table.indexes.iter().find(|i| is(&i.name)) {
        return index_columns(table, index, in_text);
    }
    match table.constraints.iter().find(|c| is(&c.name)).map(|c| &c.kind) {
        Some(
            ConstraintKind::Primary { columns, .. }
            | ConstraintKind::Unique { columns, .. }
            | ConstraintKind::Foreign { columns, .. },
        ) => columns.clone(),
        Some(ConstraintKind::Check { expression, .. }) => in_text(expression),
        Some(ConstraintKind::Exclude { definition } | ConstraintKind::Other { definition }) => in_text(definition),
        None => vec![],
    }
}

fn index_columns(table: &Table, index: &Index, in_text: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let mut columns: Vec<String> = index
        .parts
        .iter()
        .flat_map(|p| if p.is_expression { in_text(&p.column) } else { vec![p.column.clone()] })
        .chain(index.filter.iter().flat_map(|f| in_text(f)))
        .filter(|c| table.column(c).is_some())
        .collect();
    columns.dedup();
    columns
}

fn attempt(draft: &Draft, before: &[Row], row: &Row, found: &Witnesses, oracle: &mut Oracle) -> Answer {
    let mut rows: Vec<Row> = before.to_vec();
    for parent in found.parents(draft, row) {
        if !rows.contains(&parent) {
            rows.push(parent);
        }
    }
    rows.push(row.clone());
    let statements: Vec<String> = rows.iter().map(|r| r.insert(draft)).collect();
    oracle(&statements)
}
