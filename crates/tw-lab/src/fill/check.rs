//! Makes rows keep their predicates: a server tells which rows fail, those get other values, a bounded
//! number of rounds.
use super::{
    FillError,
    dice::Dice,
    generate, repair, value,
    work::{Ask, Cell, Question, Work},
};
use std::collections::HashMap;
use tw_model::sample::Values;

/// Candidates made for each failing row, round by round.
const ROUNDS: [usize; 7] = [8, 16, 32, 64, 64, 128, 256];
/// The round from which lists with shares may change.
const LISTS_GIVE_WAY: usize = 4;
/// The round from which a row may come under a limit that did not count it.
const LIMITS_GIVE_WAY: usize = 2;
/// Candidate rows in all: so many for each row of the table, and so many more.
const WORK: (usize, usize) = (24, 400_000);
/// Candidate rows sent to the server in one round at most.
const CANDIDATES: usize = 20_000;

/// Replaces values until every predicate holds. True when anything had to change.
pub fn keep(work: &mut Work, ask: &mut Ask) -> Result<bool, FillError> {
    let checks = &work.plan.checks;
    if checks.is_empty() || work.rows == 0 {
        return Ok(false);
    }
    let mut dice = work.dice("check", "");
    let takers = takers(work);
    let mut changed = false;
    let mut left = WORK.0.saturating_mul(work.rows).saturating_add(WORK.1);
    for (round, &candidates) in ROUNDS.iter().enumerate() {
        let state = state(work, ask)?;
        let mut rows: Vec<usize> = state.failing.concat();
        rows.sort_unstable();
        rows.dedup();
        if rows.is_empty() {
            return Ok(changed);
        }
        changed = true;
        for some in rows.chunks((CANDIDATES / candidates).max(1)) {
            let cost = some.len() * candidates;
            if cost > left {
                break;
            }
            left -= cost;
            // Where none of many could be helped, the others wait for the next round too.
            if replace(work, some, &state, &takers, round, &mut dice, ask)? == 0 {
                break;
            }
        }
    }
    let failing = state(work, ask)?.failing;
    let Some(at) = failing.iter().position(|rows| !rows.is_empty()) else {
        return Ok(changed);
    };
    // A limit on the same columns may be what leaves no room.
    let check = &checks[at];
    if work.plan.at_most.iter().any(|l| l.columns.iter().any(|c| check.columns.contains(c))) {
        return Err(generate::undo(work, &check.subject, &check.columns, &check.columns));
    }
    Err(FillError::Unsatisfied {
        table: work.plan.name.clone(),
        subject: check.subject.clone(),
        rule: check.predicate.clone(),
        rows: failing[at].len() as u64,
    })
}

/// Where the rows stand.
struct State {
    /// Rows that fail, by predicate.
    failing: Vec<Vec<usize>>,
    /// Rows that the filter of a limit holds for, by limit.
    counted: Vec<Vec<usize>>,
}

fn state(work: &Work, ask: &mut Ask) -> Result<State, FillError> {
    judge(work, &work.cells, ask)
}

fn judge(work: &Work, cells: &[Vec<Cell>], ask: &mut Ask) -> Result<State, FillError> {
    let checks = work.plan.checks.iter().map(|c| (c.predicate.as_str(), false));
    let filters = work.plan.at_most.iter().filter_map(|l| Some((l.filter.as_deref()?, true)));
    let question = Question { table: work.plan, cells, predicates: checks.chain(filters).collect() };
    let mut failing = ask(&question)?;
    let counted = failing.split_off(work.plan.checks.len().min(failing.len()));
    Ok(State { failing, counted })
}

/// The rows each reference that predicates name may take instead, by what they must agree with.
type Takers = HashMap<String, HashMap<Vec<Cell>, Vec<usize>>>;

fn takers(work: &Work) -> Takers {
    let named = |c: &usize| work.plan.checks.iter().any(|k| k.columns.contains(&work.plan.columns[*c].name));
    let mut takers = Takers::new();
    for (name, pool) in work.pools.iter().filter(|(_, pool)| pool.columns.iter().any(named)) {
        let mut groups: HashMap<Vec<Cell>, Vec<usize>> = HashMap::new();
        for row in 0..pool.cells.first().map_or(0, Vec::len) {
            groups.entry(pool.theirs.iter().map(|cells| cells[row].clone()).collect()).or_default().push(row);
        }
        takers.insert(name.clone(), groups);
    }
    takers
}

