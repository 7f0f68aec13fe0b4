//! A look at some rows of every table: bounded in rows, bytes and time. Figures are kept, not the rows.
use super::Answers;
use crate::{LiveError, clock::Clock};
use std::collections::BTreeMap;
use tw_model::{
    ident::{literal, quote},
    observed::TableRows,
    schema::{Schema, Table},
};

/// Rows of one table that are looked at, unless another number is asked for.
pub const MOST_ROWS: usize = 5_000;
/// Characters of a value that are looked at.
const LONGEST: usize = 500;
/// Values of one table that are held at once: of a wide table fewer rows are looked at.
const MOST_VALUES: usize = 200_000;
/// Seconds after which no other table is looked at.
const MOST_SECONDS: f64 = 120.0;
/// Digests of values that are kept, of all tables: beyond them references are not looked for.
const MOST_DIGESTS: usize = 4_000_000;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// By table path.
    pub tables: BTreeMap<String, TableRows>,
    /// What was not looked at, each with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Looks at up to `most` rows of every table that the user may read. Partitions are looked at with their parent.
pub fn rows(of: &mut impl Answers, schema: &Schema, most: usize) -> Result<Looked, LiveError> {
    let clock = Clock::start();
    let mut looked = Looked::default();
    let mut digests = 0;
    for table in schema.tables.iter().filter(|t| t.partition_of.is_none() && !t.columns.is_empty()) {
        let path = format!("{}.{}", table.name.schema, table.name.name);
        if clock.seconds() > MOST_SECONDS {
            let why = format!("looking at rows took longer than {MOST_SECONDS} seconds");
            looked.left_out.push((path, why));
            continue;
        }
        match look(of, table, most) {
            Ok(mut rows) => {
                digests += rows.columns.values().map(|c| c.digests.len()).sum::<usize>();
                if digests > MOST_DIGESTS {
                    rows.columns.values_mut().for_each(|c| c.digests.clear());
                }
                looked.tables.insert(path, rows);
            }
            Err(why) => looked.left_out.push((path, why.to_string())),
        }
    }
    Ok(looked)
}

fn look(of: &mut impl Answers, table: &Table, most: usize) -> Result<TableRows, LiveError> {
    let name = format!("{}.{}", quote(&table.name.schema), quote(&table.name.name));
    let most = most.min(MOST_VALUES / table.columns.len()).max(1);
    let doing = format!("the rows of {}.{} cannot be looked at", table.name.schema, table.name.name);
    let counted = format!(
        "SELECT sum(greatest(c.reltuples, 0))::float8 FROM pg_catalog.pg_class c WHERE c.oid = {0}::pg_catalog.regclass \
         OR c.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree({0}::pg_catalog.regclass) WHERE isleaf)",
        literal(&name)
    );
    let there: f64 = of.ask(&doing, &counted)?.first().map_or(0.0, |row| row.get(0));
    // Whole pages are drawn, the same ones each time, somewhat more than are wanted.
    let drawn = if there > 2.0 * most as f64 {
        format!(" TABLESAMPLE SYSTEM ({:.6}) REPEATABLE (1)", 150.0 * most as f64 / there)
    } else {
        String::new()
    };
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|c| format!("pg_catalog.left({}::pg_catalog.text, {LONGEST})", quote(&c.name)))
        .collect();
    let sql = format!("SELECT {} FROM {name}{drawn} LIMIT {}", columns.join(", "), most + 1);
    let found = of.ask(&doing, &sql)?;
    let whole = drawn.is_empty() && found.len() <= most;
    let values: Vec<Vec<Option<String>>> =
        (0..table.columns.len()).map(|n| found.iter().take(most).map(|row| row.get(n)).collect()).collect();
    let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    Ok(TableRows::of(&names, &values, whole))
}
