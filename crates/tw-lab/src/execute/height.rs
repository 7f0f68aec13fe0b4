//! Heights of B-trees.
use postgres::Client;
use std::collections::{BTreeMap, BTreeSet};

/// Namespace of the extension that reads index pages; only in the executor's own copies of a base.
pub const NAMESPACE: &str = "tablewright_lab";

/// Levels of the highest B-tree of each table: (namespace, name) to levels. A tree of one page has 1.
pub type Heights = BTreeMap<(String, String), u32>;

/// Reads them as the superuser. From the indexes' own first pages where the server has `pageinspect`, else
/// from their sizes, at 200 entries a page.
pub fn read(client: &mut Client) -> Result<Heights, postgres::Error> {
    let create = format!("CREATE SCHEMA {NAMESPACE}; CREATE EXTENSION pageinspect SCHEMA {NAMESPACE}");
    let level = match client.batch_execute(&create) {
        Ok(()) => format!("{NAMESPACE}.bt_metap(format('%I.%I', ns.nspname, ic.relname))"),
        Err(_) => {
            "(SELECT ceil(ln(greatest(pg_relation_size(ic.oid) / 8192 - 1, 1)::float8) / ln(200))::bigint AS level)"
                .to_string()
        }
    };
    let sql = format!(
        "SELECT n.nspname::text, c.relname::text, max(m.level)::int4 + 1 \
         FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid AND ic.relkind = 'i' AND ic.relpersistence = 'p' \
         JOIN pg_catalog.pg_am am ON am.oid = ic.relam AND am.amname = 'btree' \
         JOIN pg_catalog.pg_namespace ns ON ns.oid = ic.relnamespace \
         JOIN pg_catalog.pg_class c ON c.oid = i.indrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, \
         LATERAL {level} AS m \
         WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') \
         GROUP BY 1, 2"
    );
    let rows = client.query(&sql, &[])?;
    Ok(rows.iter().map(|row| ((row.get(0), row.get(1)), row.get::<_, i32>(2).max(1) as u32)).collect())
}

/// The largest height among these tables; 1 when none has a B-tree.
pub fn largest(heights: &Heights, tables: &BTreeSet<(String, String)>) -> u32 {
    tables.iter().filter_map(|t| heights.get(t)).copied().max().unwrap_or(1)
}
