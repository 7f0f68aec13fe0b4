//! The workload of a brief, driven on its sample: on a server of its own whose commits reach the disk, since the
//! latency of a commit is that of a sync.
use super::{Limits, Progress, Server, measure};
use crate::{
    Failure,
    design::Designed,
    prove::ground,
    settle::{Settled, settle},
};
use std::collections::BTreeMap;
use std::path::Path;
use tw_lab::{Lab, LabOptions};
use tw_model::{
    driven::Driven,
    evidence::{Evidence, Measurement, Outcome},
    model::Machine,
    trial::{Actor, Expect},
};
use tw_rooms::{
    capacity::{model, volumes},
    kit::queries,
};

/// Settings in which a server that is driven differs from one for trials: what production has on.
const SETTINGS: &[(&str, &str)] = &[("autovacuum", "on"), ("max_wal_size", "1GB"), ("deadlock_timeout", "1s")];

/// Kinds of claim whose receipts hold a query's plan on the sample, and at the horizon.
const ON_SAMPLE: &str = "indexing/bounded";
const AT_HORIZON: &str = "indexing/at-horizon";

/// Drives the brief's mix on a copy of the settled sample; none when there is no sample to drive it on.
///
/// `figures` and `evidence` are those of the trials: how many pages each query touched, and how it was planned on
/// the sample and at the horizon; empty when nothing was tried.
pub fn on_sample(
    settled: &Settled,
    limits: &Limits,
    figures: &[Measurement],
    evidence: &[Evidence],
    progress: &Progress,
) -> Result<Option<Driven>, Failure> {
    if settled.no_sample.is_some() {
        return Ok(None);
    }
    let Some(first) = settled.labs.first() else { return Ok(None) };
    let mut options = LabOptions { durable: true, ..first.options.clone() };
    options.settings.extend(SETTINGS.iter().map(|(n, v)| (n.to_string(), v.to_string())));
    progress(0, 0, "starting a server whose commits reach the disk");
    let Some(lab) = first.fork_as(1, &options)?.pop() else { return Ok(None) };
    let mix = queries::mix(&ground(settled));
    let database = settled.bases.sample.as_str();
    let connect = |actor: &Actor| lab.session(database, actor);
    let server = Server {
        connect: &connect,
        data: Some(&lab.data()),
        version: settled.installation.version.clone(),
        conditions: conditions(settled, &lab),
    };
    let sizes = sizes(settled, &lab)?;
    let mut driven = measure(&server, &mix, limits, progress)?;
    at_horizon(settled, &sizes, figures, evidence, &mut driven);
    Ok(Some(driven))
}

/// Rows and bytes of each entity's table, indexes included.
fn sizes(settled: &Settled, lab: &Lab) -> Result<BTreeMap<String, (f64, f64)>, Failure> {
    let mut session = lab.session(&settled.bases.sample, &Actor::Lab)?;
    let draft = &settled.design.draft;
    let mut all = BTreeMap::new();
    for (entity, home) in &draft.homes {
        let table = draft.printed_table(&home.write_to);
        let sql = "SELECT greatest(c.reltuples, 1)::float8, pg_total_relation_size(c.oid)::float8 FROM pg_class c WHERE c.oid = to_regclass($1)";
        // A given schema may have none of that name; then nothing is known of its size.
        if let Ok(Some(row)) = session.client.query_opt(sql, &[&table]) {
            all.insert(entity.clone(), (row.get(0), row.get(1)));
        }
    }
    Ok(all)
}

/// True when a query is planned at the horizon as it was run on the sample, statement by statement; none when
/// nobody has looked.
fn same_plan(evidence: &[Evidence], query: &str) -> Option<bool> {
    let shapes = |kind: &str| -> Option<BTreeMap<&str, &[String]>> {
        let receipt = evidence.iter().find(|e| e.claim.kind() == kind && e.subject.as_str() == query)?;
        let steps = receipt.trial.as_ref()?.steps.iter().zip(&receipt.outcomes);
        let planned = steps.filter_map(|(step, outcome)| match (&step.expect, outcome) {
            (Expect::Bounded | Expect::Seeks { .. }, Outcome::Plan { shape, .. }) => {
                Some((step.sql.as_str(), shape.as_slice()))
            }
            _ => None,
        });
        Some(planned.collect())
    };
    let (sample, horizon) = (shapes(ON_SAMPLE)?, shapes(AT_HORIZON)?);
    let both: Vec<bool> = horizon.iter().filter_map(|(sql, shape)| Some(sample.get(sql)? == shape)).collect();
    (!both.is_empty()).then(|| both.into_iter().all(|same| same))
}

