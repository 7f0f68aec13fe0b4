//! What the machine does while a mix is driven: whose time the processors spend, what sessions wait for, how
//! much write-ahead log is written. Read from `/proc` and from the server's own views.
use crate::{process, session::Session};
use postgres::SimpleQueryMessage;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tw_model::driven::MachineLoad;

/// Clock ticks a second in `/proc`, the same on every Linux that PostgreSQL runs on.
const TICKS_PER_S: f64 = 100.0;
/// Kinds of waiting told at most.
const WAITS_TOLD: usize = 6;

/// Looks at a machine and a server now and then.
pub struct Watch {
    session: Session,
    data: Option<PathBuf>,
    looks: u64,
    waits: BTreeMap<String, u64>,
}

/// One look.
#[derive(Clone, Debug)]
pub struct Look {
    at: Instant,
    server_ticks: BTreeMap<i32, u64>,
    generator_ticks: u64,
    busy_ticks: u64,
    wal_bytes: f64,
}

impl Watch {
    /// A watch of a server; `data` is its data directory when it runs here.
    pub fn begin(session: Session, data: Option<&Path>) -> Watch {
        Watch { session, data: data.map(Path::to_path_buf), looks: 0, waits: BTreeMap::new() }
    }

    /// Reads the counters.
    pub fn look(&mut self) -> Look {
        let pids = self.data.as_deref().map(process::working_in).unwrap_or_default();
        let ticks = |pid: &i32| Some((*pid, process_ticks(&format!("/proc/{pid}/stat"))?));
        Look {
            at: Instant::now(),
            server_ticks: pids.iter().filter_map(ticks).collect(),
            generator_ticks: process_ticks("/proc/self/stat").unwrap_or(0),
            busy_ticks: busy_ticks().unwrap_or(0),
            wal_bytes: self
                .first("SELECT pg_current_wal_insert_lsn() - '0/0'")
                .and_then(|t| t.parse().ok())
                .unwrap_or(0.0),
        }
    }

    /// Notes what sessions are at this moment at work on or waiting for.
    pub fn sample(&mut self) {
        let sql = "SELECT coalesce(wait_event_type || ': ' || wait_event, 'working') FROM pg_stat_activity \
                   WHERE state IN ('active', 'fastpath function call') AND backend_type = 'client backend' \
                   AND pid <> pg_backend_pid()";
        self.looks += 1;
        for message in self.session.client.simple_query(sql).unwrap_or_default() {
            if let SimpleQueryMessage::Row(row) = message {
                *self.waits.entry(row.get(0).unwrap_or("working").to_string()).or_default() += 1;
            }
        }
    }

    /// What happened between two looks. `sessions` are the most at work at once, and all.
    pub fn load(&self, before: &Look, after: &Look, sessions: (u32, u32)) -> MachineLoad {
        let seconds = after.at.duration_since(before.at).as_secs_f64().max(1e-3);
        let cores = |ticks: u64| ticks as f64 / TICKS_PER_S / seconds;
        // A process that began in between counts from its beginning.
        let server: u64 = after
            .server_ticks
            .iter()
            .map(|(pid, t)| t.saturating_sub(before.server_ticks.get(pid).copied().unwrap_or(0)))
            .sum();
        let generator = after.generator_ticks.saturating_sub(before.generator_ticks);
        let busy = after.busy_ticks.saturating_sub(before.busy_ticks);
        let seen: u64 = self.waits.values().sum();
        let mut waits: Vec<(String, f64)> =
            self.waits.iter().map(|(w, n)| (w.clone(), *n as f64 / seen.max(1) as f64)).collect();
        waits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        waits.truncate(WAITS_TOLD);
        MachineLoad {
            cores: std::thread::available_parallelism().map_or(1, |n| n.get() as u32),
            server_cores: cores(server),
            generator_cores: cores(generator),
            other_cores: cores(busy.saturating_sub(server + generator)),
            wal_bytes_per_s: (after.wal_bytes - before.wal_bytes).max(0.0) / seconds,
            waits,
            sessions,
        }
    }

    fn first(&mut self, sql: &str) -> Option<String> {
        self.session.client.simple_query(sql).ok()?.into_iter().find_map(|m| match m {
            SimpleQueryMessage::Row(row) => row.get(0).map(String::from),
            _ => None,
        })
    }
}

/// Time of a process in user and system mode.
fn process_ticks(path: &str) -> Option<u64> {
    let stat = std::fs::read_to_string(path).ok()?;
    let fields = process::stat_fields(&stat);
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// Time of all processors that was not idle.
fn busy_ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let first: Vec<u64> = stat.lines().next()?.split_whitespace().skip(1).filter_map(|f| f.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user time.
    Some(first.iter().take(8).enumerate().filter(|(i, _)| *i != 3 && *i != 4).map(|(_, t)| t).sum())
}
