//! The server settings that are pinned, so that outcomes are the same on every machine, and the lab's limits.
use std::path::PathBuf;
use std::time::Duration;

/// The server's superuser. Only the lab itself connects as it.
pub const SUPERUSER: &str = "tablewright_lab";
/// Owner of every database and schema object: not a superuser, may not create roles or databases.
pub const OWNER: &str = "tablewright_owner";
/// The database the lab itself works from.
pub const HOME_DATABASE: &str = "postgres";

/// How a lab is run. `Default` is what trials want.
#[derive(Clone, Debug)]
pub struct LabOptions {
    /// Commits reach the disk before they are acknowledged; for crash trials. Otherwise nothing is ever
    /// synced.
    pub durable: bool,
    /// Settings beyond (or instead of) the pinned ones.
    pub settings: Vec<(String, String)>,
    /// Where the private directory is made; `$TMPDIR`, else `/tmp`, when none.
    pub parent: Option<PathBuf>,
    /// Where data directories are cached; see [`crate::template::cache_directory`] when none.
    pub cache: Option<PathBuf>,
    /// How long the server may take to start.
    pub start_timeout: Duration,
    /// How long one statement of a session may run.
    pub statement_timeout: Duration,
    /// How long a script may take to load.
    pub load_timeout: Duration,
    /// Free bytes that are left to the machine.
    pub keep_free_bytes: u64,
}

impl Default for LabOptions {
    fn default() -> Self {
        LabOptions {
            durable: false,
            settings: vec![],
            parent: None,
            cache: None,
            start_timeout: Duration::from_secs(60),
            statement_timeout: Duration::from_secs(10),
            load_timeout: Duration::from_secs(120),
            keep_free_bytes: 256 << 20,
        }
    }
}

/// Settings that are the same in every lab. They go on the server's command line, where neither
/// `ALTER SYSTEM` nor a file can change them.
const PINNED: &[(&str, &str)] = &[
    // Reachable only through the socket in the private directory.
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "100"),
    ("superuser_reserved_connections", "10"),
    // The same text on every machine.
    ("TimeZone", "UTC"),
    ("log_timezone", "UTC"),
    ("DateStyle", "ISO, MDY"),
    ("IntervalStyle", "postgres"),
    ("bytea_output", "hex"),
    ("extra_float_digits", "1"),
    ("lc_messages", "C"),
    ("client_encoding", "UTF8"),
    // The same plans on every machine.
    ("jit", "off"),
    ("autovacuum", "off"),
    ("default_statistics_target", "100"),
    ("max_parallel_workers_per_gather", "0"),
    ("max_parallel_maintenance_workers", "0"),
    ("shared_buffers", "128MB"),
    ("effective_cache_size", "4GB"),
    ("work_mem", "4MB"),
    ("maintenance_work_mem", "64MB"),
    ("random_page_cost", "4"),
    ("effective_io_concurrency", "1"),
    // A lock cycle is seen at once: trials make them on purpose.
    ("deadlock_timeout", "50ms"),
    // Limits on foreign SQL.
    ("temp_file_limit", "1GB"),
    ("max_wal_size", "256MB"),
    ("min_wal_size", "2MB"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("max_prepared_transactions", "10"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_min_messages", "log"),
    ("log_min_error_statement", "panic"),
    ("log_checkpoints", "off"),
    ("shared_preload_libraries", ""),
];

/// The server's settings in order; a later one of the same name wins.
pub fn settings(options: &LabOptions) -> Vec<(String, String)> {
    let safe: &[(&str, &str)] = &[("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")];
    let fast: &[(&str, &str)] =
        &[("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"), ("checkpoint_timeout", "1h")];
    let chosen = if options.durable { safe } else { fast };
    PINNED
        .iter()
        .chain(chosen)
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .chain(options.settings.iter().cloned())
        .collect()
}
