//! What it costs to keep a derived value: reads and writes with it and without, measured in turn.
use super::{Request, derive::BASE};
use crate::Failure;
use tw_lab::{Lab, LabError, Session, clock::Clock, whatif::measure};
use tw_model::{
    discovery::{DerivedFound, PriceFound, StrategyFound},
    evidence::Verdict,
    trial::Actor,
};
use tw_rooms::normal_forms::derive::Strategy;

/// The copies that are measured.
const WITHOUT: &str = "derived_without";
const WITH: &str = "derived_with";
/// Runs of which the median is taken.
pub(super) const RUNS: usize = 31;

pub(super) struct Priced {
    pub without: PriceFound,
    pub with: PriceFound,
    pub refresh_ms: Option<f64>,
}

/// Reads and writes with the value and without it, in turn.
pub(super) fn priced(
    lab: &Lab,
    strategy: &Strategy,
    [read, write]: [&String; 2],
    keys: &[String],
) -> Result<Priced, Failure> {
    for database in [WITHOUT, WITH] {
        lab.drop_database(database)?;
        lab.create_database(database, Some(BASE))?;
    }
    let mut without = lab.session(WITHOUT, &Actor::Owner)?;
    let mut with = lab.session(WITH, &Actor::Owner)?;
    for sql in strategy.sql.iter().map(String::as_str).chain(["VACUUM ANALYZE"]) {
        with.client.batch_execute(sql).map_err(LabError::server("the value cannot be kept so"))?;
    }
    without.client.batch_execute("VACUUM ANALYZE").map_err(LabError::server("the tables cannot be analysed"))?;
    let mut runs = [Runs::default(), Runs::default()];
    for (turn, key) in keys.iter().enumerate() {
        let mut both = [(0, &mut without, read), (1, &mut with, &strategy.read)];
        // Neither goes first always.
        both.rotate_left(turn % 2);
        for (n, session, sql) in both {
            let sql = sql.replace("$key", key);
            // The first touch brings the pages in.
            measure::run(session, &sql)?;
            let run = measure::run(session, &sql)?;
            runs[n].read_pages.push(run.pages as f64);
            runs[n].read_ms.push(run.seconds * 1000.0);
        }
    }
    for turn in 0..RUNS {
        let mut both = [(0, &mut without), (1, &mut with)];
        both.rotate_left(turn % 2);
        for (n, session) in both {
            runs[n].write_ms.push(measure::run(session, write)?.seconds * 1000.0);
            runs[n].write_pages.push(written(session, write)?);
        }
    }
    let refresh_ms = match &strategy.refresh {
        None => None,
        Some(sql) => {
            with.client.batch_execute(write).map_err(LabError::server("the source cannot be written to"))?;
            let clock = Clock::start();
            with.client.batch_execute(sql).map_err(LabError::server("the refresh fails"))?;
            Some(clock.seconds() * 1000.0)
        }
    };
    let [priced_without, priced_with] = runs.map(Runs::price);
    let priced = Priced { without: priced_without, with: priced_with, refresh_ms };
    drop((without, with));
    lab.drop_database(WITHOUT)?;
    lab.drop_database(WITH)?;
    Ok(priced)
}

/// Figures of all runs.
#[derive(Default)]
struct Runs {
    read_pages: Vec<f64>,
    read_ms: Vec<f64>,
    write_pages: Vec<f64>,
    write_ms: Vec<f64>,
}

impl Runs {
    fn price(self) -> PriceFound {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        PriceFound {
            read_pages: mean(&self.read_pages),
            read_ms: median(&self.read_ms),
            write_pages: mean(&self.write_pages),
            write_ms: median(&self.write_ms),
        }
    }
}

/// Pages of tables and indexes that this transaction has touched, triggers included.
const TOUCHED: &str = "SELECT coalesce(sum(pg_catalog.pg_stat_get_xact_blocks_fetched(oid)), 0)::bigint \
                       FROM pg_catalog.pg_class WHERE relnamespace = 'public'::pg_catalog.regnamespace AND relkind IN ('r', 'i', 'm')";

/// Pages that a write touches; it is rolled back.
fn written(session: &mut Session, write: &str) -> Result<f64, Failure> {
    let failed = || LabError::server("the source cannot be written to");
    let touched = |session: &mut Session| -> Result<i64, Failure> {
        Ok(session.client.query_one(TOUCHED, &[]).map_err(failed())?.get(0))
    };
    session.client.batch_execute("BEGIN").map_err(failed())?;
    let before = touched(session)?;
    session.client.batch_execute(write).map_err(failed())?;
    let after = touched(session)?;
    session.client.batch_execute("ROLLBACK").map_err(failed())?;
    Ok((after - before) as f64)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// What is kept must save so much.
const WORTH: f64 = 0.99;

/// The strategy with which reads and a write together touch fewest pages, of those that were seen to hold and are fresh
/// enough; none when that is no less than without. Pages are the same in every run, times are not.
pub(super) fn choose(found: &mut DerivedFound, request: &Request) {
    let reads = request.reads_per_write;
    let cost = |price: &PriceFound| reads * price.read_pages + price.write_pages;
    let fits = |s: &&StrategyFound| {
        s.proof.as_ref().is_some_and(|p| p.verdict == Verdict::Held) && (request.may_be_old || s.refresh.is_none())
    };
    let best = found.strategies.iter().filter(fits).min_by(|a, b| cost(&a.with).total_cmp(&cost(&b.with)));
    let Some(best) = best else {
        found.why = "no strategy was seen to hold that is fresh enough".into();
        return;
    };
    let (with, without) = (cost(&best.with), cost(&found.without));
    found.why = format!("{reads} reads and a write touch {with:.0} pages with it and {without:.0} without");
    found.chosen = (with < without * WORTH).then(|| best.name.clone());
}
