//! Columns of tables, with defaults, generation and identity.
use super::context::Context;
use postgres::{Error, Row, Transaction};
use std::collections::HashMap;
use tw_model::{
    ident::bare,
    schema::{Column, Generated, Identity, Name, NotNull},
};

const COLUMNS: &str = "
SELECT a.attrelid, a.attnum::int4, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity::text, a.attgenerated::text, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
       CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN
         CASE WHEN cn.nspname = 'pg_catalog' THEN co.collname::text
              ELSE pg_catalog.quote_ident(cn.nspname) || '.\"' || pg_catalog.replace(co.collname, '\"', '\"\"') || '\"' END END,
       CASE WHEN a.attstorage <> t.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
       NOT a.attislocal AND NOT c.relispartition, c.relispartition,
       COALESCE(a.attstattarget, -1)::int4, a.attoptions
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum";

const IDENTITIES: &str = "
SELECT d.refobjid, d.refobjsubid, c.relnamespace, c.relname::text, pg_catalog.format_type(s.seqtypid, NULL),
       s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, t.relnamespace
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0 AND d.deptype = 'i'
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND t.relnamespace = ANY ($1)";

const NOT_NULLS: &str = "
SELECT o.conrelid, o.conkey[1]::int4, o.conname::text, o.connoinherit, o.convalidated
FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
WHERE o.contype = 'n' AND o.connamespace = ANY ($1) AND o.coninhcount = 0";

/// The columns of every table, by table.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<HashMap<u32, Vec<Column>>, Error> {
    let scope = c.scope();
    let mut identities: HashMap<(u32, i32), String> = HashMap::new();
    for row in t.query(IDENTITIES, &[&scope])? {
        identities.insert((row.get(0), row.get(1)), identity_options(c, &row));
    }
    let mut not_nulls: HashMap<(u32, i32), NotNull> = HashMap::new();
    if c.version >= 180_000 {
        for row in t.query(NOT_NULLS, &[&scope])? {
            let named = NotNull {
                name: Some(row.get(2)).filter(|n: &String| !is_made_up(n, "_not_null")),
                no_inherit: row.get(3),
                not_valid: !row.get::<_, bool>(4),
            };
            if named != NotNull::default() {
                not_nulls.insert((row.get(0), row.get(1)), named);
            }
        }
    }
    let mut all: HashMap<u32, Vec<Column>> = HashMap::new();
    for row in t.query(COLUMNS, &[&scope])? {
        let (table, number): (u32, i32) = (row.get(0), row.get(1));
        let mut column = column(&row, identities.remove(&(table, number)));
        column.not_null_as = not_nulls.remove(&(table, number));
        column.comment = c.comment("pg_class", table, number);
        note_the_rest(c, &row, &column);
        all.entry(table).or_default().push(column);
    }
    Ok(all)
}

fn column(row: &Row, identity: Option<String>) -> Column {
    let expression: Option<String> = row.get(7);
    let generated = row.get::<_, String>(6);
    let always = row.get::<_, String>(5) == "a";
    // A partition's identity is its parent's.
    let identity = identity.map(|options| Identity { always, options });
    let plain = generated.is_empty();
    Column {
        name: row.get(2),
        ty: row.get(3),
        not_null: row.get(4),
        default: expression.clone().filter(|_| plain),
        generated: expression
            .filter(|_| !plain)
            .map(|e| Generated { expression: bare(&e).to_string(), stored: generated == "s" }),
        identity: identity.filter(|_| !row.get::<_, String>(5).is_empty()),
        collation: row.get(8),
        storage: row.get(9),
        compression: row.get(10),
        inherited: row.get(11),
        ..Column::default()
    }
}

fn note_the_rest(c: &mut Context, row: &Row, column: &Column) {
    let at = |c: &Context| {
        let table = c.relations.get(&row.get(0)).map(tw_model::ident::name);
        format!("{}.{}", table.unwrap_or_default(), column.name)
    };
    if row.get::<_, i32>(13) >= 0 {
        let note = format!("statistics target of column {}", at(c));
        c.not_read.push(note);
    }
    if row.get::<_, Option<Vec<String>>>(14).is_some() {
        let note = format!("options of column {}", at(c));
        c.not_read.push(note);
    }
}

/// True for a name that ends as those the server makes up: `..._seq`, `..._seq1`.
fn is_made_up(name: &str, end: &str) -> bool {
    name.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(end)
}

/// Options of an identity's sequence that are not the default.
fn identity_options(c: &Context, row: &Row) -> String {
    let (namespace, name, ty): (u32, String, String) = (row.get(2), row.get(3), row.get(4));
    let value = |at: usize| row.get::<_, i64>(at);
    let (start, increment, min, max, cache) = (value(5), value(6), value(7), value(8), value(9));
    let (low, high) = match ty.as_str() {
        "smallint" => (i16::MIN.into(), i16::MAX.into()),
        "integer" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    let (low, high) = if increment < 0 { (low, -1) } else { (1, high) };
    let mut words = vec![];
    if namespace != row.get::<_, u32>(11) || !is_made_up(&name, "_seq") {
        let name = c.name(namespace, name);
        words.push(format!("SEQUENCE NAME {}", tw_model::ident::name(&Name::new(name.schema, name.name))));
    }
    if start != if increment < 0 { max } else { min } {
        words.push(format!("START WITH {start}"));
    }
    if increment != 1 {
        words.push(format!("INCREMENT BY {increment}"));
    }
    if min != low {
        words.push(format!("MINVALUE {min}"));
    }
    if max != high {
        words.push(format!("MAXVALUE {max}"));
    }
    if cache != 1 {
        words.push(format!("CACHE {cache}"));
    }
    if row.get(10) {
        words.push("CYCLE".into());
    }
    words.join(" ")
}
