//! Trials in a copy of the base: real sessions that commit, and wait for each other.
use super::{
    Executed, TrialError, changes,
    height::{self, Heights},
    rollback::{authorization, conclude, keep},
    roots::Roots,
    step::{Asked, Done, asked, not_run, perform},
    substitute::{Kept, substitute},
};
use crate::{error::LabError, lab::Lab, session::Session};
use std::collections::{BTreeMap, btree_map::Entry};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tw_model::{
    change::Change,
    evidence::Outcome,
    trial::{Actor, Expect, Step},
};

/// A statement that waits this long is said to wait, though the step did not expect it: far longer than
/// `deadlock_timeout`, so that a cycle has been refused by then.
const SURELY_WAITING: Duration = Duration::from_millis(600);

/// Runs the steps on a fresh copy of the base, which is dropped in the end.
pub fn execute(lab: &Lab, base: &str, steps: &[Step], edits: &[Change]) -> Result<Executed, TrialError> {
    if steps.iter().any(|s| matches!(s.expect, Expect::SurvivesCrash { .. })) {
        return Err(TrialError::Unfit { why: "a crash needs a server of its own".into() });
    }
    if edits.iter().any(changes::is_server_wide) {
        return Err(TrialError::Unfit {
            why: "a twin that changes a role changes it in every database: such a trial must be rolled back".into(),
        });
    }
    let database = CopiedDatabase::make(lab, base)?;
    if !edits.is_empty() {
        let mut session = lab.session(&database.name, &Actor::Lab)?;
        changes::apply(&mut session.client, edits)?;
    }
    let asked = asked(steps);
    let heights = match asked.contains(&Asked::Pages) {
        true => {
            let mut session = lab.session(&database.name, &Actor::Lab)?;
            Some(height::read(&mut session.client).map_err(LabError::server("cannot read index heights"))?)
        }
        false => None,
    };
    let mut workers = Workers::default();
    let result = run(lab, &database.name, steps, &asked, heights.as_ref(), &mut workers);
    workers.end(lab, &database.name);
    result
}

/// A copy that is dropped whatever happens.
struct CopiedDatabase<'a> {
    lab: &'a Lab,
    name: String,
}

impl<'a> CopiedDatabase<'a> {
    fn make(lab: &'a Lab, base: &str) -> Result<Self, LabError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("tw_copy_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        lab.create_database(&name, Some(base))?;
        Ok(CopiedDatabase { lab, name })
    }
}

impl Drop for CopiedDatabase<'_> {
    fn drop(&mut self) {
        // A server that is gone has no database left to drop.
        let _ = self.lab.drop_database(&self.name);
    }
}

