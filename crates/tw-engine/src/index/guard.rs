//! The guard: no query may come to touch more pages and take longer. A plan that does so is told to the search as slow, and
//! it chooses again. Where no plan with indexes was expected at all, the one that most pages are touched for is let go. What
//! turns out larger than the budget when it is built on all rows is chosen again, too.
use super::{
    trying::{Rows, Seen},
    whatif::Prepared,
};
use crate::Failure;
use tw_lab::{clock::Clock, whatif::measure::Compared};
use tw_rooms::indexing::search::{
    Search,
    problem::{Ask, Choice, Problem},
    set::Set,
};

/// Times that it is chosen again; what then still makes a query slower is told.
const MOST_TIMES: usize = 20;

/// How many times the cost without any candidate a slow plan counts for. Each time that it is chosen all the same it counts
/// for as many times more.
const COUNTS_FOR: f64 = 4.0;

/// A candidate that made a query slower.
#[derive(Clone, Debug, PartialEq)]
pub struct LetGo {
    /// Its number.
    pub candidate: usize,
    /// Number of the query that it made slower.
    pub query: usize,
    /// The kind of plan that was expected to read candidates: it is what is slow, not the candidate wherever it is read.
    pub expected: Option<u64>,
    /// What was seen of the query.
    pub seen: Compared,
}

/// A choice, and what was seen when its queries ran.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// The choice.
    pub choice: Choice,
    /// Each query with the indexes and without; none where it could not be run.
    pub compared: Vec<Option<Seen>>,
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
    let mut search = Search::new(problem);
    let mut running = 0.0;
    let mut let_go: Vec<LetGo> = vec![];
    for time in 0.. {
        let chosen = search.choose(&mut |asks: &[Ask]| prepared.answer(asks))?;
        progress(0, 0, &format!("trying a choice of {} indexes on {}", chosen.len(), rows.told()));
        let clock = Clock::start();
        for (candidate, bytes) in rows.build(prepared, &chosen)? {
            search.takes(candidate, bytes);
            prepared.tried[candidate].bytes = bytes;
        }
        let fits = search.fits(&chosen);
        let compared = if fits { rows.compare(prepared, &chosen)? } else { vec![] };
        running += clock.seconds();
        if !fits {
            let bytes: u64 = chosen.iter().map(|c| prepared.tried[c].bytes).sum();
            let (takes, budget) = (bytes >> 20, problem.budget_bytes >> 20);
            progress(0, 0, &format!("it takes {takes} MB on all rows, over the budget of {budget} MB: choosing again"));
            continue;
        }
        let plan = |query: usize| search.plan(query, &chosen).filter(|plan| !plan.used.is_empty());
        let expects = |query: usize| plan(query).map(|plan| plan.kind);
        let slower = slower(&chosen, &expects, &compared, rows.all, &|name| prepared.number(name));
        if slower.is_empty() || time >= MOST_TIMES {
            let choice = search.report(chosen, &mut |asks: &[Ask]| prepared.answer(asks))?;
            let_go.retain(|l| !chosen.has(l.candidate));
            return Ok(Guarded { choice, compared, let_go, running });
        }
        for (query, kind) in fast(&expects, &compared) {
            search.count_as_fast(query, kind);
        }
        for found in slower {
            let (name, ratio) = (&prepared.planned[found.query].query.name, found.seen.ratio.unwrap_or_default());
            progress(0, 0, &format!("{name} takes {ratio:.2} times as long with that choice: choosing again"));
            match found.expected {
                Some(kind) => search.count_as_slow(found.query, kind, found.candidate, COUNTS_FOR),
                None => search.let_go(found.candidate),
            }
            if !let_go.iter().any(|l| l.candidate == found.candidate) {
                let_go.push(found);
            }
        }
    }
    unreachable!("the last time returns")
}

/// What made queries slower, among the chosen ones: of each such query, what most pages are touched for. On a sample
/// (not `all` rows) a plan of another kind than the planner `expects` at full size says nothing of that one.
pub fn slower(
    chosen: &Set,
    expects: &dyn Fn(usize) -> Option<u64>,
    compared: &[Option<Seen>],
    all: bool,
    number: &dyn Fn(&str) -> Option<usize>,
) -> Vec<LetGo> {
    let mut found = vec![];
    for (query, seen) in compared.iter().enumerate() {
        let Some(Seen { kind, compared: seen }) = seen.as_ref().filter(|s| s.compared.is_slower()) else { continue };
        let numbered = seen.used.iter().filter_map(|(name, pages)| Some((*pages, number(name)?)));
        let read: Vec<(u64, usize)> = numbered.filter(|(_, c)| chosen.has(*c)).collect();
        let expected = expects(query);
        if !all && expected != Some(*kind) {
            continue;
        }
        let most = read.into_iter().max_by_key(|(pages, c)| (*pages, std::cmp::Reverse(*c)));
        found.extend(most.map(|(_, candidate)| LetGo { candidate, query, expected, seen: seen.clone() }));
    }
    found
}

/// The queries that ran as fast as they should with the plan that was expected, and its kind.
fn fast(expects: &dyn Fn(usize) -> Option<u64>, compared: &[Option<Seen>]) -> Vec<(usize, u64)> {
    let ran = compared.iter().enumerate().filter_map(|(query, seen)| Some((query, seen.as_ref()?)));
    let as_expected = ran.filter(|(query, seen)| !seen.compared.is_slower() && expects(*query) == Some(seen.kind));
    as_expected.map(|(query, seen)| (query, seen.kind)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ratio: Option<f64>, used: &str) -> Option<Seen> {
        let used = [(used.to_string(), 9), ("2".into(), 5)].into();
        let kind = 1;
        Some(Seen { kind, compared: Compared { pages_without: 10, pages_with: Some(20), ratio, used } })
    }

    #[test]
    fn what_made_a_query_slower_is_named_and_nothing_else() {
        let chosen = Set::of([2, 3, 4]);
        let expects = |query: usize| [1, 2, 1].get(query).copied();
        let number = |name: &str| name.parse().ok();
        let named_of = |compared: &[Option<Seen>], all: bool| -> Vec<(usize, usize)> {
            slower(&chosen, &expects, compared, all, &number).iter().map(|l| (l.candidate, l.query)).collect()
        };
        let named = |compared: &[Option<Seen>]| named_of(compared, false);
        // As fast, or more pages in no more time.
        assert_eq!(named(&[seen(None, "3"), seen(Some(1.04), "3"), None]), []);
        assert_eq!(named(&[seen(Some(1.2), "3"), None, seen(Some(3.0), "4")]), [(3, 0), (4, 2)]);
        // A plan that the full size would not have, seen on a sample and on all rows.
        assert_eq!(named(&[None, seen(Some(1.2), "4"), None]), []);
        assert_eq!(named_of(&[None, seen(Some(1.2), "4"), None], true), [(4, 1)]);
        let found = slower(&chosen, &expects, &[seen(Some(1.2), "3"), seen(Some(1.2), "4"), None], true, &number);
        let quick = fast(&expects, &[seen(None, "3"), seen(None, "3"), seen(Some(1.2), "3"), None]);
        assert_eq!(quick, [(0, 1)], "another plan than the expected one says nothing of that one");
        let expected: Vec<Option<u64>> = found.iter().map(|l| l.expected).collect();
        assert_eq!(expected, [Some(1), Some(2)], "what was expected is what is slow");
    }
}
