//! What is told of a choice: what each chosen one is worth, and why near-misses were not chosen.
use super::{
    Inquiry, NOTHING, master,
    problem::{Ask, Choice, Question, Refusal},
    set::Set,
};
use std::collections::BTreeMap;

/// Near-misses that are told.
const MOST_REJECTED: usize = 10;

/// Asks what is open about the choice, and tells. `too_large` are, of each query, the candidates that were left out for
/// their size.
pub fn report<E>(inquiry: &mut Inquiry<'_, '_, E>, chosen: Set, too_large: &[Set]) -> Result<Choice, E> {
    let problem = inquiry.problem;
    inquiry.put(inquiry.open(&chosen))?;
    let now = cost(inquiry, &chosen);
    let without: Vec<Ask> = chosen.iter().flat_map(|c| inquiry.open(&chosen.without(c))).collect();
    inquiry.put(without)?;
    let benefits = chosen.iter().map(|c| (c, cost(inquiry, &chosen.without(c)) - now)).collect();
    let near = near_misses(inquiry, &chosen);
    let with: Vec<Ask> = near.iter().flat_map(|c| inquiry.open(&chosen.with(*c))).collect();
    inquiry.put(with)?;
    let mut rejected = would_be_used(inquiry, &chosen, too_large)?;
    for c in near {
        let with = chosen.with(c);
        let saved = now - cost(inquiry, &with);
        let is_slow = |(query, q): &(usize, &Question)| inquiry.known.is_slow(*query, &with.and(&q.relevant));
        let refusal = match problem.queries.iter().enumerate().find(is_slow) {
            Some((query, _)) => Refusal::Slow { query },
            None if saved <= now * NOTHING => Refusal::NothingOnTop { saved },
            None => Refusal::NoRoom { saved },
        };
        rejected.push((c, refusal));
    }
    let costs = (0..problem.queries.len()).map(|q| (inquiry.known.base(q), query_cost(inquiry, q, &chosen))).collect();
    let known = &*inquiry.known;
    let queries = || problem.queries.iter().enumerate();
    let base = queries().map(|(q, x)| x.weight * known.base(q)).sum();
    let uses = queries().filter_map(|(q, x)| Some((q, known.plan(q, &chosen.and(&x.relevant))?)));
    let uses = uses.filter(|(_, plan)| !plan.used.is_empty()).collect();
    let (asks, is_cut_short) = (*inquiry.asks, *inquiry.is_cut_short);
    Ok(Choice { chosen, base, cost: now, queries: costs, uses, benefits, rejected, asks, is_cut_short })
}

/// What the workload costs with a set, upkeep included.
fn cost<E>(inquiry: &mut Inquiry<'_, '_, E>, set: &Set) -> f64 {
    let problem = inquiry.problem;
    let queries = problem.queries.iter().enumerate();
    let reading: f64 = queries.map(|(query, q)| q.weight * query_cost(inquiry, query, set)).sum();
    reading + master::upkeep(problem, set)
}

/// What a query costs with a set. One whose plan is slow counts as without any: how slow is not the planner's to say.
fn query_cost<E>(inquiry: &mut Inquiry<'_, '_, E>, query: usize, set: &Set) -> f64 {
    let relevant = inquiry.problem.queries[query].relevant;
    inquiry.known.guess(query, &set.and(&relevant)).min(inquiry.known.base(query))
}

/// Those of the ones that are too large that plans would use beside the choice, the most helpful first.
fn would_be_used<E>(
    inquiry: &mut Inquiry<'_, '_, E>,
    chosen: &Set,
    too_large: &[Set],
) -> Result<Vec<(usize, Refusal)>, E> {
    let queries = || inquiry.problem.queries.iter().zip(too_large).enumerate();
    let open = queries().filter(|(_, (_, large))| !large.is_empty());
    let asks: Vec<Ask> =
        open.map(|(query, (q, large))| Ask { query, with: chosen.and(&q.relevant).or(large) }).collect();
    inquiry.put(asks.clone())?;
    let mut saved: BTreeMap<usize, f64> = BTreeMap::new();
    for ask in asks {
        let q = &inquiry.problem.queries[ask.query];
        let now = inquiry.known.guess(ask.query, &chosen.and(&q.relevant));
        let gain = q.weight * (now - inquiry.known.exact(ask.query, &ask.with).unwrap_or(now));
        for c in inquiry.known.used(ask.query, &ask.with).and(&too_large[ask.query]).iter() {
            *saved.entry(c).or_default() += gain;
        }
    }
    let mut used: Vec<(usize, f64)> = saved.into_iter().filter(|(_, gain)| *gain > 0.0).collect();
    used.sort_by(|a, b| b.1.total_cmp(&a.1));
    used.truncate(MOST_REJECTED);
    Ok(used.into_iter().map(|(c, _)| (c, Refusal::TooLarge)).collect())
}

/// Candidates that gain most by themselves and were not chosen.
fn near_misses<E>(inquiry: &Inquiry<'_, '_, E>, chosen: &Set) -> Vec<usize> {
    let problem = inquiry.problem;
    let gain = |c: usize| -> f64 {
        let gains = problem.queries.iter().enumerate().map(|(q, x)| x.weight * inquiry.known.gain(q, c));
        gains.sum::<f64>() - problem.candidates[c].upkeep
    };
    let others = (0..problem.candidates.len()).filter(|c| !chosen.has(*c));
    let mut near: Vec<(f64, usize)> = others.map(|c| (gain(c), c)).filter(|(gain, _)| *gain > 0.0).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    near.truncate(MOST_REJECTED);
    near.into_iter().map(|(_, c)| c).collect()
}
