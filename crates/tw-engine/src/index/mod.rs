//! Index: which indexes a workload is worth, within a budget, for any database and any SQL.
//!
//! A user's database is read and no more: its schema, its statistics and a sample of its rows go to a lab of our own,
//! where candidates are built for real and the planner is asked at the size of the user's tables.
pub mod advise;
mod against;
pub mod ground;
pub mod guard;
pub mod made;
pub mod planned;
pub mod sizes;
pub mod statements;
pub mod trying;
pub mod whatif;
pub mod workload;

use crate::{Failure, design::Designed, settle};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tw_lab::{Lab, LabOptions, Live, clock::Clock, whatif::whole};
use tw_model::advice::Advice;
use tw_rooms::indexing::candidates::Candidate;
use workload::Workload;

/// Rounds of choosing and asking.
pub const ROUNDS: usize = 100;
/// Without a budget, the indexes may take so many times the tables' own bytes.
const FREE_SHARE: f64 = 4.0;

/// What is asked for.
pub struct Request {
    /// Where the tables are.
    pub source: Source,
    /// The workload's file by name, with its text; the database's own record of statements when none.
    pub queries: Option<(String, String)>,
    /// Bytes that the indexes may take together.
    pub budget_bytes: Option<u64>,
    /// Rows that tables will have, by name.
    pub rows: BTreeMap<String, f64>,
    /// Choices are tried on a copy of all rows, not on the sample.
    pub all_rows: bool,
    /// The server's programs; found when none.
    pub pg_bin: Option<PathBuf>,
}

/// Where the tables are.
pub enum Source {
    /// A database that exists: a URL, a conninfo string or a name.
    Database(String),
    /// A script that makes the tables, and their rows if it has any, by name, with its text.
    Script(String, String),
    /// A brief's design, at its horizon and with its workload.
    Brief(Box<Designed>),
}

/// Finds the indexes.
pub fn index(request: &Request, progress: &crate::prove::Progress) -> Result<Advice, Failure> {
    let clock = Clock::start();
    let installation = settle::installation(request.pg_bin.as_deref())?;
    let mut options = LabOptions::default();
    let mut notes = vec![];
    progress(0, 0, "starting servers");
    let mut volumes = request.rows.clone();
    let mut in_design = vec![];
    let (mut live, told, source) = match &request.source {
        Source::Database(text) => (Live::connect(text)?, None, None),
        Source::Script(name, text) => {
            let made = made::of_script(&installation, name, text, &volumes)?;
            (made::look(&made.lab)?, None, Some(made))
        }
        Source::Brief(designed) => {
            progress(0, 0, "making up rows");
            let (made, workload, indexes) = made::of_brief(&installation, designed)?;
            in_design = indexes;
            (made::look(&made.lab)?, Some(workload), Some(made))
        }
    };
    if let Some(made) = &source {
        notes.extend(made.notes.iter().cloned());
        for (table, n) in &made.rows {
            volumes.entry(table.clone()).or_insert(*n);
        }
    }
    let workload = match (&request.queries, told) {
        (Some((name, text)), _) => workload::read(name, text),
        (None, Some(workload)) => workload,
        (None, None) => statements::recorded(&mut live)?,
    };
    let Workload { queries, mut problems } = workload;
    if request.all_rows {
        options.settings.push(whole::buffers(&mut live)?);
    }
    let lab = Lab::start(&installation, &options)?;
    let ground = ground::of_live(lab, &mut live, &volumes, progress)?;
    notes.extend(ground.notes.iter().cloned());
    let all_rows = request.all_rows.then(|| trying::Rows::of_all(&ground, &mut live, progress)).transpose()?;
    let copied = clock.seconds();
    let clock = Clock::start();
    let (file, text) = request.queries.clone().unwrap_or_default();
    let planned = planned::plan(&ground, queries, &mut |query, refused| {
        let offset = query.offset + refused.offset.unwrap_or(0);
        problems.push(match text.is_empty() {
            true => format!("{}: {}", query.name, refused.message),
            false => workload::problem(&file, &text, offset, &refused.message),
        });
    })?;
    if planned.is_empty() {
        return Err(Failure::Path {
            path: file.into(),
            why: format!("no statement of the workload could be planned\n{}", problems.join("\n")),
            help: "Mend the statements, or name the schema they are for in the search path of the user.".into(),
        });
    }
    let thinking = clock.seconds();
    let given: Vec<Candidate> = in_design.iter().map(|i| i.candidate.clone()).collect();
    let mut prepared = whatif::prepare(&ground, planned, &given, progress)?;
    progress(0, 0, "choosing");
    let clock = Clock::start();
    let tables: f64 = ground.horizon.tables.iter().map(|t| t.pages as f64 * 8192.0).sum();
    let budget = request.budget_bytes.unwrap_or((tables * FREE_SHARE) as u64);
    let upkeep = prepared.upkeep();
    let problem = prepared.problem(budget, ROUNDS, &|n| upkeep[n], &|_| true);
    let mut rows = match all_rows {
        Some(rows) => rows,
        None => trying::Rows::of_sample(&ground, &prepared)?,
    };
    let guarded = guard::choose(&mut prepared, &problem, &mut rows, progress)?;
    let choosing = clock.seconds() - guarded.running;
    let clock = Clock::start();
    let overhead = trying::write_overheads(&ground, &prepared, &guarded.choice)?;
    let mut advice = advise::advice(&ground, &prepared, &problem, &guarded, &rows, &overhead);
    if !in_design.is_empty() {
        advice.design = Some(against::against(&mut prepared, &problem, &guarded.choice, &in_design)?);
    }
    advice.budget_bytes = request.budget_bytes;
    advice.problems = problems;
    advice.notes = notes.into_iter().chain(advice.notes).collect();
    advice.seconds.search = thinking + prepared.seconds.0 + choosing;
    advice.seconds.build = prepared.seconds.1;
    advice.seconds.rest = copied + guarded.running + clock.seconds();
    Ok(advice)
}
