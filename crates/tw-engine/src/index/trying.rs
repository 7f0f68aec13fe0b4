//! The choice tried on the sample's real rows: each query with the indexes and without, and rows written with each index
//! and without.
use super::{
    ground::{DATABASE, Ground},
    whatif::{Prepared, lab_name},
};
use crate::Failure;
use std::collections::BTreeMap;
use tw_lab::whatif::measure::{self, Run};
use tw_model::{schema::Name, trial::Actor};
use tw_rooms::indexing::search::problem::Choice;

/// Rows that are written anew to see what an index costs.
const WRITTEN: usize = 2_000;
/// Times that rows are written, with and without in turn; the median counts.
const TIMES: usize = 5;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// Each query's run without and with the indexes; none where it could not be run in time.
    pub queries: Vec<Option<(Run, Run)>>,
    /// Time of writing rows with the candidate over the time without.
    pub overhead: BTreeMap<usize, f64>,
}

/// Runs everything on the sample.
pub fn on_the_sample(ground: &Ground, prepared: &Prepared, choice: &Choice) -> Result<Tried, Failure> {
    let mut session = ground.lab.session(DATABASE, &Actor::Lab)?;
    let all: Vec<Name> = prepared.tried.iter().map(lab_name).collect();
    let chosen: Vec<Name> = choice.chosen.iter().map(|c| all[c].clone()).collect();
    measure::hide(&mut session, &ground.search_path, &chosen)?;
    let mut tried = Tried::default();
    for planned in &prepared.planned {
        // The first run warms the caches; a statement that is refused on the sample or takes too long says nothing.
        let mut best = |seen: bool| -> Option<Run> {
            measure::show(&mut session, &chosen, seen).ok()?;
            measure::run(&mut session, &planned.query.sql).ok()?;
            measure::run(&mut session, &planned.query.sql).ok()
        };
        tried.queries.push(best(false).zip(best(true)));
    }
    for c in choice.chosen.iter() {
        let candidate = &prepared.tried[c].candidate;
        if let Ok(ratio) = measure::write_overhead(&mut session, &candidate.table, &all[c], WRITTEN, TIMES) {
            tried.overhead.insert(c, ratio);
        }
    }
    Ok(tried)
}
