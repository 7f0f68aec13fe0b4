//! Makes rows keep the rules that span rows: ranges that do not overlap, values that are unique, limits
//! on how many rows share a value. Shares survive where they can: values change places before any is
//! made anew.
use super::{
    FillError,
    calendar::{DAY_US, PRESENT_US, SECOND_US},
    types::Ty,
    value,
    work::{Ask, Question, Work},
};
use std::collections::{BTreeMap, HashMap};
use tw_model::sample::{SampleLimit, SampleOverlap, Values};

/// Exchanges tried before a value is made anew.
const EXCHANGES: usize = 40;
/// Fresh values tried before the n-th of a series is taken.
const FRESH: usize = 16;

/// Gives the rows of each group one range after another.
pub fn spread(work: &mut Work, rule: &SampleOverlap) -> Result<(), FillError> {
    let equal = work.columns(&rule.equal)?;
    let during = work.columns(&rule.during)?;
    let mut dice = work.dice("overlap", &rule.during.join(","));
    let mut groups: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for row in 0..work.rows {
        // A null in the key never conflicts, but spreading such rows too harms nothing.
        let key = equal
            .iter()
            .map(|&c| work.cells[c][row].clone().unwrap_or_default())
            .collect();
        groups.entry(key).or_default().push(row);
    }
    let Some(&first) = during.first() else {
        return Ok(());
    };
    let ty = match &work.types[first] {
        Ty::Range(of) => (**of).clone(),
        other => other.clone(),
    };
    // (start of the first slot, longest slot, smallest step), on the type's scale.
    let (start, longest, step) = match ty {
        Ty::Date => (PRESENT_US - 730 * DAY_US, 30 * DAY_US, DAY_US),
        Ty::Timestamp { .. } => (PRESENT_US - 365 * DAY_US, 2 * DAY_US, 900 * SECOND_US),
        Ty::Time { .. } => (0, 3600 * SECOND_US, 60 * SECOND_US),
        _ => (1, 1000, 1),
    };
    let window = match ty {
        Ty::Time { .. } => DAY_US,
        Ty::Date | Ty::Timestamp { .. } => 730 * DAY_US,
        _ => i64::from(i32::MAX),
    };
    for rows in groups.into_values() {
        let slots = rows.len() as i64;
        let slot = (window / slots / step).min(longest / step);
        if slot < 2 {
            return Err(work.error(
                &rule.during[0],
                format!("{slots} ranges without overlap do not fit in the sample's time"),
            ));
        }
        for (n, &row) in rows.iter().enumerate() {
            let opening = dice.between(0, slot / 3);
            let length = dice.between(1, (slot - opening - 1).max(1));
            let from = start + (n as i64 * slot + opening) * step;
            let (from, to) = (value::at(&ty, from), value::at(&ty, from + length * step));
            match during.as_slice() {
                [range] => set(work, *range, row, format!("[{from},{to})")),
                [low, high, ..] => {
                    set(work, *low, row, from);
                    // An open end is only safe on the last range of its group.
                    if n + 1 < rows.len() || work.cells[*high][row].is_some() {
                        work.cells[*high][row] = Some(to);
                    }
                }
                [] => {}
            }
        }
    }
    for column in during {
        work.frozen[column] = true;
    }
    Ok(())
}

fn set(work: &mut Work, column: usize, row: usize, value: String) {
    if work.cells[column][row].is_some() {
        work.cells[column][row] = Some(value);
    }
}

/// Makes the values of these columns unique together. True when anything had to change.
pub fn distinguish(work: &mut Work, names: &[String]) -> Result<bool, FillError> {
    let set = work.columns(names)?;
    let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
    let mut repeated = vec![];
    for row in 0..work.rows {
        if let Some(key) = work.tuple(&set, row)
            && *seen.entry(key).or_insert(row) != row
        {
            repeated.push(row);
        }
    }
    if repeated.is_empty() {
        return Ok(false);
    }
    let Some(&column) = set
        .iter()
        .rev()
        .filter(|&&c| free_to_change(work, c))
        .max_by_key(|&&c| {
            matches!(
                work.plan.columns[c].values,
                Values::Any | Values::Pattern { .. }
            )
        })
    else {
        return Err(work.error(
            &names.join(", "),
            format!(
                "{} rows repeat a value that must be unique, and no column of it may change",
                repeated.len()
            ),
        ));
    };
    let mut dice = work.dice("unique", &names.join(","));
    let mut series = 0;
    for row in repeated {
        if exchange(work, &set, column, row, &mut seen, &mut dice)
            || redraw(work, &set, column, row, &mut seen, &mut dice, &mut series)?
        {
            continue;
        }
        return Err(work.error(
            &names.join(", "),
            format!("there are not {} different values", work.rows),
        ));
    }
    Ok(true)
}

