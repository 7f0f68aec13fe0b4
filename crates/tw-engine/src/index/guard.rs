//! The guard: no query may come to touch more pages and take longer. What makes one do so is let go, and the search
//! chooses again among the others.
use super::whatif::Prepared;
use crate::Failure;
use tw_lab::whatif::measure::Compared;
use tw_rooms::indexing::search::{
    problem::{Ask, Choice, Problem},
    search,
    set::Set,
};

/// Times that it is chosen again; what then still makes a query slower is told.
const MOST_TIMES: usize = 3;

/// A candidate that was let go.
#[derive(Clone, Debug, PartialEq)]
pub struct LetGo {
    /// Its number.
    pub candidate: usize,
    /// Number of the query that it made slower.
    pub query: usize,
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
    /// What was let go.
    pub let_go: Vec<LetGo>,
}

/// Chooses, has the queries run by `run`, and chooses again without what makes one slower. A plan that reads other
/// candidates than the planner would read at full size says nothing of those.
pub fn choose(
    prepared: &mut Prepared,
    problem: &Problem,
    run: &mut dyn FnMut(&Prepared, &Choice) -> Result<Vec<Option<Compared>>, Failure>,
) -> Result<Guarded, Failure> {
    let mut problem = problem.clone();
    let mut let_go: Vec<LetGo> = vec![];
    for time in 0.. {
        let choice = search(&problem, &mut |asks: &[Ask]| prepared.answer(asks))?;
        let compared = run(prepared, &choice)?;
        let slower = slower(&choice, &compared, &|name| prepared.number(name));
        if slower.is_empty() || time == MOST_TIMES {
            return Ok(Guarded { choice, compared, let_go });
        }
        for found in slower {
            problem.queries.iter_mut().for_each(|q| q.relevant = q.relevant.without(found.candidate));
            if !let_go.iter().any(|l| l.candidate == found.candidate) {
                let_go.push(found);
            }
        }
    }
    unreachable!("the last time returns")
}

/// What made queries slower, among the chosen ones.
pub fn slower(choice: &Choice, compared: &[Option<Compared>], number: &dyn Fn(&str) -> Option<usize>) -> Vec<LetGo> {
    let mut found = vec![];
    for (query, seen) in compared.iter().enumerate() {
        let Some(seen) = seen.as_ref().filter(|s| s.is_slower()) else { continue };
        let read = Set::of(seen.used.iter().filter_map(|name| number(name)));
        let expected = choice.uses.iter().find(|(q, _)| *q == query).map(|(_, used)| *used).unwrap_or_default();
        if read == expected {
            found.extend(read.iter().map(|candidate| LetGo { candidate, query, seen: seen.clone() }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(ratio: Option<f64>, used: &str) -> Option<Compared> {
        Some(Compared { pages_without: 10, pages_with: 20, ratio, used: [used.to_string()].into() })
    }

    #[test]
    fn what_made_a_query_slower_is_named_and_nothing_else() {
        let choice = Choice {
            chosen: Set::of([3, 4]),
            base: 1.0,
            cost: 1.0,
            queries: vec![],
            uses: vec![(0, Set::of([3])), (1, Set::of([3])), (2, Set::of([4]))],
            benefits: vec![],
            rejected: vec![],
            asks: 0,
        };
        let number = |name: &str| name.parse().ok();
        let named = |compared: &[Option<Compared>]| -> Vec<(usize, usize)> {
            slower(&choice, compared, &number).iter().map(|l| (l.candidate, l.query)).collect()
        };
        // As fast, or more pages in no more time.
        assert_eq!(named(&[seen(None, "3"), seen(Some(1.04), "3"), None]), []);
        assert_eq!(named(&[seen(Some(1.2), "3"), None, seen(Some(3.0), "4")]), [(3, 0), (4, 2)]);
        // A plan that the full size would not have.
        assert_eq!(named(&[None, seen(Some(1.2), "4"), None]), []);
    }
}
