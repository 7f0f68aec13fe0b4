//! Keeps limits on how many rows share a value: rows over the limit leave its filter. What other rules tie
//! to the filter's columns moves with them, so that a row leaves whole and no rule undoes another.
use super::{
    FillError, repair,
    work::{Ask, Question, Work},
};
use std::collections::HashMap;
use tw_model::sample::{SampleLimit, Values};

/// Times the rows are counted at most.
const ROUNDS: usize = 12;
/// Rounds without fewer rows over the limit before we give up.
const PATIENCE: usize = 3;

/// Keeps at most so many rows per group: rows over the limit exchange what the filter is about with rows
/// outside it, or take another row's. True when anything had to change.
pub fn keep(work: &mut Work, rule: &SampleLimit, ask: &mut Ask) -> Result<bool, FillError> {
    let per = work.columns(&rule.per)?;
    let mut changed = false;
    let (mut fewest, mut idle) = (usize::MAX, 0);
    for _ in 0..ROUNDS {
        let counted = counted(work, rule, ask)?;
        let mut counts: HashMap<String, u32> = HashMap::new();
        let mut over = vec![];
        for (row, _) in counted.iter().enumerate().filter(|(_, counted)| **counted) {
            let Some(key) = work.tuple(&per, row) else {
                continue;
            };
            let count = counts.entry(key).or_insert(0);
            *count += 1;
            if *count > rule.limit {
                over.push(row);
            }
        }
        if over.is_empty() {
            return Ok(changed);
        }
        idle = if over.len() < fewest { 0 } else { idle + 1 };
        fewest = fewest.min(over.len());
        if idle == PATIENCE {
            break;
        }
        changed = true;
        thin(work, rule, &per, &counted, &mut counts, over)?;
    }
    Err(FillError::Unsatisfied {
        table: work.plan.name.clone(),
        subject: rule.subject.clone(),
        rule: rule.filter.clone().unwrap_or_default(),
        rows: fewest as u64,
    })
}

/// The rows that the filter holds for, marked.
fn counted(work: &Work, rule: &SampleLimit, ask: &mut Ask) -> Result<Vec<bool>, FillError> {
    let Some(filter) = &rule.filter else {
        return Ok(vec![true; work.rows]);
    };
    let question = Question { table: work.plan, cells: &work.cells, predicates: vec![(filter, true)] };
    let mut marks = vec![false; work.rows];
    for row in ask(&question)?.concat() {
        marks[row] = true;
    }
    Ok(marks)
}

/// Moves the rows over the limit out of the filter, each in exchange with a row whose group has room.
fn thin(
    work: &mut Work,
    rule: &SampleLimit,
    per: &[usize],
    counted: &[bool],
    counts: &mut HashMap<String, u32>,
    over: Vec<usize>,
) -> Result<(), FillError> {
    let mut dice = work.dice("limit", &rule.subject);
    let marked = work.columns(&rule.columns)?;
    let own: Vec<usize> = marked.iter().copied().filter(|&c| !work.frozen[c] && !per.contains(&c)).collect();
    if own.is_empty() {
        return Err(work.error(
            &rule.per.join(", "),
            format!("more than {} rows share a value, and no column of the filter may change", rule.limit),
        ));
    }
    let moving = tied(work, &own, per)?;
    // Rows outside the filter; those before `next` were asked for an exchange.
    let mut outside: Vec<usize> = (0..work.rows).filter(|&r| !counted[r]).collect();
    dice.shuffle(&mut outside);
    let mut next = 0;
    for row in over {
        if let Some(key) = work.tuple(per, row) {
            counts.entry(key).and_modify(|n| *n -= 1);
        }
        let has_room =
            |p: usize| work.tuple(per, p).is_none_or(|key| counts.get(&key).copied().unwrap_or(0) < rule.limit);
        while next < outside.len() && !has_room(outside[next]) {
            next += 1;
        }
        if let Some(slot) = outside.get_mut(next) {
            let partner = std::mem::replace(slot, row);
            next += 1;
            repair::swap(work, &moving, row, partner);
            if let Some(key) = work.tuple(per, partner) {
                *counts.entry(key).or_insert(0) += 1;
            }
        } else if let Some(&from) = outside.get(dice.index(outside.len())) {
            // Every group is full: the row takes after some row outside the filter.
            for &c in &moving {
                if own.contains(&c) || !work.plan.uniques.iter().any(|set| set.contains(&work.plan.columns[c].name)) {
                    work.cells[c][row] = work.cells[c][from].clone();
                }
            }
        } else {
            for &c in &own {
                let absent = work.plan.columns[c].null_share > 0.0 && dice.below(2) == 0;
                work.cells[c][row] = if absent { None } else { work.fresh(c, row, &mut dice)? };
            }
        }
    }
    Ok(())
}

/// These columns and those that a predicate of the row, or an order of instants, ties to them, as far as
/// they may change.
fn tied(work: &Work, own: &[usize], per: &[usize]) -> Result<Vec<usize>, FillError> {
    let mut ties: Vec<Vec<usize>> = vec![];
    for check in &work.plan.checks {
        ties.push(work.columns(&check.columns)?);
    }
    for (at, column) in work.plan.columns.iter().enumerate() {
        if let Values::After { column: base, .. } = &column.values {
            ties.push(vec![at, work.column(base)?]);
        }
    }
    let movable = |c: usize| {
        !work.frozen[c]
            && !per.contains(&c)
            && !matches!(
                work.plan.columns[c].values,
                Values::Serial | Values::CountWithin { .. } | Values::Reference { .. } | Values::Computed { .. }
            )
    };
    let mut found = own.to_vec();
    let mut at = 0;
    while at < found.len() {
        for tie in ties.iter().filter(|tie| tie.contains(&found[at])).cloned().collect::<Vec<_>>() {
            for c in tie {
                if movable(c) && !found.contains(&c) {
                    found.push(c);
                }
            }
        }
        at += 1;
    }
    Ok(found)
}
