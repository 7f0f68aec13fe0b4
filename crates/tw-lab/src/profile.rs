//! Profiles read from a server: how wide and how varied a table's rows are, and which indexes share equal keys.
//!
//! Everything is counted over rows that are there, not taken from statistics: widths are what `pg_column_size` says
//! of stored values, header and compression counted.
use postgres::Client;
use std::collections::{BTreeMap, BTreeSet};
use tw_model::{
    ident::quote,
    layout::{ColumnProfile, SetProfile, TableProfile},
    schema::{Index, Schema, Table},
};

/// Rows read at most; of a larger table a part of about so many is drawn, the same one each time.
pub const ROWS_READ: f64 = 400_000.0;
/// Different widths kept of a column; beyond them neighbours are put together.
const WIDTHS_KEPT: usize = 200;
/// Most common values kept, when they have at least so many rows and stand out by this factor.
const COMMON_KEPT: i64 = 20;
const COMMON_ROWS: f64 = 30.0;
const COMMON_FACTOR: f64 = 4.0;

/// The profile of a table as this database holds it. `indexes` are those whose keys must be known: their
/// expressions, their predicates and their sets of columns are counted too.
pub fn profile(client: &mut Client, table: &Table, indexes: &[Index]) -> Result<TableProfile, postgres::Error> {
    let name = format!("{}.{}", quote(&table.name.schema), quote(&table.name.name));
    let total: i64 = client.query_one(&format!("SELECT count(*) FROM {name}"), &[])?.get(0);
    let from = if total as f64 > ROWS_READ {
        let percent = 100.0 * ROWS_READ / total as f64;
        format!("{name} TABLESAMPLE BERNOULLI ({percent:.4}) REPEATABLE (1)")
    } else {
        name
    };
    let rows: i64 = client.query_one(&format!("SELECT count(*) FROM {from}"), &[])?.get(0);
    let mut found = TableProfile { table: table.name.clone(), rows: rows as f64, ..TableProfile::default() };
    for column in &table.columns {
        found.columns.push(column_profile(client, &from, &column.name, &quote(&column.name), rows, false)?);
    }
    let (mut sets, mut filters) = (BTreeSet::new(), BTreeSet::new());
    for index in indexes {
        for part in index.parts.iter().filter(|p| p.is_expression) {
            if found.column(&part.column).is_none() {
                let sql = format!("({})", part.column);
                found.columns.push(column_profile(client, &from, &part.column, &sql, rows, true)?);
            }
        }
        for n in 2..=index.parts.len() {
            sets.insert(index.parts[..n].iter().map(|p| (p.column.clone(), p.is_expression)).collect::<Vec<_>>());
        }
        filters.extend(index.filter.clone());
    }
    for set in sets {
        let sql: Vec<String> =
            set.iter().map(|(text, expression)| if *expression { format!("({text})") } else { quote(text) }).collect();
        let count = format!("SELECT count(*) FROM (SELECT DISTINCT {} FROM {from}) AS d", sql.join(", "));
        let distinct: i64 = client.query_one(&count, &[])?.get(0);
        let columns = set.into_iter().map(|(text, _)| text).collect();
        found.sets.push(SetProfile { columns, distinct: distinct as f64, spread: None });
    }
    for filter in filters {
        let count = format!("SELECT count(*) FROM {from} WHERE {filter}");
        let kept: i64 = client.query_one(&count, &[])?.get(0);
        found.filters.insert(filter, kept as f64 / (rows as f64).max(1.0));
    }
    Ok(found)
}

