//! What the answers so far tell of sets that were not asked for.
//!
//! If the plan among the candidates `C` uses only `U`, then with any set between `U` and `C` the cost is the
//! same: the plan is there, and every other plan that is there was there before and lost. For the same reason a
//! plan that uses `U` bounds from above what any set around `U` costs, and what `C` costs bounds from below
//! what any set within `C` does.
use super::{
    problem::{Answer, Ask, Problem},
    set::{MOST_CANDIDATES, Set},
};
use std::collections::HashMap;

/// Costs that differ by less than this share are the same.
const SAME: f64 = 1e-4;

/// Everything known of one query.
#[derive(Clone, Debug)]
struct Told {
    /// Each answer: what was there, what was used, the cost.
    answers: Vec<(Set, Set, f64)>,
    /// Ways to run it, the cheapest first: what it uses, the cost. None is as dear as one that uses less.
    ways: Vec<(Set, f64)>,
    /// Gain of single candidates.
    gains: Vec<f64>,
    /// Cost without any candidate.
    base: f64,
}

/// Everything known.
#[derive(Clone, Debug)]
pub struct Known {
    told: Vec<Told>,
    guesses: Vec<HashMap<Set, f64>>,
    /// How far guesses go from what is hoped towards what is possible, 0 to 1.
    boldness: f64,
    /// Questions asked so far.
    pub asks: usize,
}

impl Known {
    /// Nothing is known yet.
    pub fn new(queries: usize) -> Known {
        let nothing = Told { answers: vec![], ways: vec![], gains: vec![0.0; MOST_CANDIDATES], base: f64::INFINITY };
        Known { told: vec![nothing; queries], guesses: vec![HashMap::new(); queries], boldness: 0.0, asks: 0 }
    }

    /// From now on guesses go so far towards what is possible.
    pub fn be_bold(&mut self, boldness: f64) {
        self.boldness = boldness;
        self.guesses.iter_mut().for_each(HashMap::clear);
    }

    /// Learns an answer.
    pub fn learn(&mut self, ask: &Ask, answer: &Answer) {
        self.asks += 1;
        let told = &mut self.told[ask.query];
        self.guesses[ask.query].clear();
        told.answers.push((ask.with, answer.used, answer.cost));
        if ask.with.is_empty() {
            told.base = answer.cost;
        }
        let beaten = told.ways.iter().any(|(used, cost)| used.within(&answer.used) && *cost <= answer.cost);
        if !beaten {
            told.ways.retain(|(used, cost)| !(answer.used.within(used) && answer.cost <= *cost));
            let at = told.ways.partition_point(|(_, cost)| *cost <= answer.cost);
            told.ways.insert(at, (answer.used, answer.cost));
        }
    }

    /// Keeps what a single candidate gains, from an answer of its own or one that settles it.
    pub fn note_gain(&mut self, query: usize, candidate: usize) {
        if let Some(cost) = self.exact(query, &Set::of([candidate])) {
            let told = &mut self.told[query];
            told.gains[candidate] = (told.base - cost).max(0.0);
            self.guesses[query].clear();
        }
    }

    /// Cost without any candidate.
    pub fn base(&self, query: usize) -> f64 {
        self.told[query].base
    }

    /// What a candidate gains by itself.
    pub fn gain(&self, query: usize, candidate: usize) -> f64 {
        self.told[query].gains[candidate]
    }

    /// The cost, when an answer settles it. `set` holds candidates relevant to the query only.
    pub fn exact(&self, query: usize, set: &Set) -> Option<f64> {
        let settles = |(with, used, _): &&(Set, Set, f64)| used.within(set) && set.within(with);
        self.told[query].answers.iter().find(settles).map(|(.., cost)| *cost)
    }

    /// What the cheapest way known with these candidates uses.
    pub fn used(&self, query: usize, set: &Set) -> Set {
        self.way(query, set).0
    }

    /// The cheapest way known with these candidates.
    fn way(&self, query: usize, set: &Set) -> (Set, f64) {
        let told = &self.told[query];
        told.ways.iter().find(|(used, _)| used.within(set)).copied().unwrap_or((Set::default(), told.base))
    }

    /// No set within this one costs less.
    pub fn floor(&self, query: usize, set: &Set) -> f64 {
        let around = self.told[query].answers.iter().filter(|(with, ..)| set.within(with));
        around.map(|(.., cost)| *cost).fold(0.0, f64::max)
    }

    /// The cost where it is known, else a hopeful guess: the cheapest way known, less what single candidates of
    /// other tables gain beyond it unless an answer has shown that they do not.
    pub fn guess(&mut self, problem: &Problem, query: usize, set: &Set) -> f64 {
        if let Some(cost) = self.guesses[query].get(set) {
            return *cost;
        }
        let cost = self.exact(query, set).unwrap_or_else(|| self.hope(problem, query, set));
        self.guesses[query].insert(*set, cost);
        cost
    }

    fn hope(&self, problem: &Problem, query: usize, set: &Set) -> f64 {
        let (used, way) = self.way(query, set);
        // Per table: the best gain among what the way uses, and among what is there.
        let mut best: Vec<(usize, f64, f64)> = vec![];
        for candidate in set.iter() {
            let gain = self.gain(query, candidate);
            if gain <= 0.0 {
                continue;
            }
            let table = problem.candidates[candidate].table;
            let spent = used.has(candidate);
            // An answer about this way together with the candidate says what comes of the two.
            if !spent && self.floor(query, &used.with(candidate)) >= way * (1.0 - SAME) {
                continue;
            }
            let place = match best.iter().position(|(t, ..)| *t == table) {
                Some(place) => place,
                None => {
                    best.push((table, 0.0, 0.0));
                    best.len() - 1
                }
            };
            let (_, in_use, there) = &mut best[place];
            *there = there.max(gain);
            if spent {
                *in_use = in_use.max(gain);
            }
        }
        let hoped: f64 = best.iter().map(|(_, in_use, there)| there - in_use).sum();
        let floor = self.floor(query, set);
        let hope = (way - hoped).max(floor).min(way);
        hope - self.boldness * (hope - floor)
    }
}