/// Puts the first candidate that keeps every predicate in the place of each failing row: one that no limit
/// counts unless it counted the row before, and in late rounds any. Gives the rows replaced.
fn replace(
    work: &mut Work,
    rows: &[usize],
    state: &State,
    takers: &Takers,
    round: usize,
    dice: &mut Dice,
    ask: &mut Ask,
) -> Result<usize, FillError> {
    let candidates = ROUNDS[round];
    let mut cells: Vec<Vec<Cell>> = vec![vec![]; work.plan.columns.len()];
    for &row in rows {
        let columns = changeable(work, row, &state.failing, round)?;
        for _ in 0..candidates {
            for (c, made) in cells.iter_mut().enumerate() {
                made.push(work.cells[c][row].clone());
            }
            let only = dice.index(columns.len().max(1));
            for (n, &(c, check)) in columns.iter().enumerate() {
                // Change one column at least, each other one half of the time.
                if n == only || dice.below(2) == 0 {
                    if let Values::Reference { reference, .. } = &work.plan.columns[c].values {
                        retake(work, reference, row, takers, &mut cells, dice);
                        continue;
                    }
                    let cell = candidate(work, c, row, check, dice)?;
                    if let Some(last) = cells[c].last_mut() {
                        *last = cell;
                    }
                }
            }
            follow(work, row, &mut cells);
        }
    }
    let judged = judge(work, &cells, ask)?;
    let made = rows.len() * candidates;
    let (mut keeps, mut counts) = (vec![true; made], vec![false; made]);
    for at in judged.failing.concat() {
        keeps[at] = false;
    }
    let limits = work.plan.at_most.iter().filter(|l| l.filter.is_some());
    for ((limit, counted), before) in limits.zip(&judged.counted).zip(&state.counted) {
        let per = work.columns(&limit.per)?;
        for &at in counted {
            let row = rows[at / candidates];
            let moved = per.iter().any(|&c| cells[c][at] != work.cells[c][row]);
            counts[at] |= moved || before.binary_search(&row).is_err();
        }
    }
    let mut replaced = 0;
    for (n, &row) in rows.iter().enumerate() {
        let mine = n * candidates..(n + 1) * candidates;
        let best = mine.clone().find(|&at| keeps[at] && !counts[at]);
        let any = || mine.clone().find(|&at| keeps[at] && round >= LIMITS_GIVE_WAY);
        if let Some(at) = best.or_else(any) {
            replaced += 1;
            for (c, made) in cells.iter().enumerate() {
                work.cells[c][row] = made[at].clone();
            }
        }
    }
    Ok(replaced)
}

/// Takes another row of the referenced table in the candidate made last.
fn retake(work: &Work, reference: &str, row: usize, takers: &Takers, cells: &mut [Vec<Cell>], dice: &mut Dice) {
    let (Some(pool), Some(groups)) = (work.pools.get(reference), takers.get(reference)) else {
        return;
    };
    let key: Vec<Cell> = pool.mine.iter().map(|&c| work.cells[c][row].clone()).collect();
    let Some(agreeing) = groups.get(&key) else {
        return;
    };
    let Some(&other) = agreeing.get(dice.index(agreeing.len())) else {
        return;
    };
    for (&c, values) in pool.columns.iter().zip(&pool.cells) {
        if let Some(last) = cells[c].last_mut() {
            last.clone_from(&values[other]);
        }
    }
}

/// Keeps columns that come after another no earlier than it, in the candidate made last.
fn follow(work: &Work, row: usize, cells: &mut [Vec<Cell>]) {
    for (at, column) in work.plan.columns.iter().enumerate() {
        let Values::After { column: base, .. } = &column.values else {
            continue;
        };
        let Ok(base) = work.column(base) else {
            continue;
        };
        let Some(Some(start)) = cells[base].last().cloned() else {
            continue;
        };
        let late = |text: &String| value::place(&work.types[base], &start) > value::place(&work.types[at], text);
        if let Some(Some(text)) = cells[at].last_mut()
            && work.cells[base][row].as_ref() != Some(&start)
            && late(text)
        {
            text.clone_from(&start);
        }
    }
}

