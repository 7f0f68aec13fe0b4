//! The choice tried on the sample's real rows: each query with the indexes and without, and rows written with each index
//! and without.
use super::{
    ground::{DATABASE, Ground},
    whatif::{Prepared, lab_name},
};
use crate::Failure;
use std::collections::BTreeMap;
use tw_lab::{
    Session,
    whatif::measure::{self, Compared},
};
use tw_model::{schema::Name, trial::Actor};
use tw_rooms::indexing::search::problem::Choice;

/// Rows that are written anew to see what an index costs.
const WRITTEN: usize = 2_000;
/// Times that rows are written and queries are run, with and without in turn; the median counts.
const TIMES: usize = 5;

/// A session in which the planner sees of all candidates the chosen ones only, for good.
fn with_the_chosen(ground: &Ground, prepared: &Prepared, choice: &Choice) -> Result<(Session, Vec<Name>), Failure> {
    let mut session = ground.lab.session(DATABASE, &Actor::Lab)?;
    let chosen: Vec<Name> = choice.chosen.iter().map(|c| lab_name(&prepared.tried[c])).collect();
    measure::hide(&mut session, &ground.search_path, &chosen)?;
    Ok((session, chosen))
}

/// Runs each query with the choice and without; none where it is refused on the sample or takes too long.
pub fn on_the_sample(ground: &Ground, prepared: &Prepared, choice: &Choice) -> Result<Vec<Option<Compared>>, Failure> {
    let (mut session, chosen) = with_the_chosen(ground, prepared, choice)?;
    let mut compare = |sql: &str| {
        // The first run warms the caches.
        measure::run(&mut session, sql).ok()?;
        measure::compare(&mut session, &chosen, sql, TIMES).ok()
    };
    Ok(prepared.planned.iter().map(|p| compare(&p.query.sql)).collect())
}

/// Time of writing rows with each chosen candidate over the time without.
pub fn write_overheads(ground: &Ground, prepared: &Prepared, choice: &Choice) -> Result<BTreeMap<usize, f64>, Failure> {
    let (mut session, _) = with_the_chosen(ground, prepared, choice)?;
    let mut overhead = BTreeMap::new();
    for c in choice.chosen.iter() {
        let tried = &prepared.tried[c];
        let ratio = measure::write_overhead(&mut session, &tried.candidate.table, &lab_name(tried), WRITTEN, TIMES);
        overhead.extend(ratio.ok().map(|ratio| (c, ratio)));
    }
    Ok(overhead)
}
