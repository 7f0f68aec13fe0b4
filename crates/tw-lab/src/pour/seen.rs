//! What a live server knows of its rows: how many there are, and how their values are spread.
use super::plan::Seen;
use crate::{error::LiveError, live::Live};
use std::collections::BTreeMap;
use tw_model::schema::Name;

/// Statistics of the columns that the user may see.
const COLUMNS: &str = "\
    SELECT schemaname::text, tablename::text, attname::text, null_frac::float8, correlation::float8,
           most_common_vals::text::text[], most_common_freqs::float8[], histogram_bounds::text::text[]
    FROM pg_catalog.pg_stats
    WHERE schemaname <> 'information_schema' AND schemaname !~ '^pg_'
    ORDER BY 1, 2, 3, inherited";

/// Rows of each table, those of its partitions included.
const ROWS: &str = "\
    SELECT n.nspname::text, c.relname::text,
           GREATEST(c.reltuples, 0)::float8 + COALESCE((SELECT sum(GREATEST(l.reltuples, 0))
               FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class l ON l.oid = t.relid
               WHERE t.isleaf AND l.oid <> c.oid AND c.relkind = 'p'), 0)::float8
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

/// Statistics by table and column.
pub type Columns = BTreeMap<(Name, String), Seen>;

/// Reads both. Tables that were never analysed count no rows.
pub fn seen(live: &mut Live) -> Result<(Columns, BTreeMap<Name, u64>), LiveError> {
    let mut columns = Columns::new();
    for row in live.rows("the statistics cannot be read", COLUMNS, &[])? {
        let name = Name::new(row.get::<_, String>(0), row.get::<_, String>(1));
        let values: Option<Vec<String>> = row.get(5);
        let shares: Option<Vec<f64>> = row.get(6);
        columns.insert(
            (name, row.get(2)),
            Seen {
                null_share: row.get(3),
                correlation: row.get::<_, Option<f64>>(4).unwrap_or(0.0),
                common: values.unwrap_or_default().into_iter().zip(shares.unwrap_or_default()).collect(),
                bounds: row.get::<_, Option<Vec<String>>>(7).unwrap_or_default(),
            },
        );
    }
    let mut rows = BTreeMap::new();
    for row in live.rows("the sizes of the tables cannot be read", ROWS, &[])? {
        let count: f64 = row.get(2);
        rows.insert(Name::new(row.get::<_, String>(0), row.get::<_, String>(1)), count as u64);
    }
    Ok((columns, rows))
}
