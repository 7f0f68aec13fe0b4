//! Which rows of another table the rows of this one refer to.
use super::{FillError, dice, work::Work};
use std::collections::HashMap;
use tw_model::sample::{Draw, Target};

/// The referenced row of each row; none where the reference is null. `me` is the holder with the
/// columns that must match already made; `target` is the referenced table.
///
/// Errors when the terms cannot be kept: more rows than targets for a one-to-one reference, or no
/// target that agrees.
pub fn resolve(
    me: &Work,
    target: &Work,
    name: &str,
    terms: &Target,
    nulls: &[bool],
) -> Result<Vec<Option<usize>>, FillError> {
    let mut picked = vec![None; me.rows];
    if me.rows == 0 {
        return Ok(picked);
    }
    // Ranks are shuffled over the target's rows, alike for all who draw from it.
    let order = target.dice("rank", "").permutation(target.rows);
    if let Draw::Slice { start } = terms.draw {
        if order.is_empty() {
            return Err(me.error(name, format!("{} has no row to take", target.plan.name)));
        }
        for (row, slot) in picked.iter_mut().enumerate() {
            *slot = (!nulls[row]).then(|| order[(start as usize + row) % order.len()]);
        }
        return Ok(picked);
    }
    let mine: Vec<usize> = columns(me, terms, |(mine, _)| mine)?;
    let theirs: Vec<usize> = columns(target, terms, |(_, theirs)| theirs)?;
    let mut groups: HashMap<Vec<Option<String>>, Vec<usize>> = HashMap::new();
    for &row in &order {
        groups.entry(group(target, &theirs, row)).or_default().push(row);
    }
    let mut asking: Vec<(Vec<Option<String>>, Vec<usize>)> = vec![];
    let mut places: HashMap<Vec<Option<String>>, usize> = HashMap::new();
    for row in (0..me.rows).filter(|&r| !nulls[r]) {
        let key = group(me, &mine, row);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            asking.push((key, vec![]));
            asking.len() - 1
        });
        asking[place].1.push(row);
    }
    let nullable = nulls.iter().any(|n| *n);
    let mut dice = me.dice("reference", name);
    for (key, rows) in asking {
        let targets = groups.get(&key).map(Vec::as_slice).unwrap_or(&[]);
        if targets.is_empty() {
            if nullable {
                continue;
            }
            return Err(me.error(name, format!("no row of {} agrees with it", target.plan.name)));
        }
        // Where a reference may be null, rows beyond the last free target have none.
        let room = terms.at_most.map_or(usize::MAX, |n| (n as usize).saturating_mul(targets.len()));
        let rows = if nullable { &rows[..rows.len().min(room)] } else { &rows[..] };
        if terms.acyclic {
            earlier(&mut picked, rows, terms, nullable, &mut dice);
        } else {
            share_out(&mut picked, rows, targets, terms, &mut dice).map_err(|why| me.error(name, why))?;
        }
    }
    Ok(picked)
}

fn columns<'t>(
    work: &Work,
    terms: &'t Target,
    side: impl Fn(&'t (String, String)) -> &'t String,
) -> Result<Vec<usize>, FillError> {
    terms.matching.iter().map(|pair| work.column(side(pair))).collect()
}

fn group(work: &Work, columns: &[usize], row: usize) -> Vec<Option<String>> {
    columns.iter().map(|&c| work.cells[c][row].clone()).collect()
}

/// Gives each row a target: first every target its least number, then the rest as drawn, no target
/// more than its greatest.
fn share_out(
    picked: &mut [Option<usize>],
    rows: &[usize],
    targets: &[usize],
    terms: &Target,
    dice: &mut dice::Dice,
) -> Result<(), String> {
    let room = terms.at_most.map_or(usize::MAX, |n| n as usize);
    if room.saturating_mul(targets.len()) < rows.len() {
        return Err(format!(
            "{} rows refer to {} rows of {} that may be taken {} times at most",
            rows.len(),
            targets.len(),
            terms.table,
            room
        ));
    }
    let least = (terms.at_least as usize).min(room).min(rows.len().div_ceil(targets.len()));
    let mut counts = vec![0usize; targets.len()];
    let mut left = rows.len();
    for _ in 0..least {
        for count in counts.iter_mut().take(left) {
            *count += 1;
        }
        left = left.saturating_sub(targets.len());
    }
    let drawn = match terms.draw {
        Draw::Zipf { exponent } => dice.stratified(left, &dice::zipf(targets.len(), exponent)),
        _ => (0..left).map(|_| dice.index(targets.len())).collect(),
    };
    // A full target passes its rows on to the next one with room, and there is room.
    // Each full target remembers where the search from it ended last.
    let mut next: Vec<usize> = (1..=targets.len()).map(|at| at % targets.len()).collect();
    for drawn in drawn {
        let mut free = drawn;
        while counts[free] >= room {
            free = next[free];
        }
        let mut at = drawn;
        while at != free {
            at = std::mem::replace(&mut next[at], free);
        }
        counts[free] += 1;
    }
    let mut taken: Vec<usize> =
        counts.iter().zip(targets).flat_map(|(&count, &target)| std::iter::repeat_n(target, count)).collect();
    dice.shuffle(&mut taken);
    for (&row, target) in rows.iter().zip(taken) {
        picked[row] = Some(target);
    }
    Ok(())
}

/// Self-reference without cycles: each row takes one before it; the first takes none, or itself where
/// the reference may not be null.
fn earlier(picked: &mut [Option<usize>], rows: &[usize], terms: &Target, nullable: bool, dice: &mut dice::Dice) {
    let running = match terms.draw {
        Draw::Zipf { exponent } => dice::zipf(rows.len(), exponent),
        _ => vec![],
    };
    for (place, &row) in rows.iter().enumerate() {
        picked[row] = match (place, terms.at_most) {
            (0, _) if nullable => None,
            (0, _) => Some(row),
            (_, Some(most)) => Some(rows[(place - 1) / most.max(1) as usize]),
            _ if !running.is_empty() => Some(rows[dice.weighted(&running[..place])]),
            _ => Some(rows[dice.index(place)]),
        };
    }
}
