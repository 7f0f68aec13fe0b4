//! How large the tables of a live database are: what its server last counted. No table is opened, so nothing waits.
use std::collections::BTreeMap;
use tw_lab::{Live, LiveError};
use tw_model::{
    finding::TableSize,
    schema::{Name, Schema},
};

/// Rows as VACUUM or ANALYZE last counted them; pages of the table, its indexes and its values stored apart.
const COUNTED: &str = "\
SELECT n.nspname::text, c.relname::text, c.reltuples::int8, pg_catalog.current_setting('block_size')::int8 * (c.relpages \
  + COALESCE((SELECT sum(i.relpages) FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
      WHERE x.indrelid IN (c.oid, c.reltoastrelid)), 0)::int8 \
  + COALESCE((SELECT t.relpages FROM pg_catalog.pg_class t WHERE t.oid = c.reltoastrelid), 0)) \
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
WHERE c.relkind = 'r' AND c.reltuples >= 0";

/// Sizes of the schema's tables by name; what was never counted is not in it.
pub fn of(live: &mut Live, schema: &Schema) -> Result<BTreeMap<Name, TableSize>, LiveError> {
    let wholes: BTreeMap<&Name, &Name> =
        schema.tables.iter().filter_map(|t| Some((&t.name, &t.partition_of.as_ref()?.0))).collect();
    let mut sizes: BTreeMap<Name, TableSize> = BTreeMap::new();
    for row in live.rows("the sizes of tables cannot be read", COUNTED, &[])? {
        let name = Name { schema: row.get(0), name: row.get(1) };
        let mut whole = &name;
        while let Some(above) = wholes.get(whole) {
            whole = above;
        }
        let (rows, bytes): (i64, i64) = (row.get(2), row.get(3));
        let size = sizes.entry(whole.clone()).or_default();
        size.rows += u64::try_from(rows).unwrap_or(0);
        size.bytes += u64::try_from(bytes).unwrap_or(0);
    }
    Ok(sizes)
}
