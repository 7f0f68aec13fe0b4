//! The search: which candidates to take within a budget. Pure; the costs come from an oracle.
//!
//! It asks for each query with none and with all, and learns what single candidates gain from the plans of ever fewer
//! (`peel`); guesses hopefully what sets would cost (`known`), chooses the best set by those guesses (`master`), asks
//! what that set really costs, and goes round until the guesses about the chosen set are answers. An oracle that can run
//! queries then runs them, and what is slow is kept away from. Given the same answers it chooses the same.
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
use problem::{Answer, Ask, Choice, Oracle, Problem, Question, Ran, Run};
use set::Set;
use std::collections::BTreeSet;

/// A saving of less than this share is none.
const NOTHING: f64 = 1e-3;
/// Share of the workload's cost that a query's cost may be unsettled by while it is searched.
const UNSETTLED: f64 = 2e-4;
/// What all candidates together save a query is not looked into below this share of the workload's cost.
const LITTLE: f64 = 2e-3;
/// Rounds at first, and one of so many later, that begin from nothing as well.
const FRESH_ROUNDS: usize = 4;
/// Times that it goes round again because a plan of what was chosen is slow.
const MOST_TIMES: usize = 20;
/// Among more candidates than this the planner takes long.
const MANY: usize = 32;
/// Rounds in a row that save nothing before the next step of boldness, or the end.
const PATIENCE: usize = 3;
/// How bold guesses become, step by step, once the careful ones are settled.
const BOLDNESS: &[f64] = &[0.05, 0.1, 0.2, 0.35, 0.5];

/// A search: what is searched, and what is known by now. It can choose again, with other sizes, and then asks little.
pub struct Search {
    problem: Problem,
    /// Of each query, the candidates that were left out for their size.
    too_large: Vec<Set>,
    known: Known,
    /// What was chosen last.
    last: Option<Set>,
    /// There is news since that may call for another choice.
    has_news: bool,
    /// Questions asked so far.
    asks: usize,
    /// It was ended before it had nothing more to try.
    is_cut_short: bool,
}

/// A search that asks.
struct Inquiry<'s, 'o, E> {
    problem: &'s Problem,
    known: &'s mut Known,
    asks: &'s mut usize,
    is_cut_short: &'s mut bool,
    oracle: &'o mut dyn Oracle<E>,
}

/// Chooses candidates within the budget, and tells of the choice.
pub fn search<E>(problem: &Problem, oracle: &mut dyn Oracle<E>) -> Result<Choice, E> {
    let mut search = Search::new(problem);
    let chosen = search.choose(oracle)?;
    search.report(chosen, oracle)
}

impl Search {
    /// Nothing is asked yet.
    pub fn new(problem: &Problem) -> Search {
        let (problem, too_large) = that_fit(problem);
        let known = Known::new(&problem);
        Search { problem, too_large, known, last: None, has_news: false, asks: 0, is_cut_short: false }
    }

    /// Chooses candidates within the budget. From the second time on it begins with the last choice: where other
    /// [sizes](Search::set_bytes) may call for another one, careful guesses find it; else only its plans run again. Where one
    /// is slow by now, the search is as bold as the first time.
    pub fn choose<E>(&mut self, oracle: &mut dyn Oracle<E>) -> Result<Set, E> {
        let (last, has_news) = (self.last, std::mem::take(&mut self.has_news));
        let inquiry = &mut self.inquiry(oracle);
        let mut chosen = match last {
            None => {
                ask_first(inquiry)?;
                go_round(inquiry, Set::default(), BOLDNESS)?
            }
            Some(last) if has_news => {
                let fitting = master::within(inquiry.problem, inquiry.known, last);
                go_round(inquiry, fitting, &[])?
            }
            Some(last) => last,
        };
        for times in 0.. {
            let slow = inquiry.run(&chosen)?;
            if slow.is_empty() {
                break;
            }
            // At last, what slow plans use is let go.
            *inquiry.is_cut_short |= times >= MOST_TIMES;
            chosen = if times < MOST_TIMES { go_round(inquiry, chosen, BOLDNESS)? } else { chosen.minus(&slow) };
        }
        self.last = Some(chosen);
        Ok(chosen)
    }

