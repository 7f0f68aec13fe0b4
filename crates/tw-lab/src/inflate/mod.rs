//! Scale without data: a copy of a database that looks to the planner as large as its horizon.
//!
//! PostgreSQL's planner takes the size of a relation from its file and the rows a page from `pg_class`. So the copy's
//! files are extended sparsely, and its catalogue says what a server of that size would say. Extreme values stay those
//! of the sample's rows, which the planner reads from the real indexes. Nothing but EXPLAIN ever runs on it.
pub mod common;
pub mod distinct;
pub mod explain;
pub mod files;
pub mod measure;
pub mod relations;
pub mod sample;
pub mod sizes;
pub mod statistics;
pub mod trees;

pub use explain::{Inflated, Planned};
pub use measure::measure;
pub use sample::{Share, sample};

use crate::{
    error::LabError,
    lab::{Lab, check_free_space},
    session::Session,
    settings::SUPERUSER,
};
use relations::{Kind, Relation};
use sizes::Size;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use tw_model::{horizon::Horizon, schema::Name, trial::Actor};

/// Something of a table that could not be made to look as it will be. A claim that turns on it is undecided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The table; none where it is about the server.
    pub table: Option<Name>,
    /// What is unlike the horizon, one sentence.
    pub why: String,
}

/// Copies a database and makes the copy look as large as the horizon. The database must have no sessions; it stays
/// as it is.
pub fn inflate(lab: &Lab, database: &str, horizon: &Horizon) -> Result<Inflated, LabError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("tw_inflated_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    lab.create_database(&name, Some(database))?;
    let mut inflated = Inflated::closed(name, lab.address(crate::settings::HOME_DATABASE, SUPERUSER));
    inflated.doubts = blow_up(lab, &inflated.database, horizon)?;
    // A session that has not seen the files as they were.
    let mut session = lab.session(&inflated.database, &Actor::Lab)?;
    inflated.doubts.extend(prepare(&mut session, horizon)?);
    inflated.indexes = indexes(&mut session)?;
    inflated.below = below(&mut session)?;
    inflated.empty = empty(&mut session)?;
    inflated.doubts.sort();
    inflated.session = Some(session);
    Ok(inflated)
}

/// Sets the statistics and extends the files.
fn blow_up(lab: &Lab, database: &str, horizon: &Horizon) -> Result<Vec<Doubt>, LabError> {
    let failed = || LabError::server(format!("cannot set the statistics of {database}"));
    let mut session = lab.session(database, &Actor::Lab)?;
    let client = &mut session.client;
    let layout = relations::layout(client).map_err(failed())?;
    let relations = relations::relations(client, layout.page_bytes).map_err(failed())?;
    let (sizes, missing) = sizes::sizes(horizon, &relations);
    if let Some(name) = missing.first() {
        let why = format!("the horizon names {}.{}, which the database does not have", name.schema, name.name);
        return Err(LabError::NotInflated { why });
    }
    bearable(lab, &relations, &sizes, layout)?;
    statistics::set_sizes(client, &sizes).map_err(failed())?;
    let mut doubts = vec![];
    for table in &horizon.tables {
        let Some(relation) = relations.values().find(|r| r.name == table.name && r.kind != Kind::Index) else {
            continue;
        };
        let without = statistics::set_columns(client, relation.oid, &table.columns).map_err(failed())?;
        // An empty table that stays empty has none at full size either, as a partition to come.
        let without = without.into_iter().filter(|_| table.rows > 0);
        doubts.extend(without.map(|column| Doubt {
            table: Some(table.name.clone()),
            why: format!("{column} has no statistics, since the sample has no rows or was not analysed"),
        }));
    }
    let sampled = relations.iter().filter_map(|(oid, r)| Some((*oid, r.rows?))).collect();
    let read = statistics::rows_read(client).map_err(failed())?;
    common::cut(client, &sizes, &sampled, read).map_err(failed())?;
    let tables: Vec<u32> = sizes.keys().copied().collect();
    let unscaled = statistics::extended(client, &tables).map_err(failed())?;
    doubts.extend(unscaled.into_iter().map(|oid| Doubt {
        table: Some(relations[&oid].name.clone()),
        why: "its extended statistics are those of the sample".into(),
    }));
    drop(session);
    let mut allocated = 0;
    for (oid, size) in &sizes {
        let relation = &relations[oid];
        let Some(path) = &relation.path else { continue };
        let first = lab.data().join(path);
        allocated += files::extend(&first, size.pages, layout, &lab.user)?;
        trees::grow(relation, &first, size.pages, layout)?;
        if allocated > files::MOST_ALLOCATED {
            let at = lab.data();
            let why = format!(
                "the file system at {} does not keep sparse files sparse. Set TMPDIR to one that does (ext4, XFS, \
                 Btrfs, APFS)",
                at.display()
            );
            return Err(LabError::NotInflated { why });
        }
    }
    Ok(doubts)
}

