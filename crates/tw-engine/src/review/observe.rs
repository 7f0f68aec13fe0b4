//! What a review sees besides the schema: statistics and queries of a live server, rows where they may be looked at.
//!
//! What cannot be seen is told and does not stop the review.
use super::{DATABASE, Request};
use crate::{
    Failure,
    index::{made, workload},
    prove::Progress,
};
use std::path::Path;
use tw_lab::{
    Lab, Live, LiveError,
    observe::{self, Looked, MOST_ROWS},
};
use tw_model::{
    finding::NotJudged,
    observed::{Observed, Query},
    schema::Schema,
    trial::Actor,
};
use tw_rooms::scene::observed::LONG_ENOUGH_DAYS;

/// Of a live database, which is only read.
pub fn of_live(
    live: &mut Live,
    schema: &Schema,
    request: &Request,
    not_judged: &mut Vec<NotJudged>,
    progress: &Progress,
) -> Result<Observed, Failure> {
    progress(0, 0, "reading the statistics");
    let statistics = told(observe::statistics(live), "statistics", not_judged);
    let mut observed = Observed { statistics, ..Observed::default() };
    if let Some(days) = observed.statistics.as_ref().map(|s| s.days).filter(|days| *days < LONG_ENOUGH_DAYS) {
        let why = format!("uses were counted for {days} days only; {LONG_ENOUGH_DAYS} say something");
        not_judged.push(NotJudged { what: "what nobody uses".into(), why });
    }
    observed.queries = match &request.queries {
        Some(path) => Some(file(path, not_judged)?),
        None => told(observe::queries(live, workload::MOST_STATEMENTS), "queries", not_judged).flatten(),
    };
    if let Some(most) = request.rows {
        progress(0, 0, "looking at rows");
        observed.rows = told(observe::rows(live, schema, most), "rows", not_judged).map(|l| kept(l, not_judged));
    }
    Ok(observed)
}

/// Of scripts in a lab: their rows, where they bring any.
pub fn of_lab(
    lab: &Lab,
    schema: &Schema,
    request: &Request,
    not_judged: &mut Vec<NotJudged>,
) -> Result<Observed, Failure> {
    let mut observed = Observed::default();
    if let Some(path) = &request.queries {
        observed.queries = Some(file(path, not_judged)?);
    }
    let any = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
               AND pg_catalog.pg_relation_size(c.oid) > 0)";
    let mut session = lab.session(DATABASE, &Actor::Lab)?;
    let failed = |source| tw_lab::LabError::Server { doing: "rows cannot be looked for".into(), source };
    if session.client.query_one(any, &[]).map_err(failed)?.get(0) {
        let mut live = made::look_at(lab, DATABASE)?;
        let most = request.rows.unwrap_or(MOST_ROWS);
        let looked = told(observe::rows(&mut live, schema, most), "rows", not_judged);
        observed.rows = looked.map(|l| kept(l, not_judged));
    }
    Ok(observed)
}

fn kept(
    looked: Looked,
    not_judged: &mut Vec<NotJudged>,
) -> std::collections::BTreeMap<String, tw_model::observed::TableRows> {
    not_judged
        .extend(looked.left_out.into_iter().map(|(table, why)| NotJudged { what: format!("rows of {table}"), why }));
    looked.tables
}

/// What was read, or why it was not.
fn told<T>(read: Result<T, LiveError>, what: &str, not_judged: &mut Vec<NotJudged>) -> Option<T> {
    read.map_err(|why| not_judged.push(NotJudged { what: what.into(), why: why.to_string() })).ok()
}

/// The queries of a file.
fn file(path: &Path, not_judged: &mut Vec<NotJudged>) -> Result<Vec<Query>, Failure> {
    let name = path.display().to_string();
    let text = crate::read::text(path)?;
    let workload = workload::read(&name, &text);
    not_judged.extend(workload.problems.iter().map(|problem| {
        let (what, why) = problem.split_once(": ").unwrap_or((&name, problem));
        NotJudged { what: what.into(), why: why.into() }
    }));
    let one = |query: workload::Query| {
        let line = text[..query.offset].matches('\n').count() + 1;
        let unnamed = query.name == format!("line {line}");
        Query {
            name: if unnamed { String::new() } else { query.name },
            sql: query.sql,
            calls: query.weight,
            rows: None,
            role: None,
            place: Some((name.clone(), u32::try_from(line).unwrap_or(u32::MAX))),
        }
    };
    Ok(workload.queries.into_iter().map(one).collect())
}
