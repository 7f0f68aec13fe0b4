//! What single candidates gain, learned from few plans.
//!
//! A plan among some candidates of a table uses the best one, and what it costs with the best one alone. Without it the
//! next best shows itself, and so on, until a plan uses none: then all that are left gain nothing, at once. One that is no
//! smaller than the best one gains no more and takes no less, so it is not waited for: some of that gain is hoped of it
//! until it stands in a plan, for it may serve several queries.
use super::{Inquiry, NOTHING, problem::Ask, set::Set};
use std::collections::BTreeMap;

/// A gain below this share of the workload's cost decides nothing, so those that would show themselves after it are
/// not asked about.
const TOO_LITTLE: f64 = 2e-3;

/// Share that is hoped of what a beaten one gains at most.
const BEATEN: f64 = 0.2;

/// Candidates that are shown at first: a planner takes the longer, the more it sees.
const SOME: usize = 16;

/// Such lots that are peeled side by side: more than an oracle answers at once, so that it need not wait for the slowest.
const ABREAST: usize = 4;

/// Learns what single candidates gain, query by query and lot by lot, the best first.
pub fn peel<E>(inquiry: &mut Inquiry<'_, '_, E>) -> Result<(), E> {
    let problem = inquiry.problem;
    let queries = || problem.queries.iter().enumerate();
    let workload = inquiry.workload();
    // Some candidates of one table at a time, for each query that all candidates together make cheaper.
    let mut some: Vec<Ask> = vec![];
    for (query, q) in queries() {
        if inquiry.known.floor(query, &q.relevant) < inquiry.known.base(query) * (1.0 - NOTHING) {
            for table in inquiry.known.tables(query) {
                let members: Vec<usize> = table.iter().collect();
                some.extend(members.chunks(SOME).map(|part| Ask { query, with: Set::of(part.iter().copied()) }));
            }
        }
    }
    // A plan of several, such as two bitmaps, says what they gain together; each is asked about by itself at the end.
    let mut several = vec![];
    let mut idle: BTreeMap<usize, Set> = BTreeMap::new();
    let mut found: BTreeMap<usize, Vec<(f64, usize)>> = BTreeMap::new();
    let mut waiting = some.into_iter();
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
            if enough && !used.is_empty() {
                let found = found.entry(query).or_default();
                if used.len() == 1 {
                    found.extend(used.iter().map(|c| (gain, c)));
                }
                // What is left gains no more.
                let beats = |(g, a): &(f64, usize), b: usize| {
                    *g >= gain && problem.candidates[*a].is_no_dearer(&problem.candidates[b])
                };
                let mut left = with.minus(&used);
                for b in with.iter().filter(|b| found.iter().any(|a| beats(a, *b))) {
                    left = left.without(b);
                    inquiry.known.expect(query, b, gain * BEATEN);
                }
                return if left.is_empty() { waiting.next() } else { Some(Ask { query, with: left }) };
            }
            let all = idle.entry(query).or_default();
            *all = all.or(&with);
            waiting.next()
        });
        now = next.collect();
    }
    inquiry.put(several)?;
    // What gains nothing among some gains nothing among all, most likely: that settles most sets at once.
    let idle = idle.iter().flat_map(|(query, idle)| {
        inquiry.known.tables(*query).iter().map(|table| Ask { query: *query, with: table.and(idle) })
    });
    inquiry.put(idle.collect())?;
    (0..problem.queries.len()).for_each(|query| inquiry.known.note_gains(query));
    Ok(())
}
