//! Indexes that no constraint owns and no parent's index has attached. Of those the model knows nothing: options that
//! they alone have are named as not read.
use super::context::{Context, pairs};
use postgres::{Error, Row, Transaction};
use std::collections::HashMap;
use tw_model::{
    ident::bare,
    schema::{Index, IndexPart},
};

const INDEXES: &str = "
SELECT i.indexrelid, i.indrelid, ic.relname::text, i.indisunique, am.amname::text, ic.reloptions,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid), i.indisvalid, i.indisclustered, i.indisreplident, ic.reltablespace,
       ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(n, p)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n
             WHERE k.p > i.indnkeyatts ORDER BY k.p), NULLS, ic.relispartition
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p', 'm')
  AND (NOT ic.relispartition OR ic.reloptions IS DISTINCT FROM (
         SELECT w.reloptions FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class w ON w.oid = h.inhparent
         WHERE h.inhrelid = ic.oid))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint o
                  WHERE o.conindid = i.indexrelid AND o.conrelid = i.indrelid AND o.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, ic.relname";

/// One row a key part. An operator class is said unless it is what its type's column would get.
const PARTS: &str = "
SELECT i.indexrelid, a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, k.p::int4, false), i.indoption[k.p - 1]::int4,
       CASE WHEN NOT o.opcdefault OR ia.attoptions IS NOT NULL OR EXISTS (
              SELECT FROM pg_catalog.pg_opclass b WHERE b.opcmethod = o.opcmethod AND b.opcdefault AND b.oid <> o.oid
                AND b.opcintype = COALESCE(NULLIF(t.typbasetype, 0), a.atttypid))
         THEN CASE WHEN n.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(o.opcname)
                   ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) END END,
       ia.attoptions,
       CASE WHEN l.oid IS NOT NULL AND l.oid <> COALESCE(a.attcollation, 100) THEN
         CASE WHEN ln.nspname = 'pg_catalog' THEN l.collname::text
              ELSE pg_catalog.quote_ident(ln.nspname) || '.\"' || pg_catalog.replace(l.collname, '\"', '\"\"') || '\"' END END
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnkeyatts) k(p)
JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k.p - 1]
JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.p
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.p - 1] AND a.attnum <> 0
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[k.p - 1]
LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p', 'm')
ORDER BY i.indexrelid, k.p";

/// The indexes of every table and materialised view, by table.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<HashMap<u32, Vec<Index>>, Error> {
    let scope = c.scope();
    let nulls = if c.version >= 150_000 { "i.indnullsnotdistinct" } else { "false" };
    let indexes = t.query(&INDEXES.replace("NULLS", nulls), &[&scope])?;
    let mut parts: HashMap<u32, Vec<IndexPart>> = HashMap::new();
    for row in t.query(PARTS, &[&scope])? {
        parts.entry(row.get(0)).or_default().push(part(&row));
    }
    let mut all: HashMap<u32, Vec<Index>> = HashMap::new();
    for row in indexes {
        let oid: u32 = row.get(0);
        if c.is_member("pg_class", oid) || c.is_member("pg_class", row.get(1)) {
            continue;
        }
        if row.get(13) {
            c.not_read.push(format!("the options of index {} of a partition", row.get::<_, String>(2)));
            continue;
        }
        note_the_rest(c, &row);
        let index = Index {
            name: row.get(2),
            unique: row.get(3),
            nulls_not_distinct: row.get(12),
            method: row.get(4),
            parts: parts.remove(&oid).unwrap_or_default(),
            include: row.get(11),
            filter: row.get::<_, Option<String>>(6).map(|f| bare(&f).to_string()),
            options: pairs(row.get(5)),
            comment: c.comment("pg_class", oid, 0),
        };
        all.entry(row.get(1)).or_default().push(index);
    }
    Ok(all)
}

fn part(row: &Row) -> IndexPart {
    let column: Option<String> = row.get(1);
    let text: String = row.get(2);
    let options: Option<Vec<String>> = row.get(5);
    let options = options.map(|o| format!(" ({})", o.join(", "))).unwrap_or_default();
    let bits: i32 = row.get(3);
    let (desc, first) = (bits & 1 == 1, bits & 2 == 2);
    IndexPart {
        is_expression: column.is_none(),
        column: column.unwrap_or_else(|| bare(&text).to_string()),
        opclass: row.get::<_, Option<String>>(4).map(|o| o + &options),
        collation: row.get(6),
        desc,
        nulls_first: (desc != first).then_some(first),
    }
}

fn note_the_rest(c: &mut Context, row: &Row) {
    let name: String = row.get(2);
    if !row.get::<_, bool>(7) {
        c.not_read.push(format!("that index {name} is not valid"));
    }
    if row.get(8) {
        c.not_read.push(format!("CLUSTER ON {name}"));
    }
    if row.get(9) {
        c.not_read.push(format!("REPLICA IDENTITY USING INDEX {name}"));
    }
    if row.get::<_, u32>(10) != 0 {
        c.not_read.push(format!("tablespace of index {name}"));
    }
}
