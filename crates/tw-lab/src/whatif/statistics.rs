//! The statistics of a user's tables, as the user's own server gathered them, put into a lab.
use crate::{LabError, LiveError, lab::Lab, live::Live};
use std::collections::BTreeMap;
use tw_model::{ident::literal, schema::Name, trial::Actor};

/// Statistics of one column (`pg_stats`).
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnStatistics {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: String,
    /// Share of nulls.
    pub null_share: f32,
    /// Mean bytes.
    pub width: i32,
    /// Distinct values: a count, or, when negative, a share of the rows.
    pub n_distinct: f32,
    /// Most common values as the text of an array, with their shares.
    pub common: Option<(String, Vec<f32>)>,
    /// Bounds of the histogram as the text of an array.
    pub bounds: Option<String>,
    /// Correlation with the order of the rows.
    pub correlation: Option<f32>,
}

/// Reads those that the user may see.
pub fn read(live: &mut Live, schemas: &[String]) -> Result<Vec<ColumnStatistics>, LiveError> {
    let sql = "SELECT schemaname::text, tablename::text, attname::text, null_frac, avg_width, n_distinct, \
               most_common_vals::text, most_common_freqs, histogram_bounds::text, correlation \
               FROM pg_catalog.pg_stats WHERE NOT inherited AND schemaname = ANY($1) ORDER BY 1, 2, 3";
    let rows = live.rows("the statistics cannot be read", sql, &[&schemas])?;
    let one = |row: &postgres::Row| {
        let values: Option<String> = row.get(6);
        let shares: Option<Vec<f32>> = row.get(7);
        ColumnStatistics {
            table: Name::new(row.get::<_, &str>(0), row.get::<_, &str>(1)),
            column: row.get(2),
            null_share: row.get(3),
            width: row.get(4),
            n_distinct: row.get(5),
            common: values.zip(shares),
            bounds: row.get(8),
            correlation: row.get(9),
        }
    };
    Ok(rows.iter().map(one).collect())
}

/// Operators that a type's values are compared with, in the words of the catalogue.
const OPERATORS: &str = "\
SELECT n.nspname::text, c.relname::text, a.attname::text, a.attrelid, a.attnum, a.atttypid, a.atttypmod, a.attcollation,
       coalesce((SELECT o.oid FROM pg_operator o WHERE o.oprname = '=' AND o.oprleft = b.base AND o.oprright = b.base
                 AND o.oprnamespace = 'pg_catalog'::regnamespace), 0::oid),
       coalesce((SELECT o.oid FROM pg_operator o WHERE o.oprname = '<' AND o.oprleft = b.base AND o.oprright = b.base
                 AND o.oprnamespace = 'pg_catalog'::regnamespace), 0::oid)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END AS oid) AS d
JOIN pg_type u ON u.oid = d.oid
CROSS JOIN LATERAL (SELECT CASE WHEN u.oid = 'varchar'::regtype THEN 'text'::regtype::oid
     WHEN u.typtype = 'e' THEN 'anyenum'::regtype::oid ELSE u.oid END AS base) AS b
WHERE a.attnum > 0 AND NOT a.attisdropped AND u.typcategory <> 'A' AND u.typtype IN ('b', 'e')
  AND c.relkind IN ('r', 'm', 'p')";

/// Writes them over what the sample's own rows say. Columns of arrays, ranges and the like keep the sample's.
pub fn write(lab: &Lab, database: &str, all: &[ColumnStatistics]) -> Result<(), LabError> {
    let mut session = lab.session(database, &Actor::Lab)?;
    let client = &mut session.client;
    let failed = || LabError::server("the statistics cannot be set");
    let rows = client.query(OPERATORS, &[]).map_err(failed())?;
    let mut columns: BTreeMap<(Name, String), &postgres::Row> = BTreeMap::new();
    for row in &rows {
        columns.insert((Name::new(row.get::<_, &str>(0), row.get::<_, &str>(1)), row.get(2)), row);
    }
    let mut script = String::from("BEGIN;");
    for s in all {
        let Some(row) = columns.get(&(s.table.clone(), s.column.clone())) else { continue };
        let (relation, number): (u32, i16) = (row.get(3), row.get(4));
        let (ty, modifier, collation): (u32, i32, u32) = (row.get(5), row.get(6), row.get(7));
        let (equal, less): (u32, u32) = (row.get(8), row.get(9));
        let array = |text: &str| format!("array_in({}::cstring, {ty}, {modifier})", literal(text));
        let mut slots: Vec<[String; 5]> = vec![];
        if let (Some((values, shares)), true) = (&s.common, equal != 0) {
            slots.push([1.to_string(), equal.to_string(), collation.to_string(), floats(shares), array(values)]);
        }
        if let (Some(bounds), true) = (&s.bounds, less != 0) {
            slots.push([2.to_string(), less.to_string(), collation.to_string(), "NULL".into(), array(bounds)]);
        }
        if let (Some(correlation), true) = (s.correlation, less != 0) {
            slots.push([3.to_string(), less.to_string(), collation.to_string(), floats(&[correlation]), "NULL".into()]);
        }
        slots.resize(5, ["0".into(), "0".into(), "0".into(), "NULL".into(), "NULL".into()]);
        let part = |n: usize| slots.iter().map(|s| s[n].as_str()).collect::<Vec<_>>().join(", ");
        script += &format!(
            "DELETE FROM pg_statistic WHERE starelid = {relation} AND staattnum = {number} AND NOT stainherit;\n\
             INSERT INTO pg_statistic VALUES ({relation}, {number}, false, {}, {}, {}, {}, {}, {}, {}, {});\n",
            s.null_share,
            s.width,
            s.n_distinct,
            part(0),
            part(1),
            part(2),
            part(3),
            part(4)
        );
    }
    script += "COMMIT;";
    client.batch_execute(&script).map_err(failed())
}

fn floats(values: &[f32]) -> String {
    let texts: Vec<String> = values.iter().map(f32::to_string).collect();
    format!("'{{{}}}'::float4[]", texts.join(","))
}