fn column_profile(
    client: &mut Client,
    from: &str,
    name: &str,
    sql: &str,
    rows: i64,
    computed: bool,
) -> Result<ColumnProfile, postgres::Error> {
    // A computed value has a header of four bytes, and is stored with one of a single byte when it is short.
    let size = if computed {
        format!(
            "CASE WHEN pg_column_size({sql}) <= 130 AND (SELECT typlen = -1 FROM pg_type WHERE oid = pg_typeof({sql})) \
             THEN pg_column_size({sql}) - 3 ELSE pg_column_size({sql}) END"
        )
    } else {
        format!("pg_column_size({sql})")
    };
    let widths = format!("SELECT {size}, count(*) FROM {from} WHERE {sql} IS NOT NULL GROUP BY 1 ORDER BY 1");
    let counted: Vec<(i32, i64)> = client.query(&widths, &[])?.iter().map(|r| (r.get(0), r.get(1))).collect();
    let there: i64 = counted.iter().map(|(_, n)| n).sum();
    let ty = client
        .query_opt(&format!("SELECT format_type(pg_typeof({sql}), NULL) FROM {from} LIMIT 1"), &[])?
        .map_or(String::new(), |row| row.get(0));
    // Some types have no equality (json, point): then nothing is known of how their values differ.
    let different = format!("SELECT count(*) FROM (SELECT DISTINCT {sql} AS v FROM {from}) AS d WHERE v IS NOT NULL");
    let distinct = match client.query_one(&different, &[]) {
        Ok(row) => row.get::<_, i64>(0) as f64,
        Err(error) if error.code().is_some_and(|c| c.code() == "42883") => there as f64,
        Err(error) => return Err(error),
    };
    let mut common = vec![];
    if distinct < there as f64 {
        let most = format!(
            "SELECT count(*) FROM {from} WHERE {sql} IS NOT NULL GROUP BY {sql} ORDER BY 1 DESC LIMIT {COMMON_KEPT}"
        );
        let mean = there as f64 / distinct.max(1.0);
        let counts = client.query(&most, &[])?;
        let counts = counts.iter().map(|row| row.get::<_, i64>(0) as f64);
        let stands_out = |n: &f64| *n >= COMMON_ROWS && *n > COMMON_FACTOR * mean;
        common.extend(counts.filter(stands_out).map(|n| n / rows as f64));
    }
    Ok(ColumnProfile {
        name: name.to_string(),
        ty,
        widths: shares(&counted, there),
        null_share: 1.0 - there as f64 / (rows as f64).max(1.0),
        distinct,
        common,
        ..ColumnProfile::default()
    })
}

/// Widths with shares, of which so many are kept.
fn shares(counted: &[(i32, i64)], all: i64) -> Vec<(u32, f64)> {
    let pieces = counted.chunks(counted.len().div_ceil(WIDTHS_KEPT).max(1));
    let piece = |piece: &[(i32, i64)]| {
        let rows: i64 = piece.iter().map(|(_, n)| n).sum();
        let bytes: i64 = piece.iter().map(|(bytes, n)| i64::from(*bytes) * n).sum();
        ((bytes as f64 / rows.max(1) as f64).round() as u32, rows as f64 / all.max(1) as f64)
    };
    pieces.map(piece).collect()
}

/// For each B-tree of the tables, whether equal keys have equal bytes, so that it may share them: what the index
/// itself says, empty or not. From `pageinspect` where the server has it, else from the index's first page on disk.
/// Needs a superuser's session; leaves the database as it was.
pub fn equal_image(client: &mut Client, schema: &Schema) -> Result<BTreeMap<String, bool>, postgres::Error> {
    client.batch_execute("CHECKPOINT; BEGIN")?;
    let made = client.batch_execute("SAVEPOINT a; CREATE SCHEMA tw_look; CREATE EXTENSION pageinspect SCHEMA tw_look");
    let says = if made.is_ok() {
        "(tw_look.bt_metap(format('%I.%I', n.nspname, c.relname))).allequalimage"
    } else {
        client.batch_execute("ROLLBACK TO SAVEPOINT a")?;
        // BTMetaPageData follows the page's header of 24 bytes; the flag is its last field, at byte 40 of it.
        "get_byte(pg_read_binary_file(pg_relation_filepath(c.oid), 64, 1), 0) = 1"
    };
    let sql = format!(
        "SELECT n.nspname::text, t.relname::text, c.relname::text, {says} FROM pg_catalog.pg_index i \
         JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' \
         JOIN pg_catalog.pg_am a ON a.oid = c.relam AND a.amname = 'btree' \
         JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace \
         WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')"
    );
    let rows = client.query(&sql, &[]);
    client.batch_execute("ROLLBACK")?;
    let ours = |schema_name: &str, table: &str| {
        schema.tables.iter().any(|t| t.name.schema == schema_name && t.name.name == table)
    };
    let rows = rows?;
    let of_ours = rows.iter().filter(|row| ours(row.get(0), row.get(1)));
    Ok(of_ours.map(|row| (row.get(2), row.get(3))).collect())
}
