//! Makes rows keep their predicates: a server tells which rows fail, those get other values, a bounded
//! number of rounds.
use super::{
    FillError, candidate,
    dice::Dice,
    generate, value,
    work::{Ask, Cell, Question, Work},
};
use std::collections::HashMap;
use tw_model::sample::Values;

/// Candidates made for each failing row, round by round.
const ROUNDS: [usize; 7] = [8, 16, 32, 64, 64, 128, 256];
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
        let columns = candidate::changeable(work, row, &state.failing, round)?;
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
                    let cell = candidate::candidate(work, c, row, check, dice)?;
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
