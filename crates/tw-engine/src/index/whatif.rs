//! Candidates of a workload, built on the sample, and the oracle that the search asks.
use super::{
    ground::{self, DATABASE, Ground},
    planned::Planned,
    sizes,
};
use crate::Failure;
use std::collections::{BTreeMap, BTreeSet};
use tw_lab::{
    LabError,
    clock::Clock,
    inflate::inflate,
    whatif::{
        self, Question, Shelf,
        build::{Wanted, build, drop_all},
        statistics,
    },
};
use tw_model::{horizon::HorizonIndex, print::index_definition, schema::Name};
use tw_rooms::indexing::{
    accesses::Access,
    candidates::{self, Candidate},
    search::{
        problem::{self, Answer, Ask},
        set::{MOST_CANDIDATES, Set},
    },
};

/// Copies that are asked side by side.
const COPIES: usize = 2;
/// How far real sizes may be above what was predicted: the budget is kept in real bytes.
const SIZE_ERROR: f64 = 0.04;
/// The planner's cost of a page read at random, as the lab's settings have it.
const RANDOM_PAGE: f64 = 4.0;
/// A partial index over more than this share of the rows is none.
const MOST_KEPT: f64 = 0.6;

/// A candidate that was built.
#[derive(Clone, Debug)]
pub struct Tried {
    /// It, with its name in the lab.
    pub candidate: Candidate,
    /// Bytes over all rows, as predicted until it is built on them.
    pub bytes: u64,
    /// Queries whose plans it could change.
    pub serves: BTreeSet<usize>,
}

/// Everything that a search needs.
pub struct Prepared {
    /// The workload.
    pub planned: Vec<Planned>,
    /// The candidates.
    pub tried: Vec<Tried>,
    /// Candidates that could not be built, with the server's words.
    pub refused: Vec<(Candidate, String)>,
    /// Seconds of thinking and of building.
    pub seconds: (f64, f64),
    shelves: Vec<Shelf>,
    /// Numbers of the candidates that could change the plan of each query, or the time it takes to find.
    matter: Vec<Vec<usize>>,
}

/// Thinks of candidates, builds them and the given ones on the sample, and makes the copies that are asked.
pub fn prepare(
    ground: &Ground,
    planned: Vec<Planned>,
    given: &[Candidate],
    progress: &crate::prove::Progress,
) -> Result<Prepared, Failure> {
    let clock = Clock::start();
    let accesses: Vec<Access> = planned.iter().flat_map(|p| p.accesses.iter().cloned()).collect();
    let mut thought = given.to_vec();
    thought.extend(candidates::candidates(&accesses, &ground.facts).into_iter().filter(|c| !given.contains(c)));
    thought.truncate(MOST_CANDIDATES);
    for (n, candidate) in thought.iter_mut().enumerate() {
        candidate.index.name = name_of(n);
    }
    let thinking = clock.seconds();
    let clock = Clock::start();
    progress(0, 0, &format!("building {} candidates on the sample", thought.len()));
    let wanted: Vec<Wanted> = thought.iter().map(wanted).collect();
    let built = build(&ground.lab, DATABASE, &wanted)?;
    ground::analyse(&ground.lab)?;
    statistics::write(&ground.lab, DATABASE, &ground.statistics)?;
    let (mut tried, mut refused, mut useless) = (vec![], vec![], vec![]);
    let mut horizon = ground.horizon.clone();
    horizon.settings.push(("search_path".into(), ground.search_path.clone()));
    for (n, (candidate, built)) in thought.into_iter().zip(built).enumerate() {
        let built = match built {
            Ok(built) => built,
            Err(why) => {
                refused.push((candidate, why));
                continue;
            }
        };
        let share = ground.shares.get(&candidate.table).copied().unwrap_or(1.0);
        let (pages, rows) = sizes::pages(&built, share, candidate.index.method == "btree");
        let table = horizon.tables.iter_mut().find(|t| t.name == candidate.table);
        let all = table.as_ref().map_or(0.0, |t| t.rows as f64);
        // One that keeps nearly all rows is no better than the same over all of them.
        if n >= given.len() && !candidate.filter.is_empty() && rows > all * MOST_KEPT {
            useless.push(Name::new(&candidate.table.schema, &candidate.index.name));
            continue;
        }
        if let Some(table) = table {
            let name = candidate.index.name.clone();
            table.indexes.push(HorizonIndex { name, rows: rows as u64, pages: pages.max(built.pages) });
        }
        // What a given one serves is for the planner to say, wherever its table is read.
        let reads = |q: &usize| planned[*q].accesses.iter().any(|a| a.table == candidate.table);
        let serves = |q: &usize| match n < given.len() {
            true => reads(q),
            false => candidates::relevant(&candidate, &planned[*q].accesses),
        };
        let serves = (0..planned.len()).filter(serves).collect();
        tried.push(Tried { candidate, bytes: pages * tw_model::layout::PAGE_BYTES, serves });
    }
    drop_all(&ground.lab, DATABASE, &useless)?;
    horizon.sort();
    let names: Vec<Name> = tried.iter().map(lab_name).collect();
    let shelves = (0..COPIES).map(|_| Shelf::new(inflate(&ground.lab, DATABASE, &horizon)?, &names));
    let shelves = shelves.collect::<Result<Vec<Shelf>, LabError>>()?;
    // The planner tries to prove every predicate that it sees, which takes seconds where a condition has alternatives.
    let slows = |t: &Tried, q: usize| {
        !t.candidate.filter.is_empty() && planned[q].accesses.iter().any(|a| a.table == t.candidate.table)
    };
    let matters = |n: &usize, q: usize| tried[*n].serves.contains(&q) || slows(&tried[*n], q);
    let serving = |q: usize| (0..tried.len()).filter(|n| matters(n, q)).collect();
    let matter = (0..planned.len()).map(serving).collect();
    Ok(Prepared { planned, tried, refused, seconds: (thinking, clock.seconds()), shelves, matter })
}

