//! Sequences besides those of identity columns.
use super::context::Context;
use postgres::{Error, Transaction};
use tw_model::schema::Sequence;

const SEQUENCES: &str = "
SELECT c.oid, c.relnamespace, c.relname::text, c.relowner, pg_catalog.format_type(s.seqtypid, NULL),
       s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, d.refobjid, a.attname::text
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
     AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
     AND d.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.relnamespace = ANY ($1) AND d.deptype IS DISTINCT FROM 'i'
ORDER BY c.relnamespace::pg_catalog.regnamespace::text, c.relname";

/// Every sequence, with the column that owns it.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<Vec<Sequence>, Error> {
    let mut all = vec![];
    for row in t.query(SEQUENCES, &[&c.scope()])? {
        let oid: u32 = row.get(0);
        if c.is_member("pg_class", oid) {
            continue;
        }
        let table = row.get::<_, Option<u32>>(11).and_then(|t| c.relations.get(&t).cloned());
        let column: Option<String> = row.get(12);
        all.push(Sequence {
            name: c.name(row.get(1), row.get(2)),
            ty: row.get(4),
            start: row.get(5),
            increment: row.get(6),
            min: row.get(7),
            max: row.get(8),
            cache: row.get(9),
            cycle: row.get(10),
            owned_by: table.zip(column),
            owner: c.owner(row.get(3)),
            comment: c.comment("pg_class", oid, 0),
        });
    }
    Ok(all)
}
