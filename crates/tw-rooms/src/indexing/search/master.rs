//! The best set by what is known: greedy by gain per byte, then changes of one for some while they help.
use super::{known::Known, problem::Problem, set::Set};

/// Passes over all candidates that try to change the set.
const PASSES: usize = 8;
/// A change must save at least this share of the cost.
const WORTHWHILE: f64 = 1e-6;

/// What a set comes to by what is known: weighted cost of the workload, upkeep, and what its storage is worth.
pub fn total(problem: &Problem, known: &mut Known, set: &Set) -> f64 {
    let reading: f64 = (0..problem.queries.len())
        .map(|q| problem.queries[q].weight * known.guess(q, &set.and(&problem.queries[q].relevant)))
        .sum();
    reading + upkeep(problem, set) + storage(problem, known) * bytes(problem, set) as f64
}

/// Share of the workload's cost that the whole budget is worth: of two sets that cost nearly the same, the smaller one
/// is the better.
const BUDGET_WORTH: f64 = 1e-3;

/// What a byte is worth.
fn storage(problem: &Problem, known: &Known) -> f64 {
    let base: f64 = problem.queries.iter().enumerate().map(|(q, x)| x.weight * known.base(q)).sum();
    if base.is_finite() { BUDGET_WORTH * base / problem.budget_bytes.max(1) as f64 } else { 0.0 }
}

/// What the writes pay for a set.
pub fn upkeep(problem: &Problem, set: &Set) -> f64 {
    set.iter().map(|c| problem.candidates[c].upkeep).sum()
}

/// Bytes of a set.
pub fn bytes(problem: &Problem, set: &Set) -> u64 {
    set.iter().map(|c| problem.candidates[c].bytes).sum()
}

/// The best set among `allowed`, from several starts.
pub fn choose(problem: &Problem, known: &mut Known, allowed: &Set, starts: &[Set]) -> Set {
    let mut best: Option<(f64, Set)> = None;
    for from in starts.iter().copied() {
        let filled = fill(problem, known, allowed, from);
        let improved = improve(problem, known, allowed, filled);
        let cost = total(problem, known, &improved);
        if best.as_ref().is_none_or(|(least, _)| cost < least * (1.0 - WORTHWHILE)) {
            best = Some((cost, improved));
        }
    }
    best.map(|(_, set)| set).unwrap_or_default()
}

/// What a candidate would save on top of a set.
fn saving(problem: &Problem, known: &mut Known, set: &Set, candidate: usize) -> f64 {
    let candidate_bytes = problem.candidates[candidate].bytes as f64;
    let mut saved = -problem.candidates[candidate].upkeep - storage(problem, known) * candidate_bytes;
    for (q, query) in problem.queries.iter().enumerate().filter(|(_, q)| q.relevant.has(candidate)) {
        let there = set.and(&query.relevant);
        saved += query.weight * (known.guess(q, &there) - known.guess_with(q, &there, candidate));
    }
    saved
}

/// Adds what saves most per byte while it fits. Savings seldom grow as the set does, so a candidate is looked at
/// again only when it comes to the top.
fn fill(problem: &Problem, known: &mut Known, allowed: &Set, mut set: Set) -> Set {
    let per_byte = |saved: f64, c: usize| saved / problem.candidates[c].bytes.max(1) as f64;
    let mut left = problem.budget_bytes.saturating_sub(bytes(problem, &set));
    let mut waiting: Vec<(f64, usize)> = vec![];
    for c in allowed.minus(&set).iter().filter(|c| problem.candidates[*c].bytes <= left) {
        waiting.push((per_byte(saving(problem, known, &set, c), c), c));
    }
    waiting.retain(|(worth, _)| *worth > 0.0);
    waiting.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    while let Some((_, c)) = waiting.pop() {
        if problem.candidates[c].bytes > left {
            continue;
        }
        let worth = per_byte(saving(problem, known, &set, c), c);
        if worth <= 0.0 {
            continue;
        }
        if waiting.last().is_some_and(|(next, _)| *next > worth) {
            let at = waiting.partition_point(|(w, _)| *w <= worth);
            waiting.insert(at, (worth, c));
            continue;
        }
        left -= problem.candidates[c].bytes;
        set.insert(c);
    }
    set
}

/// Takes in one candidate at a time and lets go what is worth least per byte until all fits, or lets one go; fills up
/// again; keeps what costs less.
fn improve(problem: &Problem, known: &mut Known, allowed: &Set, start: Set) -> Set {
    let (mut set, mut cost) = (start, total(problem, known, &start));
    for _ in 0..PASSES {
        let before = cost;
        let mut order = by_worth(problem, known, &set);
        for c in allowed.iter() {
            let tried = if set.has(c) {
                fill(problem, known, &allowed.without(c), set.without(c))
            } else {
                let fits = make_room(problem, set.with(c), Some(c), &order);
                // Most changes lose more than a refill could give back; those are not refilled.
                if bytes(problem, &fits) > problem.budget_bytes || total(problem, known, &fits) > cost * REFILL {
                    continue;
                }
                fill(problem, known, allowed, fits)
            };
            let now = total(problem, known, &tried);
            if now < cost * (1.0 - WORTHWHILE) {
                (set, cost) = (tried, now);
                order = by_worth(problem, known, &set);
            }
        }
        if cost >= before * (1.0 - WORTHWHILE) {
            break;
        }
    }
    set
}

/// A change is refilled when the set costs at most this much of the best before.
const REFILL: f64 = 1.02;

/// The members, those first that are needed least per byte.
fn by_worth(problem: &Problem, known: &mut Known, set: &Set) -> Vec<usize> {
    let mut worth: Vec<(f64, usize)> = vec![];
    for c in set.iter() {
        let lost = saving(problem, known, &set.without(c), c);
        worth.push((lost / problem.candidates[c].bytes.max(1) as f64, c));
    }
    worth.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    worth.into_iter().map(|(_, c)| c).collect()
}

/// What is left of a set within the budget, when what is worth least per byte goes first.
pub fn within(problem: &Problem, known: &mut Known, set: Set) -> Set {
    let order = by_worth(problem, known, &set);
    make_room(problem, set, None, &order)
}

/// Lets go members other than `keep`, in that order, until the set fits.
fn make_room(problem: &Problem, mut set: Set, keep: Option<usize>, order: &[usize]) -> Set {
    let mut over = bytes(problem, &set).saturating_sub(problem.budget_bytes);
    for c in order.iter().filter(|c| keep != Some(**c)) {
        if over == 0 {
            break;
        }
        over = over.saturating_sub(problem.candidates[*c].bytes);
        set = set.without(*c);
    }
    set
}
