//! What the answers so far tell of sets that were not asked for.
//!
//! If the plan among the candidates `C` uses only `U`, then with any set between `U` and `C` the cost is the
//! same: the plan is there, and every other plan that is there was there before and lost. For the same reason a
//! plan that uses `U` bounds from above what any set around `U` costs, and what `C` costs bounds from below
//! what any set within `C` does. Where the two bounds meet, the cost is settled.
use super::{
    hash::ByWords,
    problem::{Answer, Ask, Problem},
    set::{MOST_CANDIDATES, Set},
};
use std::collections::HashMap;

/// Costs that differ by less than this share are the same.
const SAME: f64 = 1e-4;
/// How many times the base a slow plan counts for. Each time that it is chosen all the same it counts for as many times
/// more.
const COUNTS_FOR: f64 = 4.0;
/// A slow plan that costs no more than this many times the one expected may be taken in its place, after statistics are
/// gathered anew: then it counts.
const NEARLY: f64 = 1.02;
/// Bounds that are as near as this have met.
const MET: f64 = 1e-9;

/// A way to run a query.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// It.
    answer: Answer,
    /// Candidates of which an answer has shown that, added one at a time, they make it no cheaper.
    idle: Set,
}

/// Everything known of one query.
#[derive(Clone, Debug)]
struct Told {
    /// The cheapest first. None is as dear as one that uses less.
    ways: Vec<Way>,
    /// What was there and what it cost, the dearest first. None lies within another that costs no less.
    tops: Vec<(Set, f64)>,
    /// The relevant candidates, table by table.
    tables: Vec<Set>,
    /// Place of a candidate among the relevant ones.
    places: Vec<usize>,
    /// Gain of single candidates, or what is hoped of it.
    gains: Vec<f64>,
    /// Those that gain something.
    gaining: Set,
    /// Cost without any candidate.
    base: f64,
    /// Bounds of a cost that differ by no more than this have met.
    tolerance: f64,
    /// Kinds of plans that were found slow, and how many times the base they count for.
    slow: Vec<(u64, f64)>,
    /// Plans of those kinds, with what the planner said of them, or of what it took them for.
    slow_answers: Vec<Answer>,
    /// Kinds of plans that were run.
    run: Vec<u64>,
    /// Guesses that were made since the last answer.
    guesses: HashMap<Set, f64, ByWords>,
    /// Guesses about such a set with one more, by the place of the one; not a number where none was made.
    onward: HashMap<Set, Vec<f64>, ByWords>,
}

/// Everything known.
#[derive(Clone, Debug)]
pub struct Known {
    told: Vec<Told>,
    /// How far guesses go from what is hoped towards what is possible, 0 to 1.
    boldness: f64,
}

impl Known {
    /// Nothing is known yet.
    pub fn new(problem: &Problem) -> Known {
        let told = problem.queries.iter().map(|query| {
            let mut tables: Vec<(usize, Set)> = vec![];
            let mut places = vec![0; MOST_CANDIDATES];
            for (place, c) in query.relevant.iter().enumerate() {
                places[c] = place;
                let table = problem.candidates[c].table;
                match tables.iter_mut().find(|(t, _)| *t == table) {
                    Some((_, set)) => set.insert(c),
                    None => tables.push((table, Set::of([c]))),
                }
            }
            Told {
                ways: vec![],
                tops: vec![],
                tables: tables.into_iter().map(|(_, set)| set).collect(),
                places,
                gains: vec![0.0; MOST_CANDIDATES],
                gaining: Set::default(),
                base: f64::INFINITY,
                tolerance: 0.0,
                slow: vec![],
                slow_answers: vec![],
                run: vec![],
                guesses: HashMap::default(),
                onward: HashMap::default(),
            }
        });
        Known { told: told.collect(), boldness: 0.0 }
    }

    /// From now on a query's costs are settled where they are known to this much.
    pub fn tolerate(&mut self, query: usize, tolerance: f64) {
        self.told[query].tolerance = tolerance;
        self.told[query].forget();
    }

    /// From now on guesses go so far towards what is possible.
    pub fn be_bold(&mut self, boldness: f64) {
        self.boldness = boldness;
        self.told.iter_mut().for_each(Told::forget);
    }