/// What the model says of the horizon, beside what was measured.
fn at_horizon(
    settled: &Settled,
    sizes: &BTreeMap<String, (f64, f64)>,
    figures: &[Measurement],
    evidence: &[Evidence],
    driven: &mut Driven,
) {
    let brief = &settled.design.model;
    let rows_horizon = volumes::at_horizon(brief);
    let bytes = sizes.iter().map(|(e, (rows, bytes))| bytes / rows * rows_horizon.get(e).copied().unwrap_or(*rows));
    let ground = model::Ground {
        model: brief,
        rows_today: &sizes.iter().map(|(e, (rows, _))| (e.clone(), *rows)).collect(),
        rows_horizon: &rows_horizon,
        bytes_horizon: bytes.sum(),
        terms: model::Terms::of(&brief.promises.machine.unwrap_or(Machine::ASSUMED)),
    };
    let pages = |name: &str| {
        let of = format!("{ON_SAMPLE} {name}");
        let found: Vec<f64> =
            figures.iter().filter(|m| m.of == of && m.what == "pages touched").map(|m| m.value).collect();
        (!found.is_empty()).then(|| found.iter().sum())
    };
    let driven_calls = brief.workload.iter().filter(|q| driven.calls.iter().any(|c| c.name == q.name));
    driven.horizon = driven_calls
        .map(|query| {
            let call = driven.calls.iter().find(|c| c.name == query.name);
            let p99_ms = call.and_then(|c| c.percentile(99.0)).map(|p| p.ms);
            let today = model::Today { pages: pages(&query.name), p99_ms, same_plan: same_plan(evidence, &query.name) };
            model::modelled(&ground, query, today)
        })
        .collect();
    driven.horizon_terms = ground.terms.told();
    driven.growth = volumes::growth(brief);
}

/// A design's sample settled on one server and driven, nothing tried: for a run that takes the time it needs.
pub fn of_brief(
    designed: &Designed,
    pg_bin: Option<&Path>,
    limits: &Limits,
    progress: &Progress,
) -> Result<Driven, Failure> {
    let settled = settle(designed, None, pg_bin, 1, &|what| progress(0, 0, what))?;
    match (on_sample(&settled, limits, &[], &[], progress)?, settled.no_sample) {
        (Some(driven), _) => Ok(driven),
        (None, why) => Err(Failure::Sample { why: why.unwrap_or_else(|| "no server was prepared".into()) }),
    }
}

fn conditions(settled: &Settled, lab: &Lab) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    vec![
        format!(
            "PostgreSQL {} on this machine, reached by a unix socket; server and generator share its {cores} processors.",
            settled.installation.version
        ),
        "Commits are synced to the disk before they are acknowledged; autovacuum is on; shared_buffers is 128MB.".into(),
        format!(
            "The data is the sample, {} rows, all of it in memory: what the size of the horizon adds is modelled, not measured.",
            rows(settled, lab)
        ),
        "Statements are prepared; a transaction is begun and committed in round trips of its own; a serialisation failure is tried again, and its time counts.".into(),
        "Latency runs from the moment a call is due, so time spent waiting for a session is part of it.".into(),
    ]
}

/// Rows of the sample as the server counts them.
fn rows(settled: &Settled, lab: &Lab) -> u64 {
    let sql = "SELECT coalesce(sum(c.reltuples), 0)::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind = 'r' AND c.reltuples > 0 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'plain')";
    let counted =
        lab.session(&settled.bases.sample, &Actor::Lab).ok().and_then(|mut s| s.client.query_one(sql, &[]).ok());
    counted.and_then(|row| row.try_get::<_, i64>(0).ok()).map_or(0, |n| n.unsigned_abs())
}