/// True when a new value harms nothing: no other column of the row hangs on it, or on one that moves
/// with it.
fn free_to_change(work: &Work, column: usize) -> bool {
    let moving = work.companions(column);
    let moves = |name: &String| moving.iter().any(|&c| work.plan.columns[c].name == *name);
    !matches!(
        work.plan.columns[column].values,
        Values::Serial
            | Values::CountWithin { .. }
            | Values::Constant { .. }
            | Values::Computed { .. }
    ) && moving.iter().all(|&c| !work.frozen[c])
        && !work
            .plan
            .columns
            .iter()
            .enumerate()
            .any(|(i, c)| match &c.values {
                _ if moving.contains(&i) => false,
                Values::Reference { to, .. } => to.matching.iter().any(|(mine, _)| moves(mine)),
                Values::CountWithin { columns } => columns.iter().any(moves),
                _ => false,
            })
}

/// Exchanges the column (with its companions) between this row and another, so that both are unique.
fn exchange(
    work: &mut Work,
    set: &[usize],
    column: usize,
    row: usize,
    seen: &mut HashMap<Vec<String>, usize>,
    dice: &mut super::dice::Dice,
) -> bool {
    if set.len() < 2 {
        return false;
    }
    let moving = work.companions(column);
    let agreeing = matching_columns(work, column);
    for _ in 0..EXCHANGES {
        let other = dice.index(work.rows);
        let Some(theirs) = work.tuple(set, other) else {
            continue;
        };
        let same_group = agreeing
            .iter()
            .all(|&c| work.cells[c][row] == work.cells[c][other]);
        if other == row || !same_group || seen.get(&theirs) != Some(&other) {
            continue;
        }
        swap(work, &moving, row, other);
        let (Some(new_mine), Some(new_theirs)) = (work.tuple(set, row), work.tuple(set, other))
        else {
            swap(work, &moving, row, other);
            continue;
        };
        if new_mine != new_theirs
            && !seen.contains_key(&new_mine)
            && !seen.contains_key(&new_theirs)
        {
            seen.remove(&theirs);
            seen.insert(new_mine, row);
            seen.insert(new_theirs, other);
            return true;
        }
        swap(work, &moving, row, other);
    }
    false
}

/// Gives the column (with its companions) another value: fresh ones, then those of other rows, then the
/// n-th of a series.
fn redraw(
    work: &mut Work,
    set: &[usize],
    column: usize,
    row: usize,
    seen: &mut HashMap<Vec<String>, usize>,
    dice: &mut super::dice::Dice,
    series: &mut u64,
) -> Result<bool, FillError> {
    let moving = work.companions(column);
    let before: Vec<_> = moving.iter().map(|&c| work.cells[c][row].clone()).collect();
    if matches!(
        work.plan.columns[column].values,
        Values::Reference { .. } | Values::Choice { .. }
    ) {
        let agreeing = matching_columns(work, column);
        let start = dice.index(work.rows);
        for other in (0..work.rows).map(|i| (start + i) % work.rows) {
            if agreeing
                .iter()
                .any(|&c| work.cells[c][row] != work.cells[c][other])
                || work.cells[column][other].is_none()
            {
                continue;
            }
            for &c in &moving {
                work.cells[c][row] = work.cells[c][other].clone();
            }
            if claim(work, set, row, seen) {
                return Ok(true);
            }
        }
    } else {
        for _ in 0..FRESH {
            work.cells[column][row] = work.fresh(column, row, dice)?;
            if claim(work, set, row, seen) {
                return Ok(true);
            }
        }
        let bounded = matches!(
            work.plan.columns[column].values,
            Values::Number { .. }
                | Values::Instant { .. }
                | Values::Pattern { .. }
                | Values::After { .. }
        );
        while !bounded && let Some(next) = value::nth(&work.types[column], *series) {
            *series += 1;
            work.cells[column][row] = Some(next);
            if claim(work, set, row, seen) {
                return Ok(true);
            }
        }
        for _ in 0..FRESH * 64 {
            work.cells[column][row] = work.fresh(column, row, dice)?;
            if claim(work, set, row, seen) {
                return Ok(true);
            }
        }
    }
    for (&c, cell) in moving.iter().zip(before) {
        work.cells[c][row] = cell;
    }
    Ok(false)
}

