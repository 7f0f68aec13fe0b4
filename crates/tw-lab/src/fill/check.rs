//! Makes rows keep their predicates: a server tells which rows fail, those get other values, a bounded
//! number of rounds.
use super::{
    FillError,
    dice::Dice,
    value,
    work::{Ask, Cell, Question, Work},
};
use tw_model::sample::Values;

/// Candidates made for each failing row, round by round.
const ROUNDS: [usize; 7] = [8, 16, 32, 64, 64, 128, 256];
/// The round from which lists with shares may change.
const LISTS_GIVE_WAY: usize = 4;
/// Candidate rows sent to the server in one round at most.
const CANDIDATES: usize = 20_000;

/// Replaces values until every predicate holds. True when anything had to change.
pub fn keep(work: &mut Work, ask: &mut Ask) -> Result<bool, FillError> {
    let checks = &work.plan.checks;
    if checks.is_empty() || work.rows == 0 {
        return Ok(false);
    }
    let mut dice = work.dice("check", "");
    let mut changed = false;
    for (round, &candidates) in ROUNDS.iter().enumerate() {
        let failing = failures(work, ask)?;
        let mut rows: Vec<usize> = failing.concat();
        rows.sort_unstable();
        rows.dedup();
        if rows.is_empty() {
            return Ok(changed);
        }
        changed = true;
        for some in rows.chunks((CANDIDATES / candidates).max(1)) {
            replace(work, some, &failing, round, candidates, &mut dice, ask)?;
        }
    }
    let failing = failures(work, ask)?;
    match failing.iter().position(|rows| !rows.is_empty()) {
        None => Ok(changed),
        Some(at) => Err(FillError::Unsatisfied {
            table: work.plan.name.clone(),
            subject: checks[at].subject.clone(),
            rule: checks[at].predicate.clone(),
            rows: failing[at].len() as u64,
        }),
    }
}

fn failures(work: &Work, ask: &mut Ask) -> Result<Vec<Vec<usize>>, FillError> {
    ask(&Question {
        table: work.plan,
        cells: &work.cells,
        predicates: work.plan.checks.iter().map(|c| (c.predicate.as_str(), false)).collect(),
    })
}

/// Puts the first candidate that keeps every predicate in the place of each failing row.
fn replace(
    work: &mut Work,
    rows: &[usize],
    failing: &[Vec<usize>],
    round: usize,
    candidates: usize,
    dice: &mut Dice,
    ask: &mut Ask,
) -> Result<(), FillError> {
    let mut cells: Vec<Vec<Cell>> = vec![vec![]; work.plan.columns.len()];
    for &row in rows {
        let columns = changeable(work, row, failing, round)?;
        for _ in 0..candidates {
            for (c, made) in cells.iter_mut().enumerate() {
                made.push(work.cells[c][row].clone());
            }
            let only = dice.index(columns.len().max(1));
            for (n, &(c, check)) in columns.iter().enumerate() {
                // Change one column at least, each other one half of the time.
                if n == only || dice.below(2) == 0 {
                    let cell = candidate(work, c, row, check, dice)?;
                    if let Some(last) = cells[c].last_mut() {
                        *last = cell;
                    }
                }
            }
            follow(work, row, &mut cells);
        }
    }
    let bad = ask(&Question {
        table: work.plan,
        cells: &cells,
        predicates: work.plan.checks.iter().map(|c| (c.predicate.as_str(), false)).collect(),
    })?;
    let mut passes = vec![true; rows.len() * candidates];
    for at in bad.concat() {
        passes[at] = false;
    }
    for (n, &row) in rows.iter().enumerate() {
        if let Some(at) = (n * candidates..(n + 1) * candidates).find(|&at| passes[at]) {
            for (c, made) in cells.iter().enumerate() {
                work.cells[c][row] = made[at].clone();
            }
        }
    }
    Ok(())
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
/// one rule may leave another no room. Lists with shares give way last, so that shares stay exact where
/// other columns can.
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
                Values::Serial
                | Values::CountWithin { .. }
                | Values::Reference { .. }
                | Values::Constant { .. }
                | Values::Computed { .. } => {}
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
