//! What is promised: engine, keys, availability, recovery, horizon, naming.
use crate::Origin;
use serde::{Deserialize, Serialize};

/// The `## Promises` section. Absent lines keep the default, and the default is a gap where it matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Promises {
    /// `engine: postgresql 15+`; none when the brief leaves the choice to us.
    pub engine: Option<EngineWish>,
    /// `keys: uuid | bigint`.
    pub keys: KeyKind,
    /// `tenant: Shop`.
    pub tenant: Option<String>,
    /// `availability: 99.99%`, in percent, kept as written.
    pub availability_percent: Option<String>,
    /// `longest incident 10min`, in seconds.
    pub longest_incident_s: Option<u64>,
    /// Recovery point objective, in seconds.
    pub rpo_s: Option<u64>,
    /// Recovery time objective, in seconds.
    pub rto_s: Option<u64>,
    /// Live copies of the data.
    pub copies: Option<u32>,
    /// How far ahead to plan, in days.
    pub horizon_days: Option<u32>,
    /// `machine: 8 cores, 64GB, ssd 2TB`.
    #[serde(default)]
    pub machine: Option<Machine>,
    /// `timestamps: created_at, updated_at on what changes`.
    pub timestamps: Option<Timestamps>,
    /// `additions: none`: nothing is designed that the brief does not say: no index, no storage parameter, no order
    /// of columns, no right taken from everybody.
    #[serde(default)]
    pub nothing_added: bool,
    /// `naming: ...` overrides of the default conventions.
    pub naming: Vec<NamingRule>,
    /// `schema: bank` puts the tables in that schema (default `public`).
    pub schema: Option<String>,
    /// Origin of each line by its word (`engine`, `keys`, ...), for decisions to quote.
    pub origins: std::collections::BTreeMap<String, Origin>,
}

impl Promises {
    /// Days that are planned for when a brief names no horizon.
    pub const HORIZON_DAYS_ASSUMED: u32 = 365;

    /// Days from today to the horizon.
    pub fn planned_days(&self) -> u32 {
        self.horizon_days.unwrap_or(Self::HORIZON_DAYS_ASSUMED)
    }
}

impl Default for Promises {
    fn default() -> Self {
        Promises {
            engine: None,
            keys: KeyKind::Uuid,
            tenant: None,
            availability_percent: None,
            longest_incident_s: None,
            rpo_s: None,
            rto_s: None,
            copies: None,
            horizon_days: None,
            machine: None,
            timestamps: None,
            nothing_added: false,
            naming: vec![],
            schema: None,
            origins: Default::default(),
        }
    }
}

/// The machine that each copy of the data runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Processor cores.
    pub cores: u32,
    /// Main memory, in GB of 2^30 bytes.
    pub memory_gb: u32,
    /// True for flash (`ssd`), false for turning disks (`disk`).
    pub ssd: bool,
    /// Room on its storage, in GB of 2^30 bytes.
    pub storage_gb: u32,
}

impl Machine {
    /// What is assumed when a brief names none.
    pub const ASSUMED: Machine = Machine { cores: 8, memory_gb: 32, ssd: true, storage_gb: 1024 };
}

/// The engine a brief asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineWish {
    /// Lower-case engine name: `postgresql`, `mysql`, ...
    pub name: String,
    /// Version as written, without `+`.
    pub version: Option<String>,
    /// True for `15+`.
    pub or_later: bool,
}

/// The default kind of surrogate key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// `uuid` with a generated default.
    Uuid,
    /// `bigint generated always as identity`.
    Bigint,
}

/// Row timestamps and which entities get them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timestamps {
    /// Set once, e.g. `created_at`.
    pub created: Option<String>,
    /// Set at each change, e.g. `updated_at`.
    pub updated: Option<String>,
    /// True for `on what changes`: append-only entities get neither. False for `on everything`.
    pub only_what_changes: bool,
}

/// One override of a naming convention: `naming: tables singular`, `naming: pk {table}_pkey`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamingRule {
    /// `tables`, `columns`, `pk`, `fk`, `uq`, `chk`, `ex`, `idx`, `view`, `fn`, `trg`, `policy`.
    pub object: String,
    /// `singular`, `plural`, or a pattern with `{table}`, `{columns}`, `{target}`.
    pub pattern: String,
}
