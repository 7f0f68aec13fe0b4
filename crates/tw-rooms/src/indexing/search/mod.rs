//! The search: which candidates to take within a budget. Pure; the costs come from an oracle.
//!
//! It asks for each query with none, with all and with each single candidate, guesses hopefully what sets would
//! cost (`known`), chooses the best set by those guesses (`master`), asks what that set really costs, and
//! goes round until the guesses about the chosen set are answers. Given the same answers it chooses the same.
mod known;
mod master;
pub mod problem;
pub mod set;
#[cfg(test)]
mod tests;

use known::Known;
use problem::{Answer, Ask, Choice, Oracle, Problem, Refusal};
use set::Set;
use std::collections::BTreeMap;

/// A query that all candidates together make cheaper by less than this share is not searched for.
const HOPELESS: f64 = 1e-3;
/// Rounds at first, and one of so many later, that begin from nothing as well.
const FRESH_ROUNDS: usize = 4;
/// How bold guesses become, step by step, once the careful ones are settled.
const BOLDNESS: &[f64] = &[0.1, 0.25, 0.5];
/// Near-misses that are told.
const MOST_REJECTED: usize = 10;

/// Chooses candidates within the budget.
pub fn search<E>(problem: &Problem, oracle: &mut Oracle<'_, E>) -> Result<Choice, E> {
    let mut known = Known::new(problem.queries.len());
    let every: Vec<usize> = (0..problem.queries.len()).collect();
    let ask_of = |query: usize, with: Set| Ask { query, with };
    put(oracle, &mut known, every.iter().map(|q| ask_of(*q, Set::default())).collect())?;
    put(oracle, &mut known, every.iter().map(|q| ask_of(*q, problem.queries[*q].relevant)).collect())?;
    let hopeful =
        |known: &Known, q: usize| known.floor(q, &problem.queries[q].relevant) < known.base(q) * (1.0 - HOPELESS);
    one_table_each(problem, &mut known, oracle, &every)?;
    without_the_best(problem, &mut known, oracle, &every)?;
    let mut singles = vec![];
    for q in every.iter().copied().filter(|q| hopeful(&known, *q)) {
        for c in problem.queries[q].relevant.iter() {
            singles.push(ask_of(q, Set::of([c])));
        }
    }
    put(oracle, &mut known, singles.clone())?;
    for (q, c) in singles.iter().flat_map(|a| a.with.iter().map(|c| (a.query, c))) {
        known.note_gain(q, c);
    }
    let allowed = worth_a_look(problem, &known);
    let mut best = (Set::default(), master::total(problem, &mut known, &Set::default()));
    let mut boldness = BOLDNESS.iter();
    for round in 0..problem.rounds {
        // Beginning anew finds what no small change leads to, while much is still guessed.
        let afresh = round < FRESH_ROUNDS || round % FRESH_ROUNDS == 0;
        let starts = if afresh { vec![Set::default(), best.0] } else { vec![best.0] };
        let set = master::choose(problem, &mut known, &allowed, &starts);
        let open = open(problem, &known, &set);
        let settled = open.is_empty();
        put(oracle, &mut known, open)?;
        let cost = master::total(problem, &mut known, &set);
        if cost < best.1 {
            best = (set, cost);
        }
        // What is hoped for is found; plans that are better together than each alone promises may still be.
        if settled {
            match boldness.next() {
                Some(next) => known.be_bold(*next),
                None => break,
            }
        }
    }
    known.be_bold(0.0);
    let chosen = without_idle(problem, &mut known, oracle, best.0)?;
    report(problem, &mut known, oracle, chosen)
}

/// Asks each query with all candidates of one table at a time: where none is used, no single one need be asked for.
fn one_table_each<E>(
    problem: &Problem,
    known: &mut Known,
    oracle: &mut Oracle<'_, E>,
    queries: &[usize],
) -> Result<(), E> {
    let mut asks = vec![];
    for q in queries.iter().copied() {
        let mut tables: BTreeMap<usize, Set> = BTreeMap::new();
        for c in problem.queries[q].relevant.iter() {
            tables.entry(problem.candidates[c].table).or_default().insert(c);
        }
        asks.extend(tables.into_values().map(|with| Ask { query: q, with }));
    }
    put(oracle, known, asks)
}

/// Asks each query without each candidate of its best plan: plans of several candidates come to light that single ones
/// do not promise.
fn without_the_best<E>(
    problem: &Problem,
    known: &mut Known,
    oracle: &mut Oracle<'_, E>,
    queries: &[usize],
) -> Result<(), E> {
    let mut asks = vec![];
    for q in queries.iter().copied() {
        let relevant = problem.queries[q].relevant;
        let used = known.used(q, &relevant);
        asks.extend(used.iter().map(|c| Ask { query: q, with: relevant.without(c) }));
        asks.push(Ask { query: q, with: relevant.minus(&used) });
        asks.push(Ask { query: q, with: used });
        asks.extend(used.iter().map(|c| Ask { query: q, with: used.without(c) }));
    }
    put(oracle, known, asks)
}