/// The statement that builds a candidate in the lab: without sharing, so that its size tells of one entry.
fn wanted(candidate: &Candidate) -> Wanted {
    let is_btree = candidate.index.method == "btree";
    let mut index = candidate.index.clone();
    if is_btree {
        index.options.push(("deduplicate_items".into(), "off".into()));
    }
    Wanted {
        table: candidate.table.clone(),
        name: candidate.index.name.clone(),
        sql: index_definition(&candidate.table, &index),
        filter: candidate.index.filter.clone(),
        extension: candidate.extension.map(String::from),
        is_btree,
    }
}

impl Prepared {
    /// The problem of a budget, over the candidates that `allowed` lets through.
    pub fn problem(
        &self,
        budget_bytes: u64,
        rounds: usize,
        upkeep: &dyn Fn(usize) -> f64,
        allowed: &dyn Fn(&Tried) -> bool,
    ) -> problem::Problem {
        let mut tables: BTreeMap<&Name, usize> = BTreeMap::new();
        let mut seen = vec![];
        for (n, tried) in self.tried.iter().enumerate() {
            let next = tables.len();
            let table = *tables.entry(&tried.candidate.table).or_insert(next);
            let bytes = (tried.bytes as f64 * (1.0 + SIZE_ERROR)) as u64;
            seen.push(problem::Candidate { table, bytes, upkeep: upkeep(n) });
        }
        let queries = self.planned.iter().enumerate().map(|(q, planned)| problem::Question {
            weight: planned.query.weight,
            relevant: Set::of(
                self.tried.iter().enumerate().filter(|(_, t)| t.serves.contains(&q) && allowed(t)).map(|(n, _)| n),
            ),
        });
        problem::Problem { candidates: seen, queries: queries.collect(), budget_bytes, rounds }
    }

    /// What the workload's writes pay for each candidate, in the planner's units: one page of the index is read and
    /// written for each row that is put in, as the planner would count a page read at random.
    pub fn upkeep(&self) -> Vec<f64> {
        let pays = |table: &Name| -> f64 {
            let writing = self.planned.iter().filter(|p| p.writes.contains(table));
            writing.map(|p| p.query.weight * RANDOM_PAGE).sum()
        };
        self.tried.iter().map(|t| pays(&t.candidate.table)).collect()
    }

    /// The candidate of that name in the lab.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.tried.iter().position(|t| t.candidate.index.name == name)
    }

    /// Answers the search.
    pub fn answer(&mut self, asks: &[Ask]) -> Result<Vec<Answer>, Failure> {
        let questions: Vec<Question<'_>> = asks
            .iter()
            .map(|ask| Question {
                sql: &self.planned[ask.query].query.sql,
                shown: ask.with.iter().collect(),
                matters: &self.matter[ask.query],
            })
            .collect();
        let said = whatif::ask(&mut self.shelves, &questions)?;
        let answers =
            said.into_iter().map(|said| Answer { cost: said.cost, used: Set::of(said.used), kind: said.kind });
        Ok(answers.collect())
    }
}

/// The name in the lab of the candidate that was thought of as the nth.
pub fn name_of(n: usize) -> String {
    format!("tw_candidate_{n}")
}

/// A candidate's name in the lab.
pub fn lab_name(tried: &Tried) -> Name {
    Name::new(&tried.candidate.table.schema, &tried.candidate.index.name)
}
