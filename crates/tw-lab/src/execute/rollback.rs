//! Trials in one session and one transaction, rolled back.
use super::{
    Bench, Executed, TrialError, Work, changes,
    height::{self, Heights},
    roots::Roots,
    step::{Asked, Done, asked, not_run, perform},
    substitute::{Kept, substitute},
};
use crate::{error::LabError, lab::Lab, session::Session, settings::OWNER, split};
use postgres::Client;
use tw_model::{
    change::Change,
    evidence::{Measurement, Outcome},
    ident::quote,
    trial::{Actor, Expect, Step},
};

/// Runs the steps on the executor's copy of the base, under the changes.
///
/// Steps that are all the owner's run in a session that the owner authenticated; only where another actor
/// takes part does the superuser's session lend its right to change who it is.
pub fn execute(
    lab: &Lab,
    bench: &mut Bench,
    base: &str,
    steps: &[Step],
    changes: &[Change],
) -> Result<Executed, TrialError> {
    steps.iter().try_for_each(fits)?;
    let asked = asked(steps);
    let work = worked(lab, bench, base, asked.contains(&Asked::Pages).then_some(steps))?;
    work.dirt.note(steps);
    let by_owner = changes.is_empty() && steps.iter().all(|s| s.actor == Actor::Owner);
    let (slot, actor) = if by_owner { (&mut work.owner, Actor::Owner) } else { (&mut work.lab, Actor::Lab) };
    let mut session = take(lab, &work.database, slot, &actor)?;
    let run = run(&mut session.client, steps, &asked, changes, by_owner, work.heights.as_ref());
    let tidy = session.client.batch_execute(tidying(steps));
    if tidy.is_ok() && !session.client.is_closed() {
        let slot = if by_owner { &mut work.owner } else { &mut work.lab };
        *slot = Some(session);
    }
    run
}

/// The executor's copy of a base. For steps that count pages, one in which few dead rows are in the way, with the
/// heights of its trees.
pub(super) fn worked<'a>(
    lab: &Lab,
    bench: &'a mut Bench,
    base: &str,
    counting: Option<&[Step]>,
) -> Result<&'a mut Work, TrialError> {
    if counting.is_some_and(|steps| bench.works.get(base).is_some_and(|work| work.dirt.spoils(steps))) {
        bench.works.remove(base);
    }
    let work = match bench.works.entry(base.to_string()) {
        std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
        std::collections::btree_map::Entry::Vacant(entry) => entry.insert(make(lab, base)?),
    };
    if counting.is_some() && work.heights.is_none() {
        let mut session = take(lab, &work.database, &mut work.lab, &Actor::Lab)?;
        let heights = height::read(&mut session.client).map_err(LabError::server("cannot read index heights"))?;
        work.heights = Some(heights);
        work.lab = Some(session);
    }
    Ok(work)
}

/// A step that one rolled back transaction can hold.
pub(super) fn fits(step: &Step) -> Result<(), TrialError> {
    let unfit = |why: String| Err(TrialError::Unfit { why });
    if step.session != 1 {
        return unfit(format!(
            "a trial that is rolled back has one session, and a step asks for session {}",
            step.session
        ));
    }
    if matches!(step.expect, Expect::Blocks | Expect::Resumes { .. } | Expect::SurvivesCrash { .. }) {
        return unfit("waiting and crashing need sessions that commit".into());
    }
    let statements = split::split(&step.sql).map_err(|e| TrialError::Unfit { why: e.message })?;
    let [statement] = statements.as_slice() else {
        return unfit(format!("a step is one statement, not {}: {}", statements.len(), step.sql));
    };
    let words = split::words(statement.text);
    let words: Vec<&str> = words.iter().map(String::as_str).take(2).collect();
    match words.as_slice() {
        ["begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release", ..]
        | ["prepare", "transaction"] => {
            unfit(format!("a step of a trial that is rolled back cannot end its transaction: {}", step.sql))
        }
        _ => Ok(()),
    }
}

fn make(lab: &Lab, base: &str) -> Result<Work, LabError> {
    let database = format!("tw_work_{base}");
    lab.drop_database(&database)?;
    lab.create_database(&database, Some(base))?;
    Ok(Work { database, owner: None, lab: None, heights: None, dirt: Default::default() })
}

pub(super) fn take(lab: &Lab, database: &str, slot: &mut Option<Session>, actor: &Actor) -> Result<Session, LabError> {
    match slot.take().filter(|s| !s.client.is_closed()) {
        Some(session) => Ok(session),
        None => lab.session(database, actor),
    }
}

/// Ends the transaction, and what outlives transactions.
fn tidying(steps: &[Step]) -> &'static str {
    let leaves_more = |step: &Step| {
        let sql = step.sql.to_ascii_lowercase();
        sql.contains("prepare") || sql.contains("advisory") || sql.contains("listen")
    };
    if steps.iter().any(leaves_more) { "ROLLBACK; DISCARD ALL" } else { "ROLLBACK" }
}

fn run(
    client: &mut Client,
    steps: &[Step],
    asked: &[Asked],
    changes: &[Change],
    by_owner: bool,
    heights: Option<&Heights>,
) -> Result<Executed, TrialError> {
    client.batch_execute("BEGIN").map_err(LabError::server("cannot begin a transaction"))?;
    if !changes.is_empty() {
        changes::apply(client, changes)?;
    }
    let roots = Roots::read(client).map_err(LabError::server("cannot read the partitions"))?;
    Ok(run_steps(client, steps, asked, by_owner, heights, &roots))
}