fn put<E>(oracle: &mut Oracle<'_, E>, known: &mut Known, asks: Vec<Ask>) -> Result<(), E> {
    let open: Vec<Ask> = asks.into_iter().filter(|a| known.exact(a.query, &a.with).is_none()).collect();
    if open.is_empty() {
        return Ok(());
    }
    let answers: Vec<Answer> = oracle(&open)?;
    for (ask, answer) in open.iter().zip(&answers) {
        known.learn(ask, answer);
    }
    Ok(())
}

/// The queries whose cost with this set is still a guess.
fn open(problem: &Problem, known: &Known, set: &Set) -> Vec<Ask> {
    let asks = problem.queries.iter().enumerate().map(|(query, q)| Ask { query, with: set.and(&q.relevant) });
    asks.filter(|a| known.exact(a.query, &a.with).is_none()).collect()
}

/// Candidates that gain something by themselves or stand in the best plan of some query, fit the budget, and are
/// not beaten by another one that is no larger, costs no more to keep and gains no less for every query.
fn worth_a_look(problem: &Problem, known: &Known) -> Set {
    let gains = |c: usize| -> Vec<f64> { (0..problem.queries.len()).map(|q| known.gain(q, c)).collect() };
    let mut in_plans = Set::default();
    for (q, query) in problem.queries.iter().enumerate() {
        in_plans = in_plans.or(&known.used(q, &query.relevant));
    }
    let some: Vec<(usize, Vec<f64>)> = (0..problem.candidates.len())
        .filter(|c| problem.candidates[*c].bytes <= problem.budget_bytes)
        .map(|c| (c, gains(c)))
        .filter(|(c, g)| in_plans.has(*c) || g.iter().any(|g| *g > 0.0))
        .collect();
    let beats = |a: &(usize, Vec<f64>), b: &(usize, Vec<f64>)| {
        let (x, y) = (&problem.candidates[a.0], &problem.candidates[b.0]);
        let no_worse = x.table == y.table && x.bytes <= y.bytes && x.upkeep <= y.upkeep;
        let gains_more = a.1.iter().zip(&b.1).all(|(g, h)| g >= h);
        let same = x.bytes == y.bytes && x.upkeep == y.upkeep && a.1 == b.1;
        no_worse && gains_more && (!same || a.0 < b.0)
    };
    let kept = some.iter().filter(|b| in_plans.has(b.0) || !some.iter().any(|a| a.0 != b.0 && beats(a, b)));
    Set::of(kept.map(|(c, _)| *c))
}

/// Lets go, one at a time, what no query would miss.
fn without_idle<E>(problem: &Problem, known: &mut Known, oracle: &mut Oracle<'_, E>, mut set: Set) -> Result<Set, E> {
    put(oracle, known, open(problem, known, &set))?;
    for c in set.iter().collect::<Vec<_>>() {
        let less = set.without(c);
        put(oracle, known, open(problem, known, &less))?;
        if master::total(problem, known, &less) <= master::total(problem, known, &set) {
            set = less;
        }
    }
    Ok(set)
}

fn report<E>(problem: &Problem, known: &mut Known, oracle: &mut Oracle<'_, E>, chosen: Set) -> Result<Choice, E> {
    put(oracle, known, open(problem, known, &chosen))?;
    let cost = master::cost(problem, known, &chosen);
    let mut benefits = vec![];
    for c in chosen.iter() {
        put(oracle, known, open(problem, known, &chosen.without(c)))?;
        benefits.push((c, master::cost(problem, known, &chosen.without(c)) - cost));
    }
    let mut near: Vec<(f64, usize)> = (0..problem.candidates.len())
        .filter(|c| !chosen.has(*c))
        .map(|c| {
            let gain: f64 = problem.queries.iter().enumerate().map(|(q, x)| x.weight * known.gain(q, c)).sum();
            (gain - problem.candidates[c].upkeep, c)
        })
        .filter(|(gain, _)| *gain > 0.0)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    near.truncate(MOST_REJECTED);
    let asks: Vec<Ask> = near.iter().flat_map(|(_, c)| open(problem, known, &chosen.with(*c))).collect();
    put(oracle, known, asks)?;
    let mut rejected = vec![];
    for (_, c) in near {
        let saved = cost - master::cost(problem, known, &chosen.with(c));
        let refusal = if problem.candidates[c].bytes > problem.budget_bytes {
            Refusal::TooLarge
        } else if saved <= cost * HOPELESS {
            Refusal::NothingOnTop { saved }
        } else {
            Refusal::NoRoom { saved }
        };
        rejected.push((c, refusal));
    }
    let base: f64 = problem.queries.iter().enumerate().map(|(q, x)| x.weight * known.base(q)).sum();
    let queries = (0..problem.queries.len())
        .map(|q| (known.base(q), known.guess(problem, q, &chosen.and(&problem.queries[q].relevant))))
        .collect();
    let uses = (0..problem.queries.len()).map(|q| (q, known.used(q, &chosen.and(&problem.queries[q].relevant))));
    let uses = uses.filter(|(_, used)| !used.is_empty()).collect();
    Ok(Choice { chosen, base, cost, queries, uses, benefits, rejected, asks: known.asks })
}
