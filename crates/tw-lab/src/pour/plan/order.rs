//! Which table is poured after which, and which column is made after which.
use super::{How, Plan, Source, Stop, Table};
use crate::pour::error::PourError;

/// Referenced tables before referencing ones. A circle is cut where a reference may wait: for the end of the
/// transaction if its constraint can be deferred, or else for the end of all, null until then.
pub(super) fn units(plan: &mut Plan) -> Result<(), Stop> {
    let count = plan.tables.len();
    let mut done = vec![false; count];
    // A table and those that must be poured in its transaction.
    let mut unit_of: Vec<Option<usize>> = vec![None; count];
    let mut units: Vec<Vec<usize>> = vec![];
    let mut held: Vec<usize> = vec![];
    while done.iter().any(|d| !d) {
        let ready = |plan: &Plan, done: &[bool], at: usize| {
            plan.tables[at].picks.iter().all(|p| p.target == at || p.later || done[p.target] || held_by(p, &held))
        };
        let next = (0..count).find(|&at| !done[at] && ready(plan, &done, at));
        if let Some(at) = next {
            done[at] = true;
            // While a deferred reference is open, everything goes into its transaction.
            match unit_of[at].or_else(|| held.is_empty().then_some(units.len())) {
                Some(unit) if unit < units.len() => units[unit].push(at),
                _ if !held.is_empty() => {
                    let last = units.len().saturating_sub(1);
                    match units.get_mut(last) {
                        Some(unit) => unit.push(at),
                        None => units.push(vec![at]),
                    }
                }
                _ => units.push(vec![at]),
            }
            held.retain(|target| !done[*target]);
            continue;
        }
        let open = |plan: &Plan, at: usize| {
            let table = &plan.tables[at];
            (0..table.picks.len()).find(|&p| {
                let pick = &table.picks[p];
                !done[pick.target]
                    && pick.target != at
                    && waits(plan, &done, pick.target, at)
                    && pick.null_share > 0.0
                    && !table.key.is_empty()
                    && matches!(pick.how, How::Any { .. } | How::Zipf(..) | How::Once(_) | How::Agree { .. })
                    && table.own_columns(p).next().is_some()
                    && table.own_columns(p).all(|(mine, _)| !table.key.contains(&mine))
            })
        };
        let cut = (0..count).filter(|&at| !done[at]).find_map(|at| Some((at, open(plan, at)?)));
        if let Some((at, pick)) = cut {
            plan.tables[at].picks[pick].later = true;
            continue;
        }
        let deferred = (0..count).filter(|&at| !done[at]).find_map(|at| {
            let pick = plan.tables[at]
                .picks
                .iter()
                .find(|p| p.deferrable && p.target != at && !done[p.target] && !held.contains(&p.target))?;
            Some((at, pick.target))
        });
        match deferred {
            Some((at, target)) => {
                if held.is_empty() {
                    units.push(vec![]);
                }
                held.push(target);
                unit_of[at] = Some(units.len() - 1);
                unit_of[target] = Some(units.len() - 1);
            }
            None => return Err(Stop::Error(circle(plan, &done))),
        }
    }
    units.retain(|u| !u.is_empty());
    plan.units = watched(plan, units);
    Ok(())
}

/// Units joined where a deferred trigger looks at a table's rows at the commit: what it counts are the rows that
/// refer to them, so those come in the same transaction, with all that stands between.
fn watched(plan: &Plan, units: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let unit_of = |t: usize| units.iter().position(|unit| unit.contains(&t)).unwrap_or(0);
    // The unit after which a transaction that begins with a unit may end.
    let mut end: Vec<usize> = (0..units.len()).collect();
    for at in (0..plan.tables.len()).filter(|&t| plan.tables[t].watched) {
        let refers = |t: &usize| plan.tables[*t].picks.iter().any(|p| p.target == at && !p.later);
        let last = (0..plan.tables.len()).filter(refers).map(unit_of).max();
        let first = unit_of(at);
        end[first] = end[first].max(last.unwrap_or(first));
    }
    let mut joined: Vec<Vec<usize>> = vec![];
    let mut open_until = None;
    for (n, unit) in units.into_iter().enumerate() {
        match joined.last_mut().filter(|_| open_until.is_some_and(|until| n <= until)) {
            Some(transaction) => transaction.extend(unit),
            None => joined.push(unit),
        }
        open_until = open_until.max(Some(end[n]));
    }
    joined
}

fn held_by(pick: &super::Pick, held: &[usize]) -> bool {
    pick.deferrable && held.contains(&pick.target)
}

/// True when a table that is not done waits, over others, for another.
fn waits(plan: &Plan, done: &[bool], from: usize, to: usize) -> bool {
    let mut seen = vec![false; plan.tables.len()];
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        if at == to {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            next.extend(plan.tables[at].picks.iter().filter(|p| !p.later && !done[p.target]).map(|p| p.target));
        }
    }
    false
}

fn circle(plan: &Plan, done: &[bool]) -> PourError {
    let at = (0..done.len()).find(|&at| !done[at]).unwrap_or(0);
    let names: Vec<String> = (0..done.len()).filter(|&t| !done[t]).map(|t| plan.tables[t].printed()).collect();
    PourError::Impossible {
        table: plan.tables[at].printed(),
        what: "references".into(),
        why: format!(
            "{} refer to each other in a circle, and no reference in it may be null or wait",
            names.join(", ")
        ),
        help: "Make one of them optional or DEFERRABLE.".into(),
    }
}

/// Columns in an order in which each comes after the one it follows.
pub(super) fn making(table: &mut Table) {
    let mut order: Vec<usize> = vec![];
    for round in 0..table.columns.len() + 1 {
        for c in 0..table.columns.len() {
            let ready = match table.columns[c].source {
                Source::After { column, .. } => order.contains(&column) || round == table.columns.len(),
                _ => true,
            };
            if ready && !order.contains(&c) {
                order.push(c);
            }
        }
    }
    table.making = order;
}
