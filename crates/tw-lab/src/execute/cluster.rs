//! Trials with a server of their own: what survives when every process is killed under load.
use super::{
    Bases, Executed, TrialError, changes,
    rollback::{conclude, keep},
    roots::Roots,
    step::{asked, not_run, perform},
    substitute::{Kept, substitute},
};
use crate::{
    error::{LabError, LoadError},
    lab::Lab,
    process,
    settings::{HOME_DATABASE, LabOptions, OWNER},
    split::{Token, token},
};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tw_model::{
    change::Change,
    evidence::{Measurement, Outcome},
    ident::literal,
    trial::{Actor, Expect, Step},
};

/// The server is ours alone, so the database it comes with will do: making another one costs seconds where
/// every file is synced.
const DATABASE: &str = HOME_DATABASE;
/// How long the wanted number of commits may take.
const LOAD_LIMIT: Duration = Duration::from_secs(60);
/// A weaker setting may lose nothing by luck (the last page of the log had just been written): then the
/// server is killed again, so often.
const ATTEMPTS: u32 = 5;

/// Runs the steps, one session each, on a new server that syncs what it acknowledges. With a setting, on one
/// that differs in it.
pub fn execute(
    lab: &Lab,
    bases: &Bases,
    steps: &[Step],
    edits: &[Change],
    setting: Option<(&str, &str)>,
) -> Result<Executed, TrialError> {
    let mut options = LabOptions { durable: true, ..lab.options.clone() };
    if let Some((name, value)) = setting {
        options.settings.push((name.to_string(), value.to_string()));
        // The longest the server knows, so that the setting shows what it allows.
        options.settings.push(("wal_writer_delay".into(), "10s".into()));
    }
    let server = Lab::start(&lab.installation, &options)?;
    server.home("cannot hand the database over", |session| {
        session.client.batch_execute(&format!(
            "ALTER DATABASE {DATABASE} OWNER TO {OWNER}; {}",
            crate::template::PREPARE_TEMPLATE1
        ))
    })?;
    let unfit = |e: LoadError| TrialError::Unfit { why: format!("the schema cannot be loaded again: {e}") };
    server.load(DATABASE, &bases.schema_sql).map_err(unfit)?;
    server.load_roles(DATABASE, &bases.roles_sql).map_err(unfit)?;
    if !edits.is_empty() {
        changes::apply(&mut server.session(DATABASE, &Actor::Lab)?.client, edits)?;
    }
    let mut executed = Executed::default();
    let mut kept = Kept::new();
    for (step, asked) in steps.iter().zip(asked(steps)) {
        if let Expect::SurvivesCrash { count, sessions, commits } = &step.expect {
            let crash = Crash { step, count, sessions: (*sessions).max(1), commits: *commits };
            let attempts = if setting.is_some() { ATTEMPTS } else { 1 };
            let (outcome, figures) = crash.survive(&server, &kept, attempts)?;
            executed.outcomes.push(outcome);
            executed.measurements.extend(figures);
            continue;
        }
        let Ok(sql) = substitute(&step.sql, &kept) else {
            executed.outcomes.push(not_run("kept value missing"));
            continue;
        };
        let mut session = server.session(DATABASE, &step.actor)?;
        let roots = Roots::read(&mut session.client).map_err(LabError::server("cannot read the partitions"))?;
        let done = perform(&mut session.client, &sql, asked, &roots);
        keep(step, &done, &mut kept);
        conclude(step, done, None, &mut executed);
    }
    Ok(executed)
}

/// One crash to survive.
struct Crash<'a> {
    step: &'a Step,
    count: &'a str,
    sessions: u8,
    commits: u64,
}

/// How a fresh id is written: the first form that the insert takes.
#[derive(Clone, Copy)]
enum IdForm {
    Uuid,
    Integer,
}

impl IdForm {
    fn id(self, number: u64) -> String {
        match self {
            IdForm::Uuid => format!("00000000-0000-4000-8000-{number:012x}"),
            IdForm::Integer => (1_000_000_000 + number).to_string(),
        }
    }
}

