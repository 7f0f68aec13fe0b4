//! Makes rows keep the rules that span rows: ranges that do not overlap, values that are unique. Shares
//! survive where they can: values change places before any is made anew.
use super::{
    FillError,
    calendar::{DAY_US, PRESENT_US, SECOND_US},
    types::Ty,
    value,
    work::{Cell, Work},
};
use std::collections::{BTreeSet, HashMap, HashSet};
use tw_model::sample::{SampleOverlap, Values};

/// Exchanges tried before a value is made anew.
const EXCHANGES: usize = 40;
/// Fresh values tried before the n-th of a series is taken.
const FRESH: usize = 16;
/// Values tried in all to make one set unique: so many for each row of the table, and so many more.
const TRIES: (u64, u64) = (1_000, 1_000_000);

/// Gives rows ranges of which no two overlap in any group of any of these rules, which are about the same
/// range columns. Time is cut into slots; every row takes one that none of its groups has taken yet. What is last in all its
/// groups goes on: a range of dates or instants has no end there, unless a check asks for one.
pub fn spread(work: &mut Work, rules: &[&SampleOverlap]) -> Result<(), FillError> {
    let Some(rule) = rules.first() else { return Ok(()) };
    let during = work.columns(&rule.during)?;
    let Some(&first) = during.first() else { return Ok(()) };
    let mut dice = work.dice("overlap", &rule.during.join(","));
    // The groups of each row, one a rule: places in `taken`.
    let mut groups: Vec<Vec<usize>> = vec![vec![]; work.rows];
    let mut taken: Vec<HashSet<usize>> = vec![];
    let mut slots = 0;
    for rule in rules {
        let equal = work.columns(&rule.equal)?;
        let mut places: HashMap<Vec<Cell>, (usize, usize)> = HashMap::new();
        for (row, mine) in groups.iter_mut().enumerate() {
            // A null in the key never conflicts, but spreading such rows too harms nothing.
            let key = equal.iter().map(|&c| work.cells[c][row].clone()).collect();
            let place = places.entry(key).or_insert_with(|| {
                taken.push(HashSet::new());
                (taken.len() - 1, 0)
            });
            place.1 += 1;
            mine.push(place.0);
        }
        // As many slots as the largest groups have rows together: a row always finds a free one.
        slots += places.values().map(|(_, rows)| *rows).max().unwrap_or(0);
        for column in equal {
            work.frozen[column] = true;
        }
    }
    // What goes on has no end yet. A check other than that the range is not empty may ask for an end.
    let not_empty = |predicate: &str| {
        let inside = predicate.trim().to_ascii_lowercase();
        inside.strip_prefix("not isempty(").is_some_and(|rest| rest.find(')') == Some(rest.len() - 1))
    };
    let asks = |name: &String| work.plan.checks.iter().any(|c| c.columns.contains(name) && !not_empty(&c.predicate));
    let may_go_on = during.len() == 1 && !rule.during.iter().any(asks);
    let mut slot_of = vec![0; work.rows];
    for (row, mine) in groups.iter().enumerate() {
        let start = dice.index(slots);
        let free = (0..slots).map(|i| (start + i) % slots).find(|slot| mine.iter().all(|&g| !taken[g].contains(slot)));
        slot_of[row] = free.unwrap_or(start);
        for &group in mine {
            taken[group].insert(slot_of[row]);
        }
    }
    let ty = match &work.types[first] {
        Ty::Range(of) => (**of).clone(),
        other => other.clone(),
    };
    // (window, longest range, smallest step), on the type's scale.
    let (window, longest, step) = match ty {
        Ty::Date => (730 * DAY_US, 30 * DAY_US, DAY_US),
        Ty::Timestamp { .. } => (730 * DAY_US, 2 * DAY_US, 900 * SECOND_US),
        Ty::Time { .. } => (DAY_US, 3600 * SECOND_US, 60 * SECOND_US),
        _ => (1_000_000, 1000, 1),
    };
    let width = (window / step / slots.max(1) as i64).max(3);
    // Slots that do not fit in the window reach further back.
    let start = match ty {
        Ty::Date | Ty::Timestamp { .. } => PRESENT_US - width * step * slots as i64,
        Ty::Time { .. } if width * step * slots as i64 > DAY_US => {
            return Err(work.error(&rule.during[0], format!("{slots} times without overlap do not fit in a day")));
        }
        Ty::Time { .. } => 0,
        _ => 1,
    };
    let lasts: Vec<Option<usize>> = taken.iter().map(|slots| slots.iter().max().copied()).collect();
    let in_time = matches!(ty, Ty::Date | Ty::Timestamp { .. });
    for row in 0..work.rows {
        let opening = dice.between(0, width / 3);
        let length = dice.between(1, (width - opening - 1).clamp(1, longest / step));
        let from = start + (slot_of[row] as i64 * width + opening) * step;
        let (from, to) = (value::at(&ty, from), value::at(&ty, from + length * step));
        // An open end is only safe on the last range of its groups.
        let last = groups[row].iter().all(|&g| lasts[g] == Some(slot_of[row]));
        match during.as_slice() {
            [range] if last && may_go_on && in_time => set(work, *range, row, format!("[{from},)")),
            [range] => set(work, *range, row, format!("[{from},{to})")),
            [low, high, ..] => {
                set(work, *low, row, from);
                if !last || work.cells[*high][row].is_some() {
                    work.cells[*high][row] = Some(to);
                }
            }
            [] => {}
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
    let mut seen: HashMap<String, usize> = HashMap::new();
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
    let Some(&column) =
        set.iter().rev().filter(|&&c| free_to_change(work, c)).max_by_key(|&&c| match &work.plan.columns[c].values {
            Values::Any | Values::Pattern { .. } => 2,
            // It may not be taken by others than it is.
            Values::Reference { reference, .. } if !work.pools.contains_key(reference) => 0,
            _ => 1,
        })
    else {
        return Err(work.error(
            &names.join(", "),
            format!("{} rows repeat a value that must be unique, and no column of it may change", repeated.len()),
        ));
    };
    let mut dice = work.dice("unique", &names.join(","));
    let mut redraws = Redraws { series: 0, left: TRIES.0 * work.rows as u64 + TRIES.1 };
    let mut combinations = None;
    for row in repeated {
        if exchange(work, &set, column, row, &mut seen, &mut dice)
            || redraw(work, &set, column, row, &mut seen, &mut dice, &mut redraws)?
            || recombine(work, &set, row, &mut seen, combinations.get_or_insert_with(|| Combinations::of(work, &set)))
        {
            continue;
        }
        return Err(work.error(&names.join(", "), format!("there are not {} different values", work.rows)));
    }
    Ok(true)
}

/// How far the values made anew for one set have come.
struct Redraws {
    /// Place in the series of the column's type.
    series: u64,
    /// Values that may still be tried.
    left: u64,
}

impl Redraws {
    /// Counts one value tried; false when none is left.
    fn one(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }
}

/// True when a new value harms nothing: no other column of the row hangs on it, or on one that moves
/// with it.
pub fn free_to_change(work: &Work, column: usize) -> bool {
    let moving = work.companions(column);
    let moves = |name: &String| moving.iter().any(|&c| work.plan.columns[c].name == *name);
    !matches!(
        work.plan.columns[column].values,
        Values::Serial | Values::CountWithin { .. } | Values::Constant { .. } | Values::Computed { .. }
    ) && moving.iter().all(|&c| !work.frozen[c])
        && !work.plan.columns.iter().enumerate().any(|(i, c)| match &c.values {
            _ if moving.contains(&i) => false,
            Values::Reference { to, .. } => to.matching.iter().any(|(mine, _)| moves(mine)),
            Values::CountWithin { columns, .. } => columns.iter().any(moves),
            _ => false,
        })
}

/// Exchanges the column (with its companions) between this row and another, so that both are unique.
fn exchange(
    work: &mut Work,
    set: &[usize],
    column: usize,
    row: usize,
    seen: &mut HashMap<String, usize>,
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
        let same_group = agreeing.iter().all(|&c| work.cells[c][row] == work.cells[c][other]);
        if other == row || !same_group || seen.get(&theirs) != Some(&other) {
            continue;
        }
        swap(work, &moving, row, other);
        let (Some(new_mine), Some(new_theirs)) = (work.tuple(set, row), work.tuple(set, other)) else {
            swap(work, &moving, row, other);
            continue;
        };
        if new_mine != new_theirs && !seen.contains_key(&new_mine) && !seen.contains_key(&new_theirs) {
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
    seen: &mut HashMap<String, usize>,
    dice: &mut super::dice::Dice,
    redraws: &mut Redraws,
) -> Result<bool, FillError> {
    let moving = work.companions(column);
    let before: Vec<_> = moving.iter().map(|&c| work.cells[c][row].clone()).collect();
    if let Values::Reference { reference, .. } = &work.plan.columns[column].values {
        if retake(work, set, reference, row, seen, dice, redraws) {
            return Ok(true);
        }
    } else if matches!(work.plan.columns[column].values, Values::Choice { .. }) {
        let start = dice.index(work.rows);
        for other in (0..work.rows).map(|i| (start + i) % work.rows) {
            if !redraws.one() {
                break;
            }
            if work.cells[column][other].is_some() {
                work.cells[column][row] = work.cells[column][other].clone();
                if claim(work, set, row, seen) {
                    return Ok(true);
                }
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
            Values::Number { .. } | Values::Instant { .. } | Values::Pattern { .. } | Values::After { .. }
        );
        while !bounded && let Some(next) = value::nth(&work.types[column], redraws.series) {
            redraws.series += 1;
            work.cells[column][row] = Some(next);
            if claim(work, set, row, seen) {
                return Ok(true);
            }
        }
        for _ in 0..FRESH * 64 {
            if !redraws.one() {
                break;
            }
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

/// Takes another row of the referenced table, where the reference leaves the choice.
fn retake(
    work: &mut Work,
    set: &[usize],
    reference: &str,
    row: usize,
    seen: &mut HashMap<String, usize>,
    dice: &mut super::dice::Dice,
    redraws: &mut Redraws,
) -> bool {
    let Some(pool) = work.pools.remove(reference) else {
        return false;
    };
    let rows = pool.cells.first().map_or(0, Vec::len);
    let start = dice.index(rows);
    let found = (0..rows).map(|i| (start + i) % rows).take_while(|_| redraws.one()).any(|other| {
        let agrees = pool.agrees(work, row, other);
        if agrees {
            pool.take(work, row, other);
        }
        agrees && claim(work, set, row, seen)
    });
    work.pools.insert(reference.to_string(), pool);
    found
}

/// The combinations of a reference and the values of another column, gone through in turn by all rows of a table: where
/// nearly all are taken, drawing does not find the rest.
struct Combinations {
    /// The reference, the other column and its values; none where the set has no such two columns.
    of: Option<(String, usize, Vec<Cell>)>,
    /// The next one.
    next: usize,
}

impl Combinations {
    fn of(work: &Work, set: &[usize]) -> Combinations {
        let free = |c: &&usize| free_to_change(work, **c);
        let reference = set.iter().filter(free).find_map(|&c| match &work.plan.columns[c].values {
            Values::Reference { reference, .. } => Some(reference.clone()),
            _ => None,
        });
        let alone = |c: &&usize| !matches!(work.plan.columns[**c].values, Values::Reference { .. });
        let other = set.iter().filter(free).find(alone);
        let of = reference.zip(other).map(|(reference, &other)| {
            let values: BTreeSet<&Cell> = work.cells[other].iter().filter(|c| c.is_some()).collect();
            (reference, other, values.into_iter().cloned().collect())
        });
        Combinations { of, next: 0 }
    }
}

/// Takes the next combination that no row has.
fn recombine(
    work: &mut Work,
    set: &[usize],
    row: usize,
    seen: &mut HashMap<String, usize>,
    combinations: &mut Combinations,
) -> bool {
    let Some((reference, other, values)) = &combinations.of else { return false };
    let Some(pool) = work.pools.remove(reference) else { return false };
    let before: Vec<Cell> = pool.columns.iter().chain([other]).map(|&c| work.cells[c][row].clone()).collect();
    let all = pool.cells.first().map_or(0, Vec::len) * values.len();
    let mut found = false;
    for _ in 0..all {
        let (referred, value) = (combinations.next / values.len(), combinations.next % values.len());
        combinations.next = (combinations.next + 1) % all;
        if pool.agrees(work, row, referred) {
            pool.take(work, row, referred);
            work.cells[*other][row] = values[value].clone();
            found = claim(work, set, row, seen);
        }
        if found {
            break;
        }
    }
    if !found {
        for (&c, cell) in pool.columns.iter().chain([other]).zip(before) {
            work.cells[c][row] = cell;
        }
    }
    work.pools.insert(reference.clone(), pool);
    found
}

fn claim(work: &Work, set: &[usize], row: usize, seen: &mut HashMap<String, usize>) -> bool {
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
        Values::Reference { to, .. } => to.matching.iter().filter_map(|(mine, _)| work.column(mine).ok()).collect(),
        _ => vec![],
    }
}

/// Exchanges the values of these columns between two rows.
pub fn swap(work: &mut Work, columns: &[usize], a: usize, b: usize) {
    for &c in columns {
        work.cells[c].swap(a, b);
    }
}