fn claim(work: &Work, set: &[usize], row: usize, seen: &mut HashMap<Vec<String>, usize>) -> bool {
    match work.tuple(set, row) {
        Some(key) if !seen.contains_key(&key) => {
            seen.insert(key, row);
            true
        }
        Some(_) => false,
        None => true,
    }
}

/// Columns of this table that rows must share to exchange a reference: those it must match.
fn matching_columns(work: &Work, column: usize) -> Vec<usize> {
    match &work.plan.columns[column].values {
        Values::Reference { to, .. } => to
            .matching
            .iter()
            .filter_map(|(mine, _)| work.column(mine).ok())
            .collect(),
        _ => vec![],
    }
}

fn swap(work: &mut Work, columns: &[usize], a: usize, b: usize) {
    for &c in columns {
        work.cells[c].swap(a, b);
    }
}

/// Keeps at most so many rows per group: rows over the limit exchange a filtered column with rows
/// outside the filter, or take another value of it. True when anything had to change.
pub fn limit(work: &mut Work, rule: &SampleLimit, ask: &mut Ask) -> Result<bool, FillError> {
    let per = work.columns(&rule.per)?;
    let mut changed = false;
    for _ in 0..12 {
        let counted: Vec<bool> = match &rule.filter {
            None => vec![true; work.rows],
            Some(filter) => {
                let question = Question {
                    table: work.plan,
                    cells: &work.cells,
                    predicates: vec![(filter, true)],
                };
                let mut marks = vec![false; work.rows];
                for row in ask(&question)?.concat() {
                    marks[row] = true;
                }
                marks
            }
        };
        let mut counts: HashMap<Vec<String>, u32> = HashMap::new();
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
        changed = true;
        thin(work, rule, &per, &counted, &mut counts, over)?;
    }
    Err(FillError::Unsatisfied {
        table: work.plan.name.clone(),
        subject: rule.subject.clone(),
        rule: rule.filter.clone().unwrap_or_default(),
        rows: work.rows as u64,
    })
}

/// Moves the rows over the limit out of the filter, each in exchange with a row whose group has room.
fn thin(
    work: &mut Work,
    rule: &SampleLimit,
    per: &[usize],
    counted: &[bool],
    counts: &mut HashMap<Vec<String>, u32>,
    over: Vec<usize>,
) -> Result<(), FillError> {
    let mut dice = work.dice("limit", &rule.subject);
    let marked = work.columns(&rule.columns)?;
    let moving: Vec<usize> = marked
        .iter()
        .copied()
        .filter(|&c| !work.frozen[c] && !per.contains(&c))
        .collect();
    let mut partners: Vec<usize> = (0..work.rows).filter(|&r| !counted[r]).collect();
    dice.shuffle(&mut partners);
    let mut partners = partners.into_iter();
    for row in over {
        if moving.is_empty() {
            return Err(work.error(
                &rule.per.join(", "),
                format!(
                    "more than {} rows share a value, and no column of the filter may change",
                    rule.limit
                ),
            ));
        }
        if let Some(key) = work.tuple(per, row) {
            counts.entry(key).and_modify(|n| *n -= 1);
        }
        let partner = partners.find(|&p| {
            work.tuple(per, p)
                .is_none_or(|key| counts.get(&key).copied().unwrap_or(0) < rule.limit)
        });
        if let Some(partner) = partner {
            swap(work, &moving, row, partner);
            if let Some(key) = work.tuple(per, partner) {
                *counts.entry(key).or_insert(0) += 1;
            }
            continue;
        }
        // Every group is full: the row takes the values of some row outside the filter.
        let outside: Vec<usize> = (0..work.rows).filter(|&r| !counted[r]).collect();
        for &c in &moving {
            work.cells[c][row] = match outside.get(dice.index(outside.len())) {
                Some(&from) if !outside.is_empty() => work.cells[c][from].clone(),
                _ => work.fresh(c, row, &mut dice)?,
            };
        }
    }
    Ok(())
}
