//! The relations of a database, as files and as the catalogue counts them.
use postgres::{Client, Error};
use std::collections::BTreeMap;
use tw_model::schema::Name;

/// A heap or an index, or a partitioned one, which has no file.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Object id.
    pub oid: u32,
    /// Name.
    pub name: Name,
    /// As in `pg_class`: `r` table, `m` materialised view, `p` partitioned table, `t` TOAST, `i` index, `I`
    /// partitioned index.
    pub kind: Kind,
    /// The table that an index or a TOAST table belongs to, the parent of a partition.
    pub of: Option<u32>,
    /// The topmost index that an index of a partition belongs to.
    pub root: Option<String>,
    /// Access method of an index.
    pub method: String,
    /// File of its first segment, below the data directory; none where it has none.
    pub path: Option<String>,
    /// Pages of the file.
    pub pages: u64,
    /// Rows as the catalogue says; none when nobody has counted.
    pub rows: Option<f64>,
}

/// Kinds of relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A table, partition or materialised view.
    Heap,
    /// A partitioned table.
    Partitioned,
    /// The TOAST table of a heap.
    Toast,
    /// An index.
    Index,
}

/// What the server is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of a page.
    pub page_bytes: u64,
    /// Pages of a full segment of a file.
    pub segment_pages: u64,
}

/// Asks the server for its layout.
pub fn layout(client: &mut Client) -> Result<Layout, Error> {
    let sql = "SELECT current_setting('block_size')::int8, setting::int8 FROM pg_catalog.pg_settings \
               WHERE name = 'segment_size'";
    let row = client.query_one(sql, &[])?;
    Ok(Layout { page_bytes: row.get::<_, i64>(0) as u64, segment_pages: row.get::<_, i64>(1) as u64 })
}

/// Every relation outside the system's namespaces, and the TOAST tables with their indexes, by object id.
pub fn relations(client: &mut Client, page_bytes: u64) -> Result<BTreeMap<u32, Relation>, Error> {
    const SQL: &str = "\
WITH mine AS (
    SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') AND n.nspname NOT LIKE 'pg\\_temp%'
      AND c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'),
owned AS (
    SELECT c.oid, c.reltoastrelid AS toast FROM pg_catalog.pg_class c JOIN mine USING (oid)),
heaps AS (
    SELECT oid, NULL::oid AS owner FROM owned
    UNION ALL SELECT toast, oid FROM owned WHERE toast <> 0)
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, coalesce(h.owner, p.inhparent), ''::text,
       pg_relation_filepath(c.oid), coalesce(pg_relation_size(c.oid), 0), c.reltuples::float8, NULL
FROM heaps h JOIN pg_catalog.pg_class c ON c.oid = h.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_inherits p ON p.inhrelid = c.oid AND c.relispartition
UNION ALL
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, i.indrelid, m.amname::text,
       pg_relation_filepath(c.oid), coalesce(pg_relation_size(c.oid), 0), c.reltuples::float8, r.relname::text
FROM heaps h JOIN pg_catalog.pg_index i ON i.indrelid = h.oid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_am m ON m.oid = c.relam
LEFT JOIN pg_catalog.pg_class r ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)
WHERE c.relkind = 'i'";
    let rows = client.query(SQL, &[])?;
    let all = rows.iter().map(|row| {
        let kind = match row.get::<_, &str>(3) {
            "p" => Kind::Partitioned,
            "t" => Kind::Toast,
            "i" => Kind::Index,
            _ => Kind::Heap,
        };
        let oid: u32 = row.get(0);
        let relation = Relation {
            oid,
            name: Name::new(row.get::<_, &str>(1), row.get::<_, &str>(2)),
            kind,
            of: row.get(4),
            root: row.get(9),
            method: row.get(5),
            path: row.get(6),
            pages: row.get::<_, i64>(7) as u64 / page_bytes,
            rows: Some(row.get::<_, f64>(8)).filter(|rows| *rows >= 0.0),
        };
        (oid, relation)
    });
    Ok(all.collect())
}
