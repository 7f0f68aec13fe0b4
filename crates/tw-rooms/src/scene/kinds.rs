//! What a table is there for, as far as its shape and name tell. Rules spare what is right for a kind.
use super::{Scene, TableScene, types, words::words};

/// What a table is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Things of the business.
    Plain,
    /// Ties rows of two or more tables together and says little else.
    Junction,
    /// What happened: rows are added and not changed.
    Audit,
    /// A short list that others refer to.
    Lookup,
    /// A partition; its parent speaks for it.
    Partition,
    /// Kept by a migration tool or framework for itself.
    Bookkeeping,
}

/// Tables that migration tools and frameworks keep for themselves.
const BOOKKEEPING: &[&str] = &[
    "__diesel_schema_migrations",
    "__efmigrationshistory",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "applied_schema_deltas",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "knex_migrations",
    "knex_migrations_lock",
    "refinery_schema_history",
    "schema_compat_version",
    "schema_migrations",
    "schema_version",
    "sequelizemeta",
    "spatial_ref_sys",
    "typeorm_metadata",
];

/// Last or first words of the names of tables that record what happened.
const AUDIT: &[&str] =
    &["audit", "audits", "changelog", "events", "event", "history", "histories", "journal", "log", "logs", "trail"];

/// Last words of columns that say when or by whom a row was written.
const STAMPS: &[&str] = &["at", "on", "time", "timestamp", "ts", "date", "by"];

/// Columns that a lookup table has at most.
const LOOKUP_COLUMNS: usize = 5;

/// The kind of a table; `referred` says that another refers to it.
pub(super) fn kind(scene: &Scene, table: &TableScene, referred: bool) -> Kind {
    let t = table.table;
    if t.partition_of.is_some() {
        return Kind::Partition;
    }
    if BOOKKEEPING.contains(&t.name.name.to_lowercase().as_str()) {
        return Kind::Bookkeeping;
    }
    if is_junction(table) {
        return Kind::Junction;
    }
    let words = words(&t.name.name);
    let ends = [words.first(), words.last()];
    if !referred && ends.into_iter().flatten().any(|w| AUDIT.contains(&w.as_str())) {
        return Kind::Audit;
    }
    let texts = t.columns.iter().filter(|c| types::is_text(scene.base(&c.ty))).count();
    if referred && table.references.is_empty() && t.columns.len() <= LOOKUP_COLUMNS && texts > 0 {
        let telling = t.columns.iter().filter(|c| !table.is_generated_key(c) && !is_stamp(&c.name)).count();
        if telling <= 3 {
            return Kind::Lookup;
        }
    }
    Kind::Plain
}

/// Two references or more, and at most one column besides them, the key and who wrote the row when.
fn is_junction(table: &TableScene) -> bool {
    if table.references.len() < 2 {
        return false;
    }
    let targets: std::collections::BTreeSet<_> = table.references.iter().map(|r| r.columns).collect();
    let besides = table.table.columns.iter().filter(|c| {
        let surrogate = table.is_generated_key(c) && table.in_primary(&c.name);
        !table.refers(&c.name) && !surrogate && !is_stamp(&c.name)
    });
    targets.len() >= 2 && besides.count() <= 1
}

/// The name says when or by whom a row was written: `created_at`, `updated_by`, `timestamp`.
pub fn is_stamp(name: &str) -> bool {
    let words = words(name);
    let made = ["created", "updated", "modified", "inserted", "added", "changed", "last", "granted", "assigned"];
    let first = words.first().map(String::as_str).unwrap_or("");
    let last = words.last().map(String::as_str).unwrap_or("");
    words.len() > 1 && made.contains(&first) && STAMPS.contains(&last)
        || words.len() > 1 && last == "update"
        || matches!(name, "created" | "updated" | "timestamp" | "modified" | "ts")
}
