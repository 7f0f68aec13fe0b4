//! A choice tried on real rows: each query with the indexes and without, and rows written with each index and without.
use super::{
    ground::{DATABASE, Ground},
    whatif::{Prepared, lab_name},
};
use crate::Failure;
use std::collections::{BTreeMap, BTreeSet};
use tw_lab::{
    Live, Session,
    whatif::{
        measure::{self, Compared, Run},
        plans, whole,
    },
};
use tw_model::{print::index_definition, schema::Name, trial::Actor};
use tw_rooms::indexing::search::{problem::Choice, set::Set};

/// Rows that are written anew to see what an index costs.
const WRITTEN: usize = 2_000;
/// Times that rows are written and queries are run, with and without in turn; the median counts.
const TIMES: usize = 5;
/// Ratios of times beyond these on one side, so many of them at least, need no more runs.
const CLEAR: (f64, f64, usize) = (0.75, 1.25, 2);
/// Name of the database with all rows in the lab.
const ALL_ROWS: &str = "all_rows";

/// Tables with real rows, to try choices on.
pub struct Rows {
    session: Session,
    search_path: String,
    /// All rows there are, not a sample of them.
    pub all: bool,
    /// Candidates that are built there; of a sample all are.
    built: Set,
    /// What is shown of them.
    shown: Option<Set>,
    /// Bytes of those that are built on all rows.
    bytes: BTreeMap<usize, u64>,
    /// What was seen, by query, kind of plan and the indexes that it reads: the same plan is run once.
    seen: BTreeMap<(usize, u64, BTreeSet<String>), Option<Compared>>,
    /// The run of a query without any candidate; none where the server refused it.
    without: BTreeMap<usize, Option<Run>>,
}

/// What came of a query's plan with a choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What kind of plan it is.
    pub kind: u64,
    /// The runs.
    pub compared: Compared,
}

impl Rows {
    /// The sample that candidates were built on.
    pub fn of_sample(ground: &Ground, prepared: &Prepared) -> Result<Rows, Failure> {
        let session = ground.lab.session(DATABASE, &Actor::Lab)?;
        let built = Set::of(0..prepared.tried.len());
        Ok(Rows::new(session, &ground.search_path, false, built))
    }

    /// All rows of the database, copied into the ground's lab. Candidates are not built yet there.
    pub fn of_all(ground: &Ground, live: &mut Live, progress: &crate::prove::Progress) -> Result<Rows, Failure> {
        ground.lab.create_database(ALL_ROWS, Some(DATABASE))?;
        whole::copy(live, &ground.lab, ALL_ROWS, &ground.drawn, &|table| {
            progress(0, 0, &format!("copying all rows of {}", table.name));
        })?;
        Rows::in_session(ground.lab.session(ALL_ROWS, &Actor::Lab)?, &ground.search_path)
    }

    /// All rows, in a database that nobody else uses.
    pub fn in_session(mut session: Session, search_path: &str) -> Result<Rows, Failure> {
        whole::prepare(&mut session)?;
        Ok(Rows::new(session, search_path, true, Set::default()))
    }

    fn new(session: Session, search_path: &str, all: bool, built: Set) -> Rows {
        let search_path = search_path.to_string();
        let (bytes, seen, without) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Rows { session, search_path, all, built, shown: None, bytes, seen, without }
    }