    /// Learns an answer.
    pub fn learn(&mut self, ask: &Ask, answer: &Answer) {
        let told = &mut self.told[ask.query];
        told.forget();
        if ask.with.is_empty() {
            told.base = answer.cost;
        }
        if told.times(answer).is_some() {
            told.keep_slow(*answer);
        }
        for way in
            told.ways.iter_mut().filter(|w| w.answer.used.within(&ask.with) && shows_idle(answer.cost, w.answer.cost))
        {
            way.idle = way.idle.or(&ask.with);
        }
        if !told.tops.iter().any(|(with, cost)| ask.with.within(with) && *cost >= answer.cost) {
            told.tops.retain(|(with, cost)| !(with.within(&ask.with) && answer.cost >= *cost));
            let at = told.tops.partition_point(|(_, cost)| *cost >= answer.cost);
            told.tops.insert(at, (ask.with, answer.cost));
        }
        if !told.ways.iter().any(|w| w.answer.used.within(&answer.used) && w.answer.cost <= answer.cost) {
            told.ways.retain(|w| !(answer.used.within(&w.answer.used) && answer.cost <= w.answer.cost));
            let showing =
                told.tops.iter().filter(|(with, cost)| answer.used.within(with) && shows_idle(*cost, answer.cost));
            let idle = showing.fold(Set::default(), |all, (with, _)| all.or(with));
            let at = told.ways.partition_point(|w| w.answer.cost <= answer.cost);
            told.ways.insert(at, Way { answer: *answer, idle });
        }
    }

    /// Keeps what single candidates gain a query, where that is settled.
    pub fn note_gains(&mut self, query: usize) {
        let told = &mut self.told[query];
        for candidate in told.tables.iter().flat_map(Set::iter).collect::<Vec<_>>() {
            let alone = Set::of([candidate]);
            if told.exact(&alone).is_some() {
                let worth = told.way(&alone).map_or(told.base, |w| told.worth(w, &alone));
                told.set_gain(candidate, (told.base - worth).max(0.0));
            }
        }
        told.forget();
    }

    /// From now on a candidate is hoped to gain so much by itself, until [that is settled](Known::note_gains).
    pub fn expect(&mut self, query: usize, candidate: usize, gain: f64) {
        self.told[query].set_gain(candidate, gain);
        self.told[query].forget();
    }

    /// From now on plans of this kind count for several times the query's cost without any candidate; or for as many
    /// times more, where they do already.
    pub fn count_as_slow(&mut self, query: usize, plan: Answer) {
        let kind = plan.kind;
        let told = &mut self.told[query];
        told.keep_slow(plan);
        if let Some((_, counts)) = told.slow.iter_mut().find(|(slow, _)| *slow == kind) {
            *counts *= COUNTS_FOR;
        } else {
            told.slow.push((kind, COUNTS_FOR));
            let of_kind: Vec<Answer> = told.ways.iter().map(|way| way.answer).filter(|a| a.kind == kind).collect();
            of_kind.into_iter().for_each(|answer| told.keep_slow(answer));
        }
        self.note_gains(query);
    }

    /// Plans of this kind were run.
    pub fn note_run(&mut self, query: usize, kind: u64) {
        let told = &mut self.told[query];
        if !told.run.contains(&kind) {
            told.run.push(kind);
        }
    }

    /// Whether they were.
    pub fn was_run(&self, query: usize, kind: u64) -> bool {
        self.told[query].run.contains(&kind)
    }

    /// Cost without any candidate.
    pub fn base(&self, query: usize) -> f64 {
        self.told[query].base
    }

    /// What a candidate gains by itself, or is hoped to.
    pub fn gain(&self, query: usize, candidate: usize) -> f64 {
        self.told[query].gains[candidate]
    }

    /// The relevant candidates of a query, table by table.
    pub fn tables(&self, query: usize) -> &[Set] {
        &self.told[query].tables
    }

    /// The planner's cost, when answers settle it. `set` holds candidates relevant to the query only.
    pub fn exact(&self, query: usize, set: &Set) -> Option<f64> {
        self.told[query].exact(set)
    }

    /// The cheapest plan known with these candidates.
    pub fn plan(&self, query: usize, set: &Set) -> Option<Answer> {
        self.told[query].way(set).map(|w| w.answer)
    }

    /// Those that the planner may take with these candidates: the cheapest, and what costs nearly as little.
    pub fn likely(&self, query: usize, set: &Set) -> Vec<Answer> {
        let within = self.told[query].ways.iter().map(|w| w.answer).filter(|plan| plan.used.within(set));
        let least = self.plan(query, set).map_or(0.0, |plan| plan.cost);
        within.take_while(|plan| plan.cost <= least * NEARLY).collect()
    }

    /// Whether the planner may take a plan with these that was found slow.
    pub fn is_slow(&self, query: usize, set: &Set) -> bool {
        let told = &self.told[query];
        told.way(set).is_some_and(|way| told.worth(way, set) > told.base)
    }

    /// What it uses.
    pub fn used(&self, query: usize, set: &Set) -> Set {
        self.plan(query, set).map(|plan| plan.used).unwrap_or_default()
    }

    /// No set within this one costs less.
    pub fn floor(&self, query: usize, set: &Set) -> f64 {
        self.told[query].floor(set)
    }

