//! The catalogue's figures: rows and pages of relations, distinct and common values of columns.
//!
//! Written to `pg_class` and `pg_statistic` themselves, on every major alike: the functions that restore statistics
//! (from 18 on) write the same places, and before 18 there is nothing else.
use super::sizes::Size;
use postgres::{Client, Error};
use std::collections::BTreeMap;
use tw_model::horizon::HorizonColumn;

/// Sets rows, pages and visible pages of relations.
pub fn set_sizes(client: &mut Client, sizes: &BTreeMap<u32, Size>) -> Result<(), Error> {
    let oids: Vec<u32> = sizes.keys().copied().collect();
    let rows: Vec<f32> = sizes.values().map(|s| s.rows as f32).collect();
    let pages: Vec<i32> = sizes.values().map(|s| s.pages as i32).collect();
    let visible: Vec<i32> = sizes.values().map(|s| s.visible as i32).collect();
    let sql = "UPDATE pg_catalog.pg_class c SET reltuples = n.rows, relallvisible = n.visible, \
               relpages = CASE WHEN c.relkind = 'p' THEN c.relpages ELSE n.pages END \
               FROM unnest($1::oid[], $2::float4[], $3::int4[], $4::int4[]) AS n(oid, rows, pages, visible) \
               WHERE c.oid = n.oid";
    client.execute(sql, &[&oids, &rows, &pages, &visible]).map(|_| ())
}

/// Sets what is known of a table's columns; gives the names of those that have no statistics to set.
pub fn set_columns(client: &mut Client, table: u32, columns: &[HorizonColumn]) -> Result<Vec<String>, Error> {
    let mut without = vec![];
    for column in columns {
        // Kind 1 is the list of most common values, in whichever of the five slots it lies.
        let slots: Vec<String> = (1..=5)
            .map(|n| {
                format!(
                    "stanumbers{n} = CASE WHEN stakind{n} = 1 THEN \
                     (SELECT array_agg((f * $4::float8)::float4 ORDER BY o) FROM unnest(stanumbers{n}) WITH ORDINALITY AS u(f, o)) \
                     ELSE stanumbers{n} END"
                )
            })
            .collect();
        let sql = format!(
            "UPDATE pg_catalog.pg_statistic s SET stadistinct = $3, {} FROM pg_catalog.pg_attribute a \
             WHERE s.starelid = $1 AND a.attrelid = $1 AND a.attname = $2 AND s.staattnum = a.attnum",
            slots.join(", ")
        );
        let (n_distinct, share) = (column.n_distinct as f32, column.common_share);
        if client.execute(&sql, &[&table, &column.name, &n_distinct, &share])? == 0 {
            without.push(column.name.clone());
        }
    }
    Ok(without)
}

/// Tables among these with extended statistics, which stay as the sample made them.
pub fn extended(client: &mut Client, tables: &[u32]) -> Result<Vec<u32>, Error> {
    let sql = "SELECT DISTINCT e.stxrelid FROM pg_catalog.pg_statistic_ext e WHERE e.stxrelid = ANY($1) ORDER BY 1";
    Ok(client.query(sql, &[&tables])?.iter().map(|row| row.get(0)).collect())
}