/// Limits: what no server or no disk would bear is refused before a file is touched.
fn bearable(
    lab: &Lab,
    relations: &BTreeMap<u32, Relation>,
    sizes: &BTreeMap<u32, Size>,
    layout: relations::Layout,
) -> Result<(), LabError> {
    check_free_space(lab.directory(), lab.options.keep_free_bytes)?;
    let mut segments = 0;
    for (oid, size) in sizes {
        let name = &relations[oid].name;
        // The catalogue's count of pages is a signed number of 32 bits.
        if size.pages > i32::MAX as u64 {
            let why =
                format!("{}.{} would have {} pages, more than a table can have", name.schema, name.name, size.pages);
            return Err(LabError::NotInflated { why });
        }
        segments += files::segments(size.pages, layout);
    }
    if segments > files::MOST_SEGMENTS {
        let tib = (segments * layout.segment_pages * layout.page_bytes) >> 40;
        let why = format!(
            "it would be {tib} TiB in {segments} files, and no more than {} are made. Leave out tables or indexes that \
             the question is not about",
            files::MOST_SEGMENTS
        );
        return Err(LabError::NotInflated { why });
    }
    Ok(())
}

/// The indexes outside the system's namespaces, and which are partial.
fn indexes(session: &mut Session) -> Result<BTreeMap<Name, bool>, LabError> {
    let sql = "SELECT n.nspname::text, c.relname::text, i.indpred IS NOT NULL FROM pg_catalog.pg_index i \
               JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')";
    let rows = session.client.query(sql, &[]).map_err(LabError::server("cannot read the indexes of a copy"))?;
    let named = rows.iter().map(|row| (Name::new(row.get::<_, &str>(0), row.get::<_, &str>(1)), row.get(2)));
    Ok(named.collect())
}

/// Pages up to which a partition holds next to nothing: what the planner assumes of a table that nobody has counted.
const EMPTY_PAGES: i32 = 10;

/// Partitions that hold next to nothing.
fn empty(session: &mut Session) -> Result<BTreeSet<String>, LabError> {
    let sql = "SELECT relname::text FROM pg_catalog.pg_class WHERE relispartition AND relkind = 'r' AND relpages <= $1";
    let rows = session.client.query(sql, &[&EMPTY_PAGES]);
    let rows = rows.map_err(LabError::server("cannot read the partitions of a copy"))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The indexes of partitions, by the topmost index that they belong to.
fn below(session: &mut Session) -> Result<BTreeMap<Name, Vec<Name>>, LabError> {
    let sql = "SELECT rn.nspname::text, r.relname::text, n.nspname::text, c.relname::text FROM pg_catalog.pg_class c \
               JOIN pg_catalog.pg_class r ON r.oid = pg_catalog.pg_partition_root(c.oid) \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
               JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace \
               WHERE c.relispartition AND c.relkind IN ('i', 'I') ORDER BY 1, 2, 3, 4";
    let rows = session.client.query(sql, &[]).map_err(LabError::server("cannot read the indexes of partitions"))?;
    let mut below: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
    for row in rows {
        let name = |n: usize| Name::new(row.get::<_, &str>(n), row.get::<_, &str>(n + 1));
        below.entry(name(0)).or_default().push(name(2));
    }
    Ok(below)
}

/// Makes the session fit for planning and for nothing else; gives the settings of the target that it cannot have.
fn prepare(session: &mut Session, horizon: &Horizon) -> Result<Vec<Doubt>, LabError> {
    let failed = || LabError::server("cannot prepare a session for planning");
    let mut doubts = vec![];
    for (name, value) in &horizon.settings {
        let set = "SELECT pg_catalog.set_config($1, $2, false)";
        if session.client.execute(set, &[name, value]).is_err() {
            doubts.push(Doubt { table: None, why: format!("{name} cannot be set to {value} here") });
        }
    }
    // The pages that tell of a taller tree have no checksum; a server of 18 keeps some.
    let limits = "SET ignore_checksum_failure = on; SET default_transaction_read_only = on";
    session.client.batch_execute(limits).map_err(failed())?;
    Ok(doubts)
}