/// Runs several trials under the same changes: the changes are made once, each trial is undone to the
/// savepoint after them. Trials that leave more than a transaction behind are not for this.
pub fn execute_each(
    lab: &Lab,
    bench: &mut Bench,
    base: &str,
    trials: &[&[Step]],
    changes: &[Change],
) -> Result<Vec<Executed>, TrialError> {
    trials.iter().flat_map(|steps| steps.iter()).try_for_each(fits)?;
    let asked: Vec<Vec<Asked>> = trials.iter().map(|steps| asked(steps)).collect();
    let counting: Vec<Step> = trials
        .iter()
        .zip(&asked)
        .filter(|(_, asked)| asked.contains(&Asked::Pages))
        .flat_map(|(steps, _)| steps.iter().cloned())
        .collect();
    let work = worked(lab, bench, base, (!counting.is_empty()).then_some(counting.as_slice()))?;
    trials.iter().for_each(|steps| work.dirt.note(steps));
    let mut session = take(lab, &work.database, &mut work.lab, &Actor::Lab)?;
    let mut all = vec![];
    let mut run = || -> Result<(), TrialError> {
        session.client.batch_execute("BEGIN").map_err(LabError::server("cannot begin a transaction"))?;
        changes::apply(&mut session.client, changes)?;
        let roots = Roots::read(&mut session.client).map_err(LabError::server("cannot read the partitions"))?;
        for (steps, asked) in trials.iter().zip(&asked) {
            let begun = session.client.batch_execute("SAVEPOINT tw_trial");
            begun.map_err(LabError::server("cannot set a savepoint"))?;
            all.push(run_steps(&mut session.client, steps, asked, false, work.heights.as_ref(), &roots));
            let undone = session.client.batch_execute("ROLLBACK TO SAVEPOINT tw_trial; DEALLOCATE ALL");
            undone.map_err(LabError::server("cannot undo a trial"))?;
        }
        Ok(())
    };
    let result = run();
    if session.client.batch_execute("ROLLBACK; DISCARD ALL").is_ok() {
        work.lab = Some(session);
    }
    result.map(|()| all)
}

fn run_steps(
    client: &mut Client,
    steps: &[Step],
    asked: &[Asked],
    by_owner: bool,
    heights: Option<&Heights>,
    roots: &Roots,
) -> Executed {
    let mut executed = Executed::default();
    let mut kept = Kept::new();
    let mut before = String::new();
    let mut lost = false;
    for (step, &asked) in steps.iter().zip(asked) {
        if lost {
            executed.outcomes.push(not_run("connection lost"));
            continue;
        }
        let Ok(sql) = substitute(&step.sql, &kept) else {
            executed.outcomes.push(not_run("kept value missing"));
            continue;
        };
        before.push_str("SAVEPOINT tw_step");
        if !by_owner {
            before.push_str("; SET LOCAL SESSION AUTHORIZATION ");
            before.push_str(&authorization(&step.actor));
        }
        let done = match client.batch_execute(&before) {
            Ok(()) => perform(client, &sql, asked, roots),
            Err(error) => super::step::failed(&error, roots),
        };
        before.clear();
        let went = matches!(
            done.outcome,
            Outcome::Accepted { .. } | Outcome::Rows { .. } | Outcome::Plan { .. } | Outcome::Figure { .. }
        );
        before.push_str(if went {
            "RELEASE SAVEPOINT tw_step; "
        } else {
            "ROLLBACK TO SAVEPOINT tw_step; RELEASE SAVEPOINT tw_step; "
        });
        lost = done.lost;
        keep(step, &done, &mut kept);
        conclude(step, done, heights, &mut executed);
    }
    executed
}

/// The session user of an actor, as SQL.
pub(super) fn authorization(actor: &Actor) -> String {
    match actor {
        Actor::Owner => OWNER.to_string(),
        Actor::Lab => "DEFAULT".to_string(),
        Actor::Role(role) => quote(role),
    }
}

/// Keeps the first row's values under the step's names.
pub(super) fn keep(step: &Step, done: &Done, kept: &mut Kept) {
    if let Some(row) = &done.first_row {
        for (name, value) in step.keep.iter().zip(row) {
            kept.insert(name.clone(), value.clone());
        }
    }
}

/// Adds the outcome, and the figures where pages or a number were asked for.
pub(super) fn conclude(step: &Step, mut done: Done, heights: Option<&Heights>, executed: &mut Executed) {
    if let (Some(figures), Outcome::Plan { within, .. }) = (&done.figures, &mut done.outcome) {
        let height = heights.map_or(1, |h| height::largest(h, &figures.tables));
        *within = Some(figures.within(height));
        let figures = [
            ("pages touched", figures.touched as f64, "pages"),
            ("result pages", figures.result as f64, "pages"),
            ("tree height", f64::from(height), "levels"),
        ];
        executed.measurements.extend(figures.map(|(what, value, unit)| Measurement {
            of: String::new(),
            what: what.into(),
            value,
            unit: unit.into(),
        }));
    }
    if let (Some((pages, ms)), Expect::Priced { what }) = (done.price, &step.expect) {
        let figures = [("pages", pages, "pages"), ("time", ms, "ms")];
        executed.measurements.extend(figures.map(|(of, value, unit)| Measurement {
            of: String::new(),
            what: format!("{of} for {what}"),
            value,
            unit: unit.into(),
        }));
    }
    if let Some((found, expected)) = done.number {
        let error = (expected / found.max(f64::MIN_POSITIVE) - 1.0) * 100.0;
        let figures = [("found where predicted", found, "number"), ("error of the prediction", error, "%")];
        executed.measurements.extend(figures.map(|(what, value, unit)| Measurement {
            of: String::new(),
            what: what.into(),
            value,
            unit: unit.into(),
        }));
    }
    executed.outcomes.push(done.outcome);
}
