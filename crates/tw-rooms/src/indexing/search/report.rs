//! What is told of a choice: what each chosen one is worth, and why near-misses were not chosen.
use super::{
    Inquiry, NOTHING,
    problem::{Ask, Choice, Refusal},
    set::Set,
};

/// Near-misses that are told.
const MOST_REJECTED: usize = 10;

/// Asks what is open about the choice, and tells.
pub fn report<E>(inquiry: &mut Inquiry<'_, '_, '_, E>, chosen: Set) -> Result<Choice, E> {
    let problem = inquiry.problem;
    inquiry.put(inquiry.open(&chosen))?;
    let cost = inquiry.cost(&chosen);
    let without: Vec<Ask> = chosen.iter().flat_map(|c| inquiry.open(&chosen.without(c))).collect();
    inquiry.put(without)?;
    let benefits = chosen.iter().map(|c| (c, inquiry.cost(&chosen.without(c)) - cost)).collect();
    let near = near_misses(inquiry, &chosen);
    let with: Vec<Ask> = near.iter().flat_map(|c| inquiry.open(&chosen.with(*c))).collect();
    inquiry.put(with)?;
    let mut rejected = vec![];
    for c in near {
        let saved = cost - inquiry.cost(&chosen.with(c));
        let refusal = if problem.candidates[c].bytes > problem.budget_bytes {
            Refusal::TooLarge
        } else if saved <= cost * NOTHING {
            Refusal::NothingOnTop { saved }
        } else {
            Refusal::NoRoom { saved }
        };
        rejected.push((c, refusal));
    }
    let known = &mut inquiry.known;
    let queries = || problem.queries.iter().enumerate();
    let base = queries().map(|(q, x)| x.weight * known.base(q)).sum();
    let uses = queries().map(|(q, x)| (q, known.used(q, &chosen.and(&x.relevant))));
    let uses = uses.filter(|(_, used)| !used.is_empty()).collect();
    let costs = queries().map(|(q, x)| (known.base(q), known.guess(q, &chosen.and(&x.relevant)))).collect();
    Ok(Choice { chosen, base, cost, queries: costs, uses, benefits, rejected, asks: known.asks })
}

/// Candidates that gain most by themselves and were not chosen.
fn near_misses<E>(inquiry: &Inquiry<'_, '_, '_, E>, chosen: &Set) -> Vec<usize> {
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
