//! The yardstick: *Extend* (Schlosser, Kossmann, Boissier: Efficient Scalable Multi-Attribute Index Selection Using
//! Recursive Strategies, ICDE 2019), written from its description. It begins with nothing, and in each step either adds an
//! index of one column or appends a column to one that it has, whichever saves most per byte that it adds.
use tw_rooms::indexing::{
    candidates::Candidate,
    search::{
        problem::{Answer, Ask, Problem},
        set::Set,
    },
};

/// What identifies an index for Extend: its table, and its columns in order.
pub type Keys = Option<(String, Vec<String>)>;

/// The columns of a candidate, included ones as the last of the key; none for an expression.
pub fn keys(candidate: &Candidate) -> Keys {
    if candidate.index.parts.iter().any(|p| p.is_expression || p.desc || p.opclass.is_some()) {
        return None;
    }
    let columns = candidate.index.parts.iter().map(|p| p.column.clone()).chain(candidate.index.include.iter().cloned());
    Some((candidate.table.name.clone(), columns.collect()))
}

/// The chosen set, and the questions asked.
pub fn extend(problem: &Problem, keys: &[Keys], answer: &mut dyn FnMut(&[Ask]) -> Vec<Answer>) -> (Set, usize) {
    let mut asks = 0;
    let mut costs = |set: &Set, only: &dyn Fn(usize) -> bool, known: &[f64], asks: &mut usize| -> Vec<f64> {
        let questions: Vec<Ask> = (0..problem.queries.len())
            .filter(|q| only(*q))
            .map(|query| Ask { query, with: set.and(&problem.queries[query].relevant) })
            .collect();
        *asks += questions.len();
        let mut costs = known.to_vec();
        for (ask, answer) in questions.iter().zip(answer(&questions)) {
            costs[ask.query] = answer.cost;
        }
        costs
    };
    let bytes = |set: &Set| set.iter().map(|c| problem.candidates[c].bytes).sum::<u64>();
    let mut set = Set::default();
    let mut now = costs(&set, &|_| true, &vec![0.0; problem.queries.len()], &mut asks);
    loop {
        let mut best: Option<(f64, Set, Vec<f64>)> = None;
        for c in 0..keys.len() {
            let Some((table, columns)) = &keys[c] else { continue };
            if set.has(c) || !problem.queries.iter().any(|q| q.relevant.has(c)) {
                continue;
            }
            let mut next = set;
            if columns.len() > 1 {
                // An index that it extends: the longest that its columns begin with.
                let grown = set.iter().filter(|o| {
                    keys[*o]
                        .as_ref()
                        .is_some_and(|(t, k)| t == table && k.len() < columns.len() && columns.starts_with(k))
                });
                let Some(longest) = grown.max_by_key(|o| keys[*o].as_ref().map_or(0, |(_, k)| k.len())) else {
                    continue;
                };
                next = next.without(longest);
            }
            next = next.with(c);
            let more = bytes(&next).saturating_sub(bytes(&set)).max(1);
            if bytes(&next) > problem.budget_bytes {
                continue;
            }
            let touched = |q: usize| {
                problem.queries[q].relevant.has(c)
                    || set.minus(&next).iter().any(|o| problem.queries[q].relevant.has(o))
            };
            let then = costs(&next, &touched, &now, &mut asks);
            let weighted = |costs: &[f64]| costs.iter().zip(&problem.queries).map(|(c, q)| c * q.weight).sum::<f64>();
            let worth = (weighted(&now) - weighted(&then)) / more as f64;
            if worth > 0.0 && best.as_ref().is_none_or(|(w, ..)| worth > *w) {
                best = Some((worth, next, then));
            }
        }
        let Some((_, next, then)) = best else { return (set, asks) };
        (set, now) = (next, then);
    }
}