    /// What they are, in words.
    pub fn told(&self) -> &'static str {
        if self.all { "all rows" } else { "the sample" }
    }

    /// Runs each query with the choice, which is [built](Rows::build), and without; none where it reads none of it, is
    /// refused or takes too long without.
    pub fn compare(&mut self, prepared: &Prepared, choice: &Set) -> Result<Vec<Option<Seen>>, Failure> {
        (0..prepared.planned.len()).map(|query| self.compare_one(prepared, choice, query)).collect()
    }

    /// The same of one query.
    pub fn compare_one(&mut self, prepared: &Prepared, choice: &Set, query: usize) -> Result<Option<Seen>, Failure> {
        let chosen: Vec<Name> = choice.iter().map(|c| lab_name(&prepared.tried[c])).collect();
        if self.shown != Some(*choice) {
            measure::hide(&mut self.session, &self.search_path, &chosen)?;
            self.shown = Some(*choice);
        }
        let sql = &prepared.planned[query].query.sql;
        let (mut used, kind) = plans::used(&mut self.session, sql).unwrap_or_default();
        used.retain(|name| chosen.iter().any(|c| c.name == *name));
        if used.is_empty() {
            return Ok(None);
        }
        let session = &mut self.session;
        let without = self.without.entry(query);
        let without = without.or_insert_with(|| measure::run_without(session, &chosen, sql).ok());
        let seen = self
            .seen
            .entry((query, kind, used))
            .or_insert_with(|| measure::compare(session, &chosen, sql, without.as_ref()?, TIMES, &clear).ok());
        measure::show(session, &chosen, true)?;
        Ok(seen.clone().map(|compared| Seen { kind, compared }))
    }

    /// Gathers statistics anew: the server draws other rows.
    pub fn analyse(&mut self) -> Result<(), Failure> {
        Ok(whole::analyse(&mut self.session)?)
    }

    /// Builds what of a choice is not built yet.
    pub fn build(&mut self, prepared: &Prepared, chosen: &Set) -> Result<(), Failure> {
        let missing = chosen.minus(&self.built);
        for c in missing.iter() {
            let candidate = &prepared.tried[c].candidate;
            let sql = index_definition(&candidate.table, &candidate.index);
            let bytes = whole::build(&mut self.session, candidate.extension, &sql, &lab_name(&prepared.tried[c]))?;
            self.bytes.insert(c, bytes);
        }
        // Statistics of expressions are gathered after they are indexed.
        let has_expression = |c: usize| prepared.tried[c].candidate.index.parts.iter().any(|p| p.is_expression);
        if missing.iter().any(has_expression) {
            self.analyse()?;
        }
        if !missing.is_empty() {
            self.built = self.built.or(&missing);
            self.shown = None;
        }
        Ok(())
    }

    /// Bytes of each that was built on all rows, by number.
    pub fn sizes(&self) -> &BTreeMap<usize, u64> {
        &self.bytes
    }
}

/// More runs would not change what the median says.
fn clear(ratios: &[f64]) -> bool {
    let (faster, slower, least) = CLEAR;
    ratios.len() >= least && (ratios.iter().all(|r| *r < faster) || ratios.iter().all(|r| *r > slower))
}

/// Time of writing rows of the sample with each chosen candidate over the time without.
pub fn write_overheads(ground: &Ground, prepared: &Prepared, choice: &Choice) -> Result<BTreeMap<usize, f64>, Failure> {
    let mut session = ground.lab.session(DATABASE, &Actor::Lab)?;
    let chosen: Vec<Name> = choice.chosen.iter().map(|c| lab_name(&prepared.tried[c])).collect();
    measure::hide(&mut session, &ground.search_path, &chosen)?;
    let mut overhead = BTreeMap::new();
    for c in choice.chosen.iter() {
        let tried = &prepared.tried[c];
        let ratio = measure::write_overhead(&mut session, &tried.candidate.table, &lab_name(tried), WRITTEN, TIMES);
        overhead.extend(ratio.ok().map(|ratio| (c, ratio)));
    }
    Ok(overhead)
}

#[cfg(test)]
mod tests {
    use super::clear;

    #[test]
    fn runs_go_on_until_they_agree_on_one_side() {
        assert!(!clear(&[]) && !clear(&[2.0]), "one may be chance");
        assert!(clear(&[2.0, 1.3]) && clear(&[0.5, 0.7]));
        assert!(!clear(&[2.0, 1.1]) && !clear(&[0.5, 0.8]) && !clear(&[0.5, 2.0]));
    }
}
