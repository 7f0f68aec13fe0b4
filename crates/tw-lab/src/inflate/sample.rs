//! Sampling a database down: a share of each table's rows, drawn by a hash of where they lie, in their order.
use crate::{
    error::LabError,
    introspect::{self, Scope},
    lab::Lab,
};
use postgres::Client;
use std::io::{Read, Write};
use tw_model::{
    ident::quote,
    print,
    schema::{Name, Table},
    trial::Actor,
};

/// How a database is sampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Share of the rows, 0 to 1.
    pub of_rows: f64,
    /// Fewest rows of a table that has more; a smaller one is kept whole.
    pub at_least: u64,
    /// Seed of the hash.
    pub seed: i64,
}

/// Bytes copied at a time.
const CHUNK: usize = 1 << 20;

/// Makes `to` with the schema of `from` and a sample of its rows; both on one lab. Gives the rows that each table of
/// `from` has.
///
/// Of each column that can be sorted, the rows with the least and the greatest value are kept: the planner looks them
/// up. That references lead somewhere is not kept; to plan it does not matter. Statistics are gathered.
pub fn sample(lab: &Lab, from: &str, to: &str, share: Share) -> Result<Vec<(Name, u64)>, LabError> {
    let failed = || LabError::server(format!("cannot sample the database {from}"));
    let mut source = lab.session(from, &Actor::Lab)?;
    source.client.batch_execute("SET statement_timeout = 0").map_err(failed())?;
    let schema = introspect::introspect(&mut source.client, &Scope::default()).map_err(failed())?;
    lab.create_database(to, None)?;
    let unloaded = |e: crate::LoadError| LabError::NotInflated { why: format!("its schema does not load: {e}") };
    lab.load(to, &print::print_objects(&schema)).map_err(unloaded)?;
    let mut target = lab.session(to, &Actor::Lab)?;
    // Neither triggers nor references look at the rows.
    let limits = "SET statement_timeout = 0; SET session_replication_role = replica";
    target.client.batch_execute(limits).map_err(failed())?;
    let mut all = vec![];
    for table in schema.tables.iter().filter(|t| t.partition_by.is_none()) {
        let rows = copy(&mut source.client, &mut target.client, table, share)
            .map_err(LabError::io(format!("cannot sample {}.{}", table.name.schema, table.name.name)))?;
        all.push((table.name.clone(), rows));
    }
    let targets = schema.tables.iter().filter(|t| t.partition_by.is_none());
    for table in targets {
        let vacuum = format!("VACUUM (FREEZE, ANALYZE) {}", printed(&table.name));
        target.client.batch_execute(&vacuum).map_err(failed())?;
    }
    for table in schema.tables.iter().filter(|t| t.partition_by.is_some()) {
        target.client.batch_execute(&format!("ANALYZE {}", printed(&table.name))).map_err(failed())?;
    }
    Ok(all)
}

fn printed(name: &Name) -> String {
    format!("{}.{}", quote(&name.schema), quote(&name.name))
}

/// Copies the sample of one table; gives the rows of the whole.
fn copy(source: &mut Client, target: &mut Client, table: &Table, share: Share) -> std::io::Result<u64> {
    let name = printed(&table.name);
    let total: i64 = source.query_one(&format!("SELECT count(*) FROM ONLY {name}"), &[]).map_err(other)?.get(0);
    let total = total as u64;
    let wanted = (share.of_rows * total as f64).max(share.at_least as f64);
    let columns: Vec<String> = table.columns.iter().filter(|c| c.generated.is_none()).map(|c| quote(&c.name)).collect();
    let list = columns.join(", ");
    let drawn = if wanted >= total as f64 {
        format!("SELECT {list} FROM ONLY {name} ORDER BY ctid")
    } else {
        // The hash has 64 bits; a share of the first 30 is fine enough.
        let below = (wanted / total as f64 * f64::from(1 << 30)) as i64;
        let hash = format!("(hashtidextended(ctid, {}) & {}) < {below}", share.seed, (1 << 30) - 1);
        let extremes = extremes(source, table).map_err(other)?;
        format!("SELECT {list} FROM ONLY {name} WHERE {hash} OR ctid = ANY('{{{extremes}}}'::tid[]) ORDER BY ctid")
    };
    if columns.is_empty() || total == 0 {
        return Ok(total);
    }
    let mut reader = source.copy_out(&format!("COPY ({drawn}) TO STDOUT (FORMAT binary)")).map_err(other)?;
    let mut writer = target.copy_in(&format!("COPY {name} ({list}) FROM STDIN (FORMAT binary)")).map_err(other)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        writer.write_all(&chunk[..read])?;
    }
    writer.finish().map_err(other)?;
    Ok(total)
}

fn other(error: postgres::Error) -> std::io::Error {
    let said = error.as_db_error().map(|db| db.message().to_string());
    std::io::Error::other(said.unwrap_or_else(|| error.to_string()))
}

/// Columns that a B-tree could sort, with their numbers.
pub(super) fn sortable(client: &mut Client, table: &str) -> Result<Vec<(String, i16)>, postgres::Error> {
    let sql = "SELECT a.attname::text, a.attnum FROM pg_catalog.pg_attribute a \
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
        WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped AND EXISTS ( \
            SELECT FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod \
            WHERE m.amname = 'btree' AND o.opcdefault AND (o.opcintype IN (t.oid, t.typbasetype) \
                OR (t.typcategory = 'S' AND o.opcintype = 'text'::regtype) \
                OR (t.typtype = 'e' AND o.opcintype = 'anyenum'::regtype))) ORDER BY a.attnum";
    Ok(client.query(sql, &[&table])?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Places of the rows with the least and the greatest value of each column that can be sorted.
fn extremes(client: &mut Client, table: &Table) -> Result<String, postgres::Error> {
    let name = printed(&table.name);
    let mut places = vec![];
    for (column, _) in sortable(client, &name)? {
        let column = quote(&column);
        for order in ["ASC", "DESC"] {
            let sql = format!(
                "SELECT ctid::text FROM ONLY {name} WHERE {column} IS NOT NULL ORDER BY {column} {order} LIMIT 1"
            );
            places.extend(client.query(&sql, &[])?.iter().map(|row| format!("\"{}\"", row.get::<_, &str>(0))));
        }
    }
    Ok(places.join(","))
}
