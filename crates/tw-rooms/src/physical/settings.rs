//! The server's settings for the machine that the brief names: an artifact, `postgresql.conf`, to be included.
//!
//! Sources: PostgreSQL documentation, chapters "Server Configuration" and "WAL Configuration". Every setting here is
//! taken by all majors from 14 to 18; what only newer ones have stands in comments.
use super::{AT, SETTINGS};
use crate::kit::{decision, instead};
use tw_model::{
    Origin, Path,
    draft::Draft,
    model::{Machine, Model},
    sql::StatementKind,
};

/// Name of the artifact.
pub const FILE: &str = "postgresql.conf";
/// Seconds between checkpoints.
const CHECKPOINT_S: f64 = 900.0;

/// A setting, its value, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Name.
    pub name: &'static str,
    /// Value as the file has it, without quotes.
    pub value: String,
    /// Why, half a sentence.
    pub why: String,
}

/// The machine that the design is for.
pub fn machine(model: &Model) -> Machine {
    model.promises.machine.unwrap_or(Machine::ASSUMED)
}

/// Megabytes of shared buffers: a quarter of memory.
pub fn shared_megabytes(machine: &Machine) -> u64 {
    (u64::from(machine.memory_gb) * 256).clamp(128, 64 * 1024)
}

/// Bytes of log a second when every write of the workload runs at its rate.
fn log_bytes_per_s(model: &Model, draft: &Draft) -> f64 {
    let layouts = draft.sizes.as_ref().map(|s| &s.today.tables);
    let mut sum = 0.0;
    for query in &model.workload {
        let rate = query.rate_per_s.unwrap_or(1.0);
        for statement in &query.statements {
            let Some(write) = &statement.sql.writes else { continue };
            let table = draft.homes.get(&write.entity).map(|h| h.write_to.as_str());
            let layout = layouts.and_then(|all| all.iter().find(|t| Some(t.table.name.as_str()) == table));
            let bytes = layout.map_or(200.0, |t| match statement.sql.kind {
                StatementKind::Insert => t.wal_insert_bytes,
                _ => t.wal_update_bytes,
            });
            // The first change of a page after a checkpoint logs the whole page; half of the writes are such.
            sum += rate * (bytes + 4096.0);
        }
    }
    sum
}

/// Every setting of the file, in its order.
pub fn settings(model: &Model, draft: &Draft) -> Vec<Setting> {
    let m = machine(model);
    let megabytes = u64::from(m.memory_gb) * 1024;
    let cores = m.cores.max(1);
    let log = log_bytes_per_s(model, draft);
    let connections = (cores * 4).clamp(20, 400);
    // Log of two checkpoints and a half, within what the storage can spare.
    let log_megabytes = ((log * CHECKPOINT_S * 2.5 / 1048576.0).ceil() as u64)
        .clamp(1024, (u64::from(m.storage_gb) * 1024 / 10).max(1024))
        .next_multiple_of(64);
    let set = |name, value: String, why: &str| Setting { name, value, why: why.into() };
    let mb = |n: u64| if n.is_multiple_of(1024) { format!("{}GB", n / 1024) } else { format!("{n}MB") };
    vec![
        set("shared_buffers", mb(shared_megabytes(&m)), "a quarter of memory; the rest caches files for the kernel"),
        set(
            "effective_cache_size",
            mb(megabytes * 3 / 4),
            "what the planner may take for cached, here and in the kernel",
        ),
        set(
            "work_mem",
            mb((megabytes / 4 / u64::from(connections) / 2).clamp(4, 1024)),
            "a quarter of memory over all connections, two sorts each",
        ),
        set("maintenance_work_mem", mb((megabytes / 16).clamp(64, 2048)), "index builds and vacuum"),
        set("max_connections", connections.to_string(), "four a core: more wait for each other; a pool keeps the rest"),
        set("huge_pages", "try".into(), "fewer misses of the processor's address cache (TLB) in large buffers"),
        set("wal_compression", "on".into(), "page images are written compressed, which spares the log and the flash"),
        set(
            "full_page_writes",
            "on".into(),
            "a page torn by a crash is whole in the log; only storage that writes 8 kB at once could do without",
        ),
        set(
            "checkpoint_timeout",
            "15min".into(),
            "fewer checkpoints, fewer page images: each page is logged whole once between two",
        ),
        set("checkpoint_completion_target", "0.9".into(), "writes are spread over the time between checkpoints"),
        set(
            "max_wal_size",
            mb(log_megabytes),
            "log of two checkpoints and a half at the rates of the workload, so that time calls for them, not size",
        ),
        set(
            "min_wal_size",
            mb((log_megabytes / 4).max(256)),
            "files of the log are used again, which keeps its writes sequential and in place",
        ),
        set(
            "random_page_cost",
            if m.ssd { "1.1" } else { "4" }.into(),
            if m.ssd { "flash reads any page as fast as the next" } else { "a turning disk moves its arm for each" },
        ),
        set(
            "effective_io_concurrency",
            if m.ssd { "200" } else { "2" }.into(),
            if m.ssd { "flash answers many reads at once" } else { "one arm serves few reads at once" },
        ),
        set("max_worker_processes", cores.max(8).to_string(), "helpers of queries, builds and extensions together"),
        set("max_parallel_workers", cores.to_string(), "one a core"),
        set(
            "max_parallel_workers_per_gather",
            (cores / 4).clamp(1, 4).to_string(),
            "a report may take a quarter of the cores, not all",
        ),
        set("max_parallel_maintenance_workers", (cores / 4).clamp(1, 4).to_string(), "and so may an index build"),
        set(
            "autovacuum_vacuum_cost_limit",
            if m.ssd { "2000" } else { "400" }.into(),
            "vacuum keeps up with the writes",
        ),
        set("default_toast_compression", "lz4".into(), "faster than pglz on both ways"),
    ]
}

