//! The search: which candidates to take within a budget. Pure; the costs come from an oracle.
//!
//! It asks for each query with none and with all, and learns what single candidates gain from the plans of ever fewer
//! (`peel`); guesses hopefully what sets would cost (`known`), chooses the best set by those guesses (`master`), asks
//! what that set really costs, and goes round until the guesses about the chosen set are answers. Given the same answers
//! it chooses the same.
mod hash;
mod known;
mod master;
mod peel;
pub mod problem;
mod report;
pub mod set;
#[cfg(test)]
mod tests;

use known::Known;
use problem::{Answer, Ask, Choice, Learned, Oracle, Problem, Question};
use set::Set;

/// A saving of less than this share is none.
const NOTHING: f64 = 1e-3;
/// Rounds at first, and one of so many later, that begin from nothing as well.
const FRESH_ROUNDS: usize = 4;
/// How bold guesses become, step by step, once the careful ones are settled.
const BOLDNESS: &[f64] = &[0.1, 0.25, 0.5];

/// A search under way: what is searched, what is known by now, and who is asked.
struct Inquiry<'p, 'o, 'a, E> {
    problem: &'p Problem,
    known: Known,
    learned: &'p mut Learned,
    oracle: &'o mut Oracle<'a, E>,
    /// Questions asked so far.
    asks: usize,
}

/// Chooses candidates within the budget. What the oracle said is added to `learned`, and what is there already is not
/// asked again: of a problem with other candidates left out, or another budget, little is left to ask.
pub fn search<E>(problem: &Problem, learned: &mut Learned, oracle: &mut Oracle<'_, E>) -> Result<Choice, E> {
    let (problem, too_large) = &that_fit(problem);
    let mut inquiry = Inquiry { problem, known: Known::new(problem), learned, oracle, asks: 0 };
    for (ask, answer) in inquiry.learned.iter() {
        inquiry.known.learn(ask, answer);
    }
    let every = || 0..problem.queries.len();
    inquiry.put(every().map(|query| Ask { query, with: Set::default() }).collect())?;
    inquiry.put(every().map(|query| Ask { query, with: problem.queries[query].relevant }).collect())?;
    peel::peel(&mut inquiry)?;
    without_the_best(&mut inquiry)?;
    let allowed = worth_a_look(problem, &inquiry.known);
    let mut best = (Set::default(), inquiry.total(&Set::default()));
    let mut boldness = BOLDNESS.iter();
    for round in 0..problem.rounds {
        // Beginning anew finds what no small change leads to, while much is still guessed.
        let afresh = round < FRESH_ROUNDS || round % FRESH_ROUNDS == 0;
        let starts = if afresh { vec![Set::default(), best.0] } else { vec![best.0] };
        let set = master::choose(problem, &mut inquiry.known, &allowed, &starts);
        let open = inquiry.open(&set);
        let settled = open.is_empty();
        inquiry.put(open)?;
        let cost = inquiry.total(&set);
        if cost < best.1 {
            best = (set, cost);
        }
        // What is hoped for is found; plans that are better together than each alone promises may still be.
        if settled {
            match boldness.next() {
                Some(next) => inquiry.known.be_bold(*next),
                None => break,
            }
        }
    }
    inquiry.known.be_bold(0.0);
    let chosen = without_idle(&mut inquiry, best.0)?;
    report::report(&mut inquiry, chosen, too_large)
}

/// The problem without the candidates that are larger than the whole budget, and of each query those. Nothing is asked
/// with them until the choice is told: plans among fewer take less time to find.
fn that_fit(problem: &Problem) -> (Problem, Vec<Set>) {
    let large = (0..problem.candidates.len()).filter(|c| problem.candidates[*c].bytes > problem.budget_bytes);
    let large = Set::of(large);
    let mut fitting = problem.clone();
    let apart = |q: &mut Question| {
        let apart = q.relevant.and(&large);
        q.relevant = q.relevant.minus(&large);
        apart
    };
    let too_large = fitting.queries.iter_mut().map(apart).collect();
    (fitting, too_large)
}

impl<E> Inquiry<'_, '_, '_, E> {
    /// Asks what is not settled yet.
    fn put(&mut self, asks: Vec<Ask>) -> Result<(), E> {
        let mut open: Vec<Ask> = vec![];
        for ask in asks {
            if self.known.exact(ask.query, &ask.with).is_none() && !open.contains(&ask) {
                open.push(ask);
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        let answers: Vec<Answer> = (self.oracle)(&open)?;
        for (ask, answer) in open.iter().zip(&answers) {
            self.known.learn(ask, answer);
        }
        self.asks += open.len();
        self.learned.extend(open.into_iter().zip(answers));
        Ok(())
    }

    /// The queries whose cost with this set is still a guess.
    fn open(&self, set: &Set) -> Vec<Ask> {
        let queries = self.problem.queries.iter().enumerate();
        let asks = queries.map(|(query, q)| Ask { query, with: set.and(&q.relevant) });
        asks.filter(|a| self.known.exact(a.query, &a.with).is_none()).collect()
    }

    /// See [`master::total`].
    fn total(&mut self, set: &Set) -> f64 {
        master::total(self.problem, &mut self.known, set)
    }

    /// See [`master::cost`].
    fn cost(&mut self, set: &Set) -> f64 {
        master::cost(self.problem, &mut self.known, set)
    }
}

/// Asks each query without each candidate of its best plan: plans of several candidates come to light that single ones
/// do not promise.
fn without_the_best<E>(inquiry: &mut Inquiry<'_, '_, '_, E>) -> Result<(), E> {
    let mut asks = vec![];
    for (query, q) in inquiry.problem.queries.iter().enumerate() {
        let used = inquiry.known.used(query, &q.relevant);
        for with in [q.relevant.minus(&used), used] {
            asks.push(Ask { query, with });
        }
        for c in used.iter() {
            asks.push(Ask { query, with: q.relevant.without(c) });
            asks.push(Ask { query, with: used.without(c) });
        }
    }
    inquiry.put(asks)
}

/// Candidates that gain something by themselves or stand in the best plan of some query, and are not beaten by another
/// one that is no larger, costs no more to keep and gains no less for every query.
fn worth_a_look(problem: &Problem, known: &Known) -> Set {
    let gains = |c: usize| -> Vec<f64> { (0..problem.queries.len()).map(|q| known.gain(q, c)).collect() };
    let mut in_plans = Set::default();
    for (q, query) in problem.queries.iter().enumerate() {
        in_plans = in_plans.or(&known.used(q, &query.relevant));
    }
    let some: Vec<(usize, Vec<f64>)> = (0..problem.candidates.len())
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
fn without_idle<E>(inquiry: &mut Inquiry<'_, '_, '_, E>, mut set: Set) -> Result<Set, E> {
    inquiry.put(inquiry.open(&set))?;
    for c in set.iter().collect::<Vec<_>>() {
        let less = set.without(c);
        inquiry.put(inquiry.open(&less))?;
        if inquiry.total(&less) <= inquiry.total(&set) {
            set = less;
        }
    }
    Ok(set)
}