    /// The cost where it is known, else a hopeful guess: the cheapest way known, less what single candidates of
    /// other tables gain beyond it unless an answer has shown that they do not. Beyond a slow one nothing is hoped, until
    /// guesses are bold.
    pub fn guess(&mut self, query: usize, set: &Set) -> f64 {
        let told = &mut self.told[query];
        if let Some(cost) = told.guesses.get(set) {
            return *cost;
        }
        let cost = told.hope(set, self.boldness);
        told.guesses.insert(*set, cost);
        cost
    }

    /// The same of the set with one more candidate, which is asked of one set for many candidates.
    pub fn guess_with(&mut self, query: usize, set: &Set, candidate: usize) -> f64 {
        let boldness = self.boldness;
        let told = &mut self.told[query];
        let place = told.places[candidate];
        if let Some(cost) = told.onward.get(set).and_then(|o| o.get(place)).filter(|c| !c.is_nan()) {
            return *cost;
        }
        let cost = told.hope(&set.with(candidate), boldness);
        let many = told.tables.iter().map(Set::len).sum();
        let onward = told.onward.entry(*set).or_insert_with(|| vec![f64::NAN; many]);
        onward[place] = cost;
        cost
    }
}

/// A plan among more candidates that costs as much as a way shows that they are idle beside it.
fn shows_idle(among_more: f64, way: f64) -> bool {
    among_more >= way * (1.0 - SAME)
}

impl Told {
    fn forget(&mut self) {
        self.guesses.clear();
        self.onward.clear();
    }

    fn set_gain(&mut self, candidate: usize, gain: f64) {
        self.gains[candidate] = gain;
        let others = self.gaining.without(candidate);
        self.gaining = if gain > 0.0 { others.with(candidate) } else { others };
    }

    /// The cheapest way known with these candidates.
    fn way(&self, set: &Set) -> Option<&Way> {
        self.ways.iter().find(|w| w.answer.used.within(set))
    }

    /// Keeps a slow plan, at the least cost that it was taken at.
    fn keep_slow(&mut self, plan: Answer) {
        match self.slow_answers.iter_mut().find(|a| (a.kind, a.used) == (plan.kind, plan.used)) {
            Some(kept) => kept.cost = kept.cost.min(plan.cost),
            None => self.slow_answers.push(plan),
        }
    }

    /// How many times the base a plan counts for whose kind was found slow. Without any candidate a query is what it is.
    fn times(&self, plan: &Answer) -> Option<f64> {
        let slow = self.slow.iter().find(|(kind, _)| *kind == plan.kind && !plan.used.is_empty());
        slow.map(|(_, times)| *times)
    }

    /// What a way costs with a set: by the planner's word, unless it was run and found slow, or costs nearly as much as one
    /// that was.
    fn worth(&self, way: &Way, set: &Set) -> f64 {
        let cost = way.answer.cost;
        let near = self.slow_answers.iter().filter(|slow| slow.used.within(set) && slow.cost <= cost * NEARLY);
        let near = near.filter_map(|slow| self.times(slow)).reduce(f64::max);
        self.times(&way.answer).or(near).map_or(cost, |times| self.base * times)
    }

    fn exact(&self, set: &Set) -> Option<f64> {
        self.way(set).filter(|way| self.is_settled(way, set)).map(|way| way.answer.cost)
    }

    /// Whether no plan with a set is cheaper than this way.
    fn is_settled(&self, way: &Way, set: &Set) -> bool {
        self.floor(set) >= way.answer.cost * (1.0 - MET) - self.tolerance
    }

    fn floor(&self, set: &Set) -> f64 {
        self.tops.iter().find(|(with, _)| set.within(with)).map_or(0.0, |(_, cost)| *cost)
    }

    fn hope(&self, set: &Set, boldness: f64) -> f64 {
        let Some(way) = self.way(set) else { return self.base };
        let worth = self.worth(way, set);
        // Where the cheapest plan known is slow, one that is cheaper still is likely to do the same.
        let is_slow = worth > self.base;
        if self.is_settled(way, set) || is_slow && boldness == 0.0 {
            return worth;
        }
        let floor = self.floor(set);
        // Per table: the best gain among what is there and not shown idle, over the best among what the way uses.
        let Answer { cost, used, .. } = way.answer;
        let open = set.minus(&way.idle).or(&used).and(&self.gaining);
        let best = |of: Set| of.iter().map(|c| self.gains[c]).fold(0.0, f64::max);
        let hoped: f64 = self.tables.iter().map(|t| best(open.and(t)) - best(used.and(t))).sum();
        let hope = if is_slow { self.base } else { (cost - hoped).max(floor).min(cost) };
        hope - boldness * (hope - floor)
    }
}