/// Columns that may change in a failing row, each with a predicate that names it. The first round changes
/// what failing predicates name; later ones also what predicates name that share a column with them, for
/// one rule may leave another no room. Lists with shares and references give way last, so that shares stay
/// exact where other columns can.
fn changeable(work: &Work, row: usize, failing: &[Vec<usize>], round: usize) -> Result<Vec<(usize, usize)>, FillError> {
    let checks = &work.plan.checks;
    let mut chosen: Vec<usize> =
        (0..checks.len()).filter(|&check| failing[check].binary_search(&row).is_ok()).collect();
    let mut at = 0;
    while round > 0 && at < chosen.len() {
        let names = &checks[chosen[at]].columns;
        let related = (0..checks.len()).filter(|&c| checks[c].columns.iter().any(|name| names.contains(name)));
        let new: Vec<usize> = related.filter(|c| !chosen.contains(c)).collect();
        chosen.extend(new);
        at += 1;
    }
    let mut columns: Vec<(usize, usize)> = vec![];
    let mut reluctant = vec![];
    for check in chosen {
        for c in work.columns(&checks[check].columns)? {
            let fixed = work.frozen[c] || columns.iter().any(|(seen, _)| *seen == c);
            match &work.plan.columns[c].values {
                _ if fixed => {}
                Values::Reference { reference, .. } => {
                    if work.pools.contains_key(reference) && repair::free_to_change(work, c) {
                        let list = if round < LISTS_GIVE_WAY { &mut reluctant } else { &mut columns };
                        list.push((c, check));
                    }
                }
                Values::Serial | Values::CountWithin { .. } | Values::Constant { .. } | Values::Computed { .. } => {}
                Values::Choice { .. } if round < LISTS_GIVE_WAY => reluctant.push((c, check)),
                _ => columns.push((c, check)),
            }
        }
    }
    if columns.is_empty() {
        columns = reluctant;
    }
    Ok(columns)
}

/// Another value for a cell: fresh, null where it may be, a constant of the predicate, or the value of
/// another column it is compared with.
fn candidate(work: &Work, column: usize, row: usize, check: usize, dice: &mut Dice) -> Result<Cell, FillError> {
    let plan = &work.plan.columns[column];
    let nullable = plan.null_share > 0.0;
    if nullable && dice.below(3) == 0 {
        return Ok(None);
    }
    let check = &work.plan.checks[check];
    let listed = matches!(plan.values, Values::Choice { .. });
    if !listed && dice.below(3) == 0 {
        let others: Vec<String> = check
            .columns
            .iter()
            .filter(|name| **name != plan.name)
            .filter_map(|name| work.column(name).ok())
            .filter(|&c| work.types[c] == work.types[column])
            .filter_map(|c| work.cells[c][row].clone())
            .chain(constants(&check.predicate))
            .collect();
        if !others.is_empty() {
            let near = &others[dice.index(others.len())];
            if let Some(cell) = close_to(work, column, near, dice) {
                return Ok(Some(cell));
            }
        }
    }
    work.fresh(column, row, dice)
}

/// A value of the column's type at or just beside another one.
fn close_to(work: &Work, column: usize, near: &str, dice: &mut Dice) -> Option<String> {
    let ty = &work.types[column];
    let Some(place) = value::place(ty, near) else {
        return super::types::Ty::eq(ty, &super::types::Ty::Text { max: None }).then(|| near.to_string());
    };
    let step = match ty {
        super::types::Ty::Date => super::calendar::DAY_US,
        super::types::Ty::Timestamp { .. } => 60 * super::calendar::SECOND_US,
        super::types::Ty::Int { .. } => 1,
        _ => 100,
    };
    let place = place.checked_add(dice.between(-3, 3) * step)?;
    Some(match ty {
        super::types::Ty::Float => value::decimal(place, 3),
        super::types::Ty::Money => value::decimal(place, 2),
        other => value::at(other, place),
    })
}

/// Numbers and quoted texts in a predicate.
pub fn constants(predicate: &str) -> Vec<String> {
    let mut found = vec![];
    for (n, part) in predicate.split('\'').enumerate() {
        if n % 2 == 1 {
            found.push(part.to_string());
            continue;
        }
        let words = part.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'));
        found.extend(
            words.filter(|w| w.starts_with(|c: char| c.is_ascii_digit()) && w.parse::<f64>().is_ok()).map(String::from),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::constants;

    #[test]
    fn constants_of_a_predicate() {
        assert_eq!(constants("amount >= 10.5 and (status <> 'paid' or col2 < 3)"), ["10.5", "paid", "3"]);
        assert!(constants("a > b").is_empty());
    }
}
