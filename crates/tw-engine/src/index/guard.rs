//! The guard: no query may come to touch more pages and take longer. A plan that does so is told to the search as slow, and
//! it chooses again; where the planner takes other indexes for it than it was expected to, the one that most pages are touched
//! for is let go.
use super::{trying::Rows, whatif::Prepared};
use crate::Failure;
use tw_lab::{clock::Clock, whatif::measure::Compared};
use tw_rooms::indexing::search::{
    problem::{Ask, Choice, Problem, Slow},
    search,
    set::Set,
};

/// Times that it is chosen again; what then still makes a query slower is told.
const MOST_TIMES: usize = 12;

/// How many times the cost without any candidate a slow plan counts for, over the ratio of times that was seen. Each time
/// that it is chosen all the same it counts for as many times more.
const COUNTS_FOR: f64 = 2.0;

/// A candidate that made a query slower.
#[derive(Clone, Debug, PartialEq)]
pub struct LetGo {
    /// Its number.
    pub candidate: usize,
    /// Number of the query that it made slower.
    pub query: usize,
    /// The plan is the expected one: it is what is slow, not the candidate wherever it is read.
    pub expected: Option<Set>,
    /// What was seen of the query.
    pub seen: Compared,
}

/// A choice, and what was seen when its queries ran.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// The choice.
    pub choice: Choice,
    /// Each query with the indexes and without; none where it could not be run.
    pub compared: Vec<Option<Compared>>,
    /// What made queries slower and is not in the choice.
    pub let_go: Vec<LetGo>,
    /// Seconds in which indexes were built and queries ran, which is not searching.
    pub running: f64,
}

/// Chooses, runs the queries on `rows`, and chooses again without what makes one slower.
pub fn choose(
    prepared: &mut Prepared,
    problem: &Problem,
    rows: &mut Rows,
    progress: &crate::prove::Progress,
) -> Result<Guarded, Failure> {
    let mut problem = problem.clone();
    let (mut learned, mut asks, mut running) = (vec![], 0, 0.0);
    let mut let_go: Vec<LetGo> = vec![];
    for time in 0.. {
        let mut choice = search(&problem, &mut learned, &mut |asks: &[Ask]| prepared.answer(asks))?;
        asks += choice.asks;
        choice.asks = asks;
        progress(0, 0, &format!("trying a choice of {} indexes on {}", choice.chosen.len(), rows.told()));
        let clock = Clock::start();
        let compared = rows.compare(prepared, &choice)?;
        running += clock.seconds();
        let slower = slower(&choice, &compared, rows.all, &|name| prepared.number(name));
        if slower.is_empty() || time == MOST_TIMES {
            let_go.retain(|l| !choice.chosen.has(l.candidate));
            return Ok(Guarded { choice, compared, let_go, running });
        }
        for found in slower {
            match found.expected {
                Some(used) => count_as_slow(&mut problem, found.query, used, found.seen.ratio.unwrap_or(1.0)),
                None => problem.queries.iter_mut().for_each(|q| q.relevant = q.relevant.without(found.candidate)),
            }
            if !let_go.iter().any(|l| l.candidate == found.candidate) {
                let_go.push(found);
            }
        }
    }
    unreachable!("the last time returns")
}

fn count_as_slow(problem: &mut Problem, query: usize, used: Set, ratio: f64) {
    match problem.slow.iter_mut().find(|s| s.query == query && s.used == used) {
        Some(again) => again.ratio *= COUNTS_FOR,
        None => problem.slow.push(Slow { query, used, ratio: ratio.max(1.0) * COUNTS_FOR }),
    }
}

/// What made queries slower, among the chosen ones: of each such query, what most pages are touched for. On a sample
/// (not `all` rows) a plan that reads other candidates than the planner would read at full size says nothing of those.
pub fn slower(
    choice: &Choice,
    compared: &[Option<Compared>],
    all: bool,
    number: &dyn Fn(&str) -> Option<usize>,
) -> Vec<LetGo> {
    let mut found = vec![];
    for (query, seen) in compared.iter().enumerate() {
        let Some(seen) = seen.as_ref().filter(|s| s.is_slower()) else { continue };
        let numbered = seen.used.iter().filter_map(|(name, pages)| Some((*pages, number(name)?)));
        let read: Vec<(u64, usize)> = numbered.filter(|(_, c)| choice.chosen.has(*c)).collect();
        let expected = choice.uses.iter().find(|(q, _)| *q == query).map(|(_, used)| *used).unwrap_or_default();
        let expected = (Set::of(read.iter().map(|(_, c)| *c)) == expected).then_some(expected);
        if !all && expected.is_none() {
            continue;
        }
        let most = read.into_iter().max_by_key(|(pages, c)| (*pages, std::cmp::Reverse(*c)));
        found.extend(most.map(|(_, candidate)| LetGo { candidate, query, expected, seen: seen.clone() }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ratio: Option<f64>, used: &str) -> Option<Compared> {
        Some(Compared {
            pages_without: 10,
            pages_with: 20,
            ratio,
            used: [(used.to_string(), 9), ("2".into(), 5)].into(),
        })
    }

    #[test]
    fn what_made_a_query_slower_is_named_and_nothing_else() {
        let choice = Choice {
            chosen: Set::of([2, 3, 4]),
            base: 1.0,
            cost: 1.0,
            queries: vec![],
            uses: vec![(0, Set::of([2, 3])), (1, Set::of([2, 3])), (2, Set::of([2, 4]))],
            benefits: vec![],
            rejected: vec![],
            asks: 0,
        };
        let number = |name: &str| name.parse().ok();
        let named_of = |compared: &[Option<Compared>], all: bool| -> Vec<(usize, usize)> {
            slower(&choice, compared, all, &number).iter().map(|l| (l.candidate, l.query)).collect()
        };
        let named = |compared: &[Option<Compared>]| named_of(compared, false);
        // As fast, or more pages in no more time.
        assert_eq!(named(&[seen(None, "3"), seen(Some(1.04), "3"), None]), []);
        assert_eq!(named(&[seen(Some(1.2), "3"), None, seen(Some(3.0), "4")]), [(3, 0), (4, 2)]);
        // A plan that the full size would not have, seen on a sample and on all rows.
        assert_eq!(named(&[None, seen(Some(1.2), "4"), None]), []);
        assert_eq!(named_of(&[None, seen(Some(1.2), "4"), None], true), [(4, 1)]);
        let found = slower(&choice, &[seen(Some(1.2), "3"), seen(Some(1.2), "4"), None], true, &number);
        let expected: Vec<Option<Set>> = found.iter().map(|l| l.expected).collect();
        assert_eq!(expected, [Some(Set::of([2, 3])), None], "a plan that was expected is what is slow");
    }
}
