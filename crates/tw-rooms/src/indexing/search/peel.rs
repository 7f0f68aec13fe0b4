//! What single candidates gain, learned from few plans.
//!
//! A plan among all candidates of a table uses the best one, and what it costs with the best one alone. Without it the
//! next best shows itself, and so on, until a plan uses none: then all that are left gain nothing, at once.
use super::{Inquiry, NOTHING, problem::Ask, set::Set};

/// A gain below this share of the workload's cost decides nothing, so those that would show themselves after it are
/// not asked about.
const TOO_LITTLE: f64 = 1e-3;

/// Tables of queries that are peeled side by side. Each goes on from what the planner was shown last, which it is told
/// quickly.
const ABREAST: usize = 2;

/// Learns what single candidates gain, query by query and table by table, the best first.
pub fn peel<E>(inquiry: &mut Inquiry<'_, '_, '_, E>) -> Result<(), E> {
    let problem = inquiry.problem;
    let queries = || problem.queries.iter().enumerate();
    let workload = inquiry.workload();
    // What is left of each table of each query that all candidates together make cheaper.
    let mut left: Vec<Ask> = vec![];
    for (query, q) in queries() {
        if inquiry.known.floor(query, &q.relevant) < inquiry.known.base(query) * (1.0 - NOTHING) {
            left.extend(inquiry.known.tables(query).iter().map(|table| Ask { query, with: *table }));
        }
    }
    // A plan of several, such as two bitmaps, says what they gain together; each is asked about by itself at the end.
    let mut several = vec![];
    let mut waiting = left.into_iter();
    let mut now: Vec<Ask> = waiting.by_ref().take(ABREAST).collect();
    while !now.is_empty() {
        inquiry.put(now.clone())?;
        let next = now.into_iter().filter_map(|Ask { query, with }| {
            let used = inquiry.known.used(query, &with);
            let base = inquiry.known.base(query);
            let gain = base - inquiry.known.exact(query, &with).unwrap_or(base);
            let enough = gain * problem.queries[query].weight > workload * TOO_LITTLE && gain > base * NOTHING;
            if used.len() > 1 {
                several.extend(used.iter().map(|c| Ask { query, with: Set::of([c]) }));
            }
            let goes_on = enough && !used.is_empty();
            if goes_on { Some(Ask { query, with: with.minus(&used) }) } else { waiting.next() }
        });
        now = next.collect();
    }
    inquiry.put(several)?;
    for (query, q) in queries() {
        for c in q.relevant.iter() {
            inquiry.known.note_gain(query, c);
        }
    }
    Ok(())
}