    /// What is told of a choice; what is open about it is asked.
    pub fn report<E>(&mut self, chosen: Set, oracle: &mut dyn Oracle<E>) -> Result<Choice, E> {
        let too_large = self.too_large.clone();
        (0..self.problem.queries.len()).for_each(|query| self.known.tolerate(query, 0.0));
        report::report(&mut self.inquiry(oracle), chosen, &too_large)
    }

    /// What a candidate takes of the budget from now on. Returns whether that is news.
    pub fn set_bytes(&mut self, candidate: usize, bytes: u64) -> bool {
        let is_other = std::mem::replace(&mut self.problem.candidates[candidate].bytes, bytes) != bytes;
        self.has_news |= is_other;
        is_other
    }

    fn inquiry<'s, 'o, E>(&'s mut self, oracle: &'o mut dyn Oracle<E>) -> Inquiry<'s, 'o, E> {
        Inquiry {
            problem: &self.problem,
            known: &mut self.known,
            asks: &mut self.asks,
            is_cut_short: &mut self.is_cut_short,
            oracle,
        }
    }
}

/// Asks what tells most.
fn ask_first<E>(inquiry: &mut Inquiry<'_, '_, E>) -> Result<(), E> {
    let problem = inquiry.problem;
    let every = || 0..problem.queries.len();
    inquiry.put(every().map(|query| Ask { query, with: Set::default() }).collect())?;
    let workload = inquiry.workload();
    for (query, q) in problem.queries.iter().enumerate() {
        inquiry.known.tolerate(query, workload * UNSETTLED / q.weight.max(f64::MIN_POSITIVE));
    }
    inquiry.put(every().map(|query| Ask { query, with: problem.queries[query].relevant }).collect())?;
    peel::peel(inquiry)?;
    without_the_best(inquiry)
}