/// The file.
pub fn file(model: &Model, draft: &Draft) -> String {
    let m = machine(model);
    let storage = if m.ssd { "ssd" } else { "disk" };
    let mut out = format!(
        "# Settings for {} cores, {} GB of memory and {} GB of {storage}. Put it beside the server's own file and name it\n# there: include 'tablewright.conf'\n",
        m.cores, m.memory_gb, m.storage_gb
    );
    for s in settings(model, draft) {
        out += &format!("\n# {}\n{} = '{}'\n", s.why, s.name, s.value);
    }
    out += "\n# From version 18 reads are asynchronous: io_method = worker (the default), or io_uring where the server has it.\n\
            # From version 17 neighbouring pages are read together: io_combine_limit = 128kB (the default).\n\
            # Direct input and output (debug_io_direct, from 16) is for those who develop the server; leave it off.\n";
    out
}

/// The decision, and the artifact.
pub(super) fn decide(model: &Model, draft: &mut Draft) {
    let m = machine(model);
    let all = settings(model, draft);
    let of = |name: &str| all.iter().find(|s| s.name == name).map_or("", |s| s.value.as_str());
    let what = format!(
        "The server is set for {} cores, {} GB of memory and {}: shared_buffers {}, max_wal_size {}, checkpoints every 15 minutes ({FILE})",
        m.cores,
        m.memory_gb,
        if m.ssd { "flash" } else { "turning disks" },
        of("shared_buffers"),
        of("max_wal_size")
    );
    let why = "memory is divided between the server's own pages, the kernel's and the queries'; the log is sized so that checkpoints come by time, since every page is logged whole after each of them; flash wears by what is written, so images are compressed and log files used again. The log is only ever appended to, in order, which suits flash: it erases blocks of many pages at once, and what is written in order is erased in order";
    let origin = match model.promises.origins.get("machine") {
        Some(origin) => origin.clone(),
        None => Origin::assumed("8 cores, 32 GB of memory and a 1 TB ssd, since the brief names no machine"),
    };
    let chosen = decision(AT, Path::new(SETTINGS), what, why, &origin, vec![]);
    let chosen = instead(
        chosen,
        "direct input and output (O_DIRECT)",
        "PostgreSQL has it from 16 as debug_io_direct, which its documentation keeps to developers: without the kernel's read-ahead and cache, plain scans become slower; asynchronous reads from 18 on give most of its gain",
    );
    let chosen = instead(
        chosen,
        "full_page_writes = off",
        "a page torn by a crash could not be mended, unless storage writes 8 kB at once",
    );
    let chosen = instead(
        chosen,
        "fsync = off, or a delayed one",
        "acknowledged commits would be lost; group commit already puts neighbours into one flush",
    );
    draft.decide(instead(chosen, "software-defined flash with block-aligned writes", "the server writes through a file system and knows no erase blocks; a log-structured store (see the engine) would be the choice where flash must be written in blocks"));
    let file = file(model, draft);
    draft.artifacts.insert(FILE.into(), file);
}