impl Crash<'_> {
    fn survive(&self, server: &Lab, kept: &Kept, attempts: u32) -> Result<(Outcome, Vec<Measurement>), TrialError> {
        let next = AtomicU64::new(1);
        let form = match self.id_form(server, kept, &next)? {
            Ok(form) => form,
            Err(outcome) => return Ok((outcome, vec![])),
        };
        let mut attempt = 1;
        loop {
            let acknowledged = self.load_and_kill(server, kept, form, &next)?;
            let begun = Instant::now();
            server.launch()?;
            let recovery = begun.elapsed();
            if (acknowledged.len() as u64) < self.commits {
                return Ok((not_run("timed out"), vec![]));
            }
            let found = self.found(server, &acknowledged)?;
            let complete = found == acknowledged.len() as u64;
            if complete && attempt < attempts {
                attempt += 1;
                continue;
            }
            let measured = |what: &str, value: f64, unit: &str| Measurement {
                of: String::new(),
                what: what.into(),
                value,
                unit: unit.into(),
            };
            let figures = vec![
                measured("acknowledged", acknowledged.len() as f64, "commits"),
                measured("found", found as f64, "commits"),
                measured("recovery", recovery.as_secs_f64(), "s"),
                measured("kills", f64::from(attempt), "kills"),
            ];
            return Ok((Outcome::Recovered { complete }, figures));
        }
    }

    /// Inserts once with each form of id until one is taken.
    fn id_form(&self, server: &Lab, kept: &Kept, next: &AtomicU64) -> Result<Result<IdForm, Outcome>, TrialError> {
        let mut session = server.session(DATABASE, &self.step.actor)?;
        let mut outcome = not_run("kept value missing");
        for form in [IdForm::Uuid, IdForm::Integer] {
            let id = form.id(next.fetch_add(1, Ordering::Relaxed));
            let Some(sql) = self.insert(kept, &id) else {
                return Ok(Err(outcome));
            };
            match session.client.simple_query(&sql) {
                Ok(_) => return Ok(Ok(form)),
                Err(error) => outcome = super::step::failed(&error, &Roots::default()).outcome,
            }
        }
        Ok(Err(outcome))
    }

    fn insert(&self, kept: &Kept, id: &str) -> Option<String> {
        let mut kept = kept.clone();
        kept.insert("id".into(), Some(id.into()));
        substitute(&self.step.sql, &kept).ok()
    }

    /// Inserts from all sessions, and kills every process of the server once enough commits have been
    /// acknowledged, while the sessions go on. Gives the acknowledged ids.
    fn load_and_kill(
        &self,
        server: &Lab,
        kept: &Kept,
        form: IdForm,
        next: &AtomicU64,
    ) -> Result<Vec<String>, LabError> {
        let sessions =
            (0..self.sessions).map(|_| server.session(DATABASE, &self.step.actor)).collect::<Result<Vec<_>, _>>()?;
        // Only what is inserted from here on may be lost, not the tables it goes to.
        server.home("cannot write a checkpoint", |s| s.client.batch_execute("CHECKPOINT"))?;
        let count = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let acknowledged = std::thread::scope(|scope| {
            let threads: Vec<_> = sessions
                .into_iter()
                .map(|mut session| {
                    scope.spawn(|| {
                        let mut mine = vec![];
                        while !stop.load(Ordering::Relaxed) {
                            let id = form.id(next.fetch_add(1, Ordering::Relaxed));
                            let Some(sql) = self.insert(kept, &id) else {
                                break;
                            };
                            match session.client.simple_query(&sql) {
                                Ok(_) => {
                                    mine.push(id);
                                    count.fetch_add(1, Ordering::Relaxed);
                                }
                                // A refusal (a serialization failure, say) is no commit and no end.
                                Err(error) if error.as_db_error().is_some() && !session.client.is_closed() => {}
                                Err(_) => break,
                            }
                        }
                        // Dropping a client whose server is gone only closes a socket.
                        drop(session);
                        mine
                    })
                })
                .collect();
            let deadline = Instant::now() + LOAD_LIMIT;
            while count.load(Ordering::Relaxed) < self.commits && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(1));
            }
            let killed = server.kill_processes();
            stop.store(true, Ordering::Relaxed);
            let ids: Vec<String> = threads.into_iter().flat_map(|t| t.join().unwrap_or_default()).collect();
            killed.map(|()| ids)
        })?;
        Ok(acknowledged)
    }

    fn found(&self, server: &Lab, ids: &[String]) -> Result<u64, TrialError> {
        let array = literal(&format!("{{{}}}", ids.join(",")));
        let sql = put_ids(self.count, &array);
        let mut session = server.session(DATABASE, &Actor::Lab)?;
        let rows = session
            .client
            .simple_query(&sql)
            .map_err(|e| TrialError::Unfit { why: format!("the count of ids fails: {e:?}") })?;
        rows.iter()
            .find_map(|m| match m {
                postgres::SimpleQueryMessage::Row(row) => row.get(0).and_then(|n| n.parse().ok()),
                _ => None,
            })
            .ok_or_else(|| TrialError::Unfit { why: format!("the count of ids gives no number: {}", self.count) })
    }
}

/// Replaces `:ids` outside literals by the array.
fn put_ids(sql: &str, array: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < sql.len() {
        let Ok((found, next)) = token(sql, at) else {
            break;
        };
        if found == Token::Other(b':') && !out.ends_with(':') && word_at(sql, next) == Some("ids") {
            out.push_str(array);
            at = next + "ids".len();
        } else {
            out.push_str(&sql[at..next]);
            at = next;
        }
    }
    out
}

fn word_at(sql: &str, at: usize) -> Option<&str> {
    match (at < sql.len()).then(|| token(sql, at)) {
        Some(Ok((Token::Word, next))) => Some(&sql[at..next]),
        _ => None,
    }
}

impl Lab {
    /// Kills every process of the server at once, as a failing machine would. The directory stays, and
    /// [`Lab::launch`] starts the server again.
    pub fn kill_processes(&self) -> Result<(), LabError> {
        let postmaster = *self.postmaster.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Held still first, so that it neither starts a process nor tells one to end in good order.
        process::pause(postmaster);
        let mut all = process::children_of(postmaster);
        all.iter().for_each(|&pid| process::kill(pid));
        process::kill(postmaster);
        self.reap()?;
        all.push(postmaster);
        if !process::wait_gone(&all, Duration::from_secs(10)) {
            return Err(LabError::Io {
                doing: format!("the processes {all:?} of the server do not end"),
                source: std::io::ErrorKind::TimedOut.into(),
            });
        }
        Ok(())
    }
}