/// Chooses by what is known and asks what is open about the choice, until nothing is; has its plans run, and goes on
/// where one is slow; then with guesses that are bolder, step by step.
fn go_round<E>(inquiry: &mut Inquiry<'_, '_, E>, from: Set, steps: &[f64]) -> Result<Set, E> {
    let problem = inquiry.problem;
    // Careful rounds alone do not make up for bold ones that were cut.
    *inquiry.is_cut_short &= steps.is_empty();
    let mut allowed = worth_a_look(problem, inquiry.known);
    inquiry.put(inquiry.open(&from))?;
    let mut best = from;
    let mut boldness = steps.iter();
    let mut in_vain = 0;
    for round in 0.. {
        if round == problem.rounds {
            *inquiry.is_cut_short = true;
            break;
        }
        // Beginning anew finds what no small change leads to, while much is still guessed.
        let afresh = round < FRESH_ROUNDS || round % FRESH_ROUNDS == 0;
        let starts = if afresh { vec![Set::default(), best] } else { vec![best] };
        let set = master::choose(problem, inquiry.known, &allowed, &starts);
        let open = inquiry.open(&set);
        let settled = open.is_empty();
        inquiry.put(open)?;
        let is_bold = boldness.len() < steps.len();
        if (settled || is_bold && inquiry.total(&set) < inquiry.total(&best)) && !inquiry.run(&set)?.is_empty() {
            allowed = worth_a_look(problem, inquiry.known);
            continue;
        }
        // What was learned may have changed what the best one before comes to.
        let (cost, least) = (inquiry.total(&set), inquiry.total(&best));
        in_vain = if cost < least * (1.0 - NOTHING) { 0 } else { in_vain + 1 };
        if cost < least {
            best = set;
        }
        // What is hoped for is found; plans that are better together than each alone promises may still be.
        if settled || is_bold && in_vain >= PATIENCE {
            in_vain = 0;
            match boldness.next() {
                Some(next) => inquiry.known.be_bold(*next),
                None => break,
            }
        }
    }
    inquiry.known.be_bold(0.0);
    without_idle(inquiry, best)
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

impl<E> Inquiry<'_, '_, E> {
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
        let answers: Vec<Answer> = self.oracle.answer(&open)?;
        for (ask, answer) in open.iter().zip(&answers) {
            self.known.learn(ask, answer);
        }
        *self.asks += open.len();
        Ok(())
    }

    /// Has the queries run with this set, and by themselves the plans that cost nearly as little as the expected ones, if
    /// none of their kind was run. Returns what the slow ones use.
    fn run(&mut self, set: &Set) -> Result<Set, E> {
        let mut runs: Vec<Run> = vec![];
        for (query, q) in self.problem.queries.iter().enumerate() {
            let with = set.and(&q.relevant);
            for (n, plan) in self.known.likely(query, &with).into_iter().enumerate() {
                if n == 0 {
                    runs.push(Run { query, with: *set, plan });
                } else if !plan.used.is_empty() && !self.known.was_run(query, plan.kind) {
                    runs.push(Run { query, with: plan.used, plan });
                }
            }
        }
        let ran = self.oracle.run(&runs)?;
        let mut slow = Set::default();
        let mut slow_queries = BTreeSet::new();
        for (Run { query, with, plan }, ran) in runs.iter().zip(ran) {
            let Some(Ran { kind, used, is_slow }) = ran else { continue };
            self.known.note_run(*query, kind);
            let used = used.and(with);
            if is_slow && !used.is_empty() {
                // The planner took it for no dearer than the expected one.
                self.known.count_as_slow(*query, Answer { cost: plan.cost, used, kind });
                slow = slow.or(&used);
                slow_queries.insert(*query);
            }
        }
        slow_queries.into_iter().try_for_each(|query| self.look_again(query))?;
        Ok(slow)
    }

    /// Asks what else a query could use, of what was beaten by what is slow, until it is something else.
    fn look_again(&mut self, query: usize) -> Result<(), E> {
        let relevant = self.problem.queries[query].relevant;
        let is_open = |c: &usize| self.known.exact(query, &Set::of([*c])).is_none();
        let mut with = Set::of(relevant.iter().filter(is_open));
        while !with.is_empty() {
            self.put(vec![Ask { query, with }])?;
            let used = self.known.used(query, &with);
            if used.is_empty() || !self.known.is_slow(query, &with) {
                break;
            }
            with = with.minus(&used);
        }
        self.known.note_gains(query);
        Ok(())
    }

    /// The queries whose cost with this set is still a guess.
    fn open(&self, set: &Set) -> Vec<Ask> {
        let queries = self.problem.queries.iter().enumerate();
        let asks = queries.map(|(query, q)| Ask { query, with: set.and(&q.relevant) });
        asks.filter(|a| self.known.exact(a.query, &a.with).is_none()).collect()
    }

    /// What the workload costs without any candidate.
    fn workload(&self) -> f64 {
        self.problem.queries.iter().enumerate().map(|(q, x)| x.weight * self.known.base(q)).sum()
    }

    /// See [`master::total`].
    fn total(&mut self, set: &Set) -> f64 {
        master::total(self.problem, self.known, set)
    }
}

/// Asks each query without each candidate of its best plan, where there are many among those that gain something: plans
/// of several candidates come to light that single ones do not promise.
fn without_the_best<E>(inquiry: &mut Inquiry<'_, '_, E>) -> Result<(), E> {
    let mut asks = vec![];
    let workload = inquiry.workload();
    for (query, q) in inquiry.problem.queries.iter().enumerate() {
        let gain = inquiry.known.base(query) - inquiry.known.floor(query, &q.relevant);
        if gain * q.weight < workload * LITTLE {
            continue;
        }
        let used = inquiry.known.used(query, &q.relevant);
        let gaining = || Set::of(q.relevant.iter().filter(|c| inquiry.known.gain(query, *c) > 0.0)).or(&used);
        let among = if q.relevant.len() > MANY { gaining() } else { q.relevant };
        for with in [among.minus(&used), used] {
            asks.push(Ask { query, with });
        }
        for c in used.iter() {
            asks.push(Ask { query, with: among.without(c) });
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
        let gains_more = a.1.iter().zip(&b.1).all(|(g, h)| g >= h);
        let same = x.bytes == y.bytes && x.upkeep == y.upkeep && a.1 == b.1;
        x.is_no_dearer(y) && gains_more && (!same || a.0 < b.0)
    };
    let kept = some.iter().filter(|b| in_plans.has(b.0) || !some.iter().any(|a| a.0 != b.0 && beats(a, b)));
    Set::of(kept.map(|(c, _)| *c))
}

/// Lets go, one at a time, what no query would miss.
fn without_idle<E>(inquiry: &mut Inquiry<'_, '_, E>, mut set: Set) -> Result<Set, E> {
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
