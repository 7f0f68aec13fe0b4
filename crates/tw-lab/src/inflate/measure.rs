//! The horizon of a sampled database: what its tables will be when they have so many rows.
use super::{
    distinct::{IN_ORDER, ROWS_READ, Seen, foreseen, stated},
    relations::{self, Kind, Relation},
    sample::sortable,
};
use crate::{error::LabError, lab::Lab};
use postgres::{Client, Error};
use std::collections::BTreeMap;
use tw_model::{
    horizon::{Horizon, HorizonColumn, HorizonTable},
    ident::quote,
    schema::Name,
    trial::Actor,
};

/// The horizon of a database that holds a share of each table's rows, for so many rows of each. Tables that are not
/// named stay as they are; pages grow as rows do, all of them visible to all.
///
/// Distinct values are what ANALYZE will state of the whole; of a reference they are at most as many as there are
/// things to refer to.
pub fn measure(lab: &Lab, database: &str, rows: &BTreeMap<Name, u64>) -> Result<Horizon, LabError> {
    let failed = || LabError::server(format!("cannot measure the sample in {database}"));
    let mut session = lab.session(database, &Actor::Lab)?;
    let client = &mut session.client;
    client.batch_execute("SET statement_timeout = 0").map_err(failed())?;
    let layout = relations::layout(client).map_err(failed())?;
    let relations = relations::relations(client, layout.page_bytes).map_err(failed())?;
    let parents = parents(client).map_err(failed())?;
    let mut horizon = Horizon::default();
    for (name, &count) in rows {
        let Some(table) = relations.values().find(|r| r.name == *name && r.kind == Kind::Heap) else { continue };
        let sampled = table.rows.unwrap_or(0.0);
        let by = if sampled > 0.0 { count as f64 / sampled } else { 1.0 };
        let pages = (table.pages as f64 * by).round();
        let mut columns = vec![];
        for looked in look(client, table).map_err(failed())? {
            let parent = parents.get(&(table.oid, looked.number)).and_then(|oid| relations.get(oid));
            let most = parent.map(|p| rows.get(&p.name).map_or(p.rows.unwrap_or(0.0), |rows| *rows as f64));
            columns.push(looked.at(count as f64, pages, most));
        }
        horizon.tables.push(HorizonTable {
            name: name.clone(),
            rows: count,
            pages: pages as u64,
            visible_share: 1.0,
            columns,
            indexes: vec![],
        });
    }
    horizon.sort();
    Ok(horizon)
}

/// References of one column: (table, column number) to the table that is referred to.
fn parents(client: &mut Client) -> Result<BTreeMap<(u32, i16), u32>, Error> {
    let sql = "SELECT conrelid, conkey[1], confrelid FROM pg_catalog.pg_constraint \
               WHERE contype = 'f' AND cardinality(conkey) = 1";
    Ok(client.query(sql, &[])?.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect())
}

/// What the sample shows of a column.
struct Looked {
    name: String,
    number: i16,
    seen: Seen,
    correlation: f64,
}

impl Looked {
    /// What will be stated of it when the table has so many rows and pages, and there are at most so many values.
    fn at(&self, rows: f64, pages: f64, most: Option<f64>) -> HorizonColumn {
        let said = stated(&self.seen, rows);
        let count = if said < 0.0 { -said * rows } else { said };
        let limited = count.min(most.unwrap_or(f64::INFINITY));
        let n_distinct = if self.correlation.abs() >= IN_ORDER || limited < count {
            foreseen(limited, self.seen.null_share, rows, pages, self.correlation)
        } else {
            said
        };
        HorizonColumn { name: self.name.clone(), n_distinct, common_share: 1.0 }
    }
}

/// Looks at the columns that can be sorted, at no more rows than ANALYZE would.
fn look(client: &mut Client, table: &Relation) -> Result<Vec<Looked>, Error> {
    let name = format!("{}.{}", quote(&table.name.schema), quote(&table.name.name));
    let from = match table.rows {
        Some(rows) if rows > ROWS_READ => {
            format!("{name} TABLESAMPLE BERNOULLI ({:.4}) REPEATABLE (1)", 100.0 * ROWS_READ / rows)
        }
        _ => name.clone(),
    };
    let mut all = vec![];
    for (column, number) in sortable(client, &name)? {
        let quoted = quote(&column);
        let sql = format!(
            "SELECT count(*) FILTER (WHERE k), count(*) FILTER (WHERE k AND n = 1), \
                    coalesce(sum(n) FILTER (WHERE k), 0)::int8, coalesce(sum(n), 0)::int8 \
             FROM (SELECT {quoted} IS NOT NULL AS k, count(*) AS n FROM {from} GROUP BY {quoted}) AS g"
        );
        let row = client.query_one(&sql, &[])?;
        let figure = |at: usize| row.get::<_, i64>(at) as f64;
        let (rows, all_rows) = (figure(2), figure(3));
        let null_share = if all_rows > 0.0 { 1.0 - rows / all_rows } else { 0.0 };
        let sql = "SELECT correlation::float8 FROM pg_catalog.pg_stats \
                   WHERE schemaname = $1 AND tablename = $2 AND attname = $3";
        let found = client.query_opt(sql, &[&table.name.schema, &table.name.name, &column])?;
        let correlation = found.and_then(|row| row.get::<_, Option<f64>>(0)).unwrap_or(0.0);
        let seen = Seen { rows, null_share, distinct: figure(0), once: figure(1) };
        all.push(Looked { name: column, number, seen, correlation });
    }
    Ok(all)
}