/// One session on its thread.
struct Worker {
    pid: i32,
    /// Who it is now; none when the owner authenticated, who it then stays.
    now: Option<Actor>,
    statements: Sender<(String, Asked)>,
    endings: Receiver<Done>,
    /// A statement is under way: it was seen to wait.
    waits: bool,
    lost: bool,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Workers {
    by_number: BTreeMap<u8, Worker>,
}

impl Workers {
    /// Ends every session and sees it gone. A server that is asked to drop a database with sessions looks
    /// again only every tenth of a second.
    fn end(self, lab: &Lab, database: &str) {
        let waiting: Vec<i32> = self.by_number.values().filter(|w| w.waits || w.lost).map(|w| w.pid).collect();
        // Where the server is gone there is nothing to end, and nobody waits for it.
        let _ = lab.home("cannot end the sessions that wait", |session| {
            session.client.execute("SELECT pg_terminate_backend(pid) FROM unnest($1::int4[]) pid", &[&waiting])
        });
        for worker in self.by_number.into_values() {
            drop(worker.statements);
            let _ = worker.thread.join();
        }
        for _ in 0..1000 {
            let left = lab.home("cannot count sessions", |session| {
                let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
                Ok(session.client.query_one(sql, &[&database])?.get::<_, i64>(0))
            });
            match left {
                Ok(0) | Err(_) => return,
                Ok(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}

fn run(
    lab: &Lab,
    database: &str,
    steps: &[Step],
    asked: &[Asked],
    heights: Option<&Heights>,
    workers: &mut Workers,
) -> Result<Executed, TrialError> {
    let mut executed = Executed::default();
    let mut kept = Kept::new();
    for (step, &asked) in steps.iter().zip(asked) {
        let worker = match workers.by_number.entry(step.session) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let mut its = steps.iter().filter(|s| s.session == step.session);
                let owner_only = its.all(|s| s.actor == Actor::Owner);
                let actor = if owner_only { Actor::Owner } else { Actor::Lab };
                entry.insert(employ(lab.session(database, &actor)?, owner_only)?)
            }
        };
        let resumes = matches!(step.expect, Expect::Resumes { .. });
        if worker.lost {
            executed.outcomes.push(not_run("connection lost"));
            continue;
        }
        // A waiting session takes no statement, and one that does not wait has nothing to resume.
        if worker.waits != resumes {
            executed.outcomes.push(not_run("earlier step"));
            continue;
        }
        if !resumes {
            let Ok(sql) = substitute(&step.sql, &kept) else {
                executed.outcomes.push(not_run("kept value missing"));
                continue;
            };
            if let Some(lost) = begin(worker, step, sql, asked) {
                executed.outcomes.push(lost);
                continue;
            }
        }
        let ending = wait(lab, worker, expects_waiting(&step.expect))?;
        worker.waits = ending.is_none();
        match ending {
            Some(done) => {
                worker.lost = done.lost;
                keep(step, &done, &mut kept);
                conclude(step, done, heights, &mut executed);
            }
            None => executed.outcomes.push(Outcome::Blocked),
        }
    }
    Ok(executed)
}

fn expects_waiting(expect: &Expect) -> bool {
    match expect {
        Expect::Blocks => true,
        Expect::OneOf { of } => of.iter().any(expects_waiting),
        _ => false,
    }
}

/// Gives the statement to the session's thread. An outcome means that it could not.
fn begin(worker: &mut Worker, step: &Step, sql: String, asked: Asked) -> Option<Outcome> {
    if worker.now.as_ref().is_some_and(|now| *now != step.actor) {
        let become_it = format!("SET SESSION AUTHORIZATION {}", authorization(&step.actor));
        let sent = worker.statements.send((become_it, Asked::Count));
        match sent.ok().and_then(|()| worker.endings.recv().ok()) {
            Some(Done { outcome: Outcome::Accepted { .. }, .. }) => worker.now = Some(step.actor.clone()),
            Some(done) => {
                worker.lost = done.lost;
                return Some(done.outcome);
            }
            None => {
                worker.lost = true;
                return Some(not_run("connection lost"));
            }
        }
    }
    if worker.statements.send((sql, asked)).is_err() {
        worker.lost = true;
        return Some(not_run("connection lost"));
    }
    None
}

/// Waits for the end of the statement under way; none when it waits for a lock instead.
///
/// That it waits is what the server says (`pg_blocking_pids`), not that time has passed.
fn wait(lab: &Lab, worker: &Worker, may_wait: bool) -> Result<Option<Done>, LabError> {
    let give_up = Instant::now() + lab.options.statement_timeout + Duration::from_secs(5);
    let mut blocked_since: Option<Instant> = None;
    let mut patience = Duration::from_millis(1);
    loop {
        match worker.endings.recv_timeout(patience) {
            Ok(done) => return Ok(Some(done)),
            Err(RecvTimeoutError::Disconnected) => {
                return Ok(Some(Done { lost: true, ..Done::only(not_run("connection lost")) }));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        patience = (patience * 2).min(Duration::from_millis(20));
        if Instant::now() > give_up {
            return Ok(Some(Done { lost: true, ..Done::only(not_run("timed out")) }));
        }
        let blocked = lab.home("cannot see who waits", |session| {
            let row = session.client.query_one("SELECT cardinality(pg_blocking_pids($1)) > 0", &[&worker.pid])?;
            Ok(row.get::<_, bool>(0))
        })?;
        match (blocked, blocked_since) {
            (true, _) if may_wait => return Ok(None),
            (true, Some(since)) if since.elapsed() > SURELY_WAITING => return Ok(None),
            (true, Some(_)) => {}
            (true, None) => blocked_since = Some(Instant::now()),
            (false, _) => blocked_since = None,
        }
    }
}

fn employ(mut session: Session, owner_only: bool) -> Result<Worker, LabError> {
    let pid = session.pid;
    let roots = Roots::read(&mut session.client).map_err(LabError::server("cannot read the partitions"))?;
    let (statements, inbox) = mpsc::channel::<(String, Asked)>();
    let (outbox, endings) = mpsc::channel::<Done>();
    let thread = std::thread::spawn(move || {
        for (sql, asked) in inbox {
            if outbox.send(perform(&mut session.client, &sql, asked, &roots)).is_err() {
                break;
            }
        }
    });
    let now = (!owner_only).then_some(Actor::Lab);
    Ok(Worker { pid, now, statements, endings, waits: false, lost: false, thread })
}
