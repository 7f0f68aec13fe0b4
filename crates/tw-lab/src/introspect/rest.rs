//! What the model has no word for: named, so that nothing is dropped in silence.
use super::context::Context;
use postgres::{Error, Transaction};

/// (catalogue, object, namespace or 0, what it is).
const OTHERS: &str = "
SELECT 'pg_rewrite', r.oid, c.relnamespace FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN'
UNION ALL SELECT 'pg_class', c.oid, c.relnamespace FROM pg_catalog.pg_class c WHERE c.relkind = 'f'
UNION ALL SELECT 'pg_event_trigger', oid, 0::oid FROM pg_catalog.pg_event_trigger
UNION ALL SELECT 'pg_publication', oid, 0::oid FROM pg_catalog.pg_publication
UNION ALL SELECT 'pg_foreign_data_wrapper', oid, 0::oid FROM pg_catalog.pg_foreign_data_wrapper
UNION ALL SELECT 'pg_foreign_server', oid, 0::oid FROM pg_catalog.pg_foreign_server
UNION ALL SELECT 'pg_cast', oid, 0::oid FROM pg_catalog.pg_cast
UNION ALL SELECT 'pg_language', oid, 0::oid FROM pg_catalog.pg_language
UNION ALL SELECT 'pg_am', oid, 0::oid FROM pg_catalog.pg_am
UNION ALL SELECT 'pg_transform', oid, 0::oid FROM pg_catalog.pg_transform
UNION ALL SELECT 'pg_operator', oid, oprnamespace FROM pg_catalog.pg_operator
UNION ALL SELECT 'pg_opclass', oid, opcnamespace FROM pg_catalog.pg_opclass
UNION ALL SELECT 'pg_opfamily', oid, opfnamespace FROM pg_catalog.pg_opfamily
UNION ALL SELECT 'pg_collation', oid, collnamespace FROM pg_catalog.pg_collation
UNION ALL SELECT 'pg_conversion', oid, connamespace FROM pg_catalog.pg_conversion
UNION ALL SELECT 'pg_ts_config', oid, cfgnamespace FROM pg_catalog.pg_ts_config
UNION ALL SELECT 'pg_ts_dict', oid, dictnamespace FROM pg_catalog.pg_ts_dict
UNION ALL SELECT 'pg_ts_parser', oid, prsnamespace FROM pg_catalog.pg_ts_parser
UNION ALL SELECT 'pg_ts_template', oid, tmplnamespace FROM pg_catalog.pg_ts_template
UNION ALL SELECT 'pg_statistic_ext', oid, stxnamespace FROM pg_catalog.pg_statistic_ext
UNION ALL SELECT 'pg_type', t.oid, t.typnamespace FROM pg_catalog.pg_type t
WHERE t.typtype IN ('b', 'p') AND t.typcategory <> 'A'";

const DESCRIBED: &str = "
SELECT pg_catalog.pg_describe_object(('pg_catalog.' || x.c)::pg_catalog.regclass, x.o, x.s)
FROM unnest($1::text[], $2::oid[], $3::int4[]) x(c, o, s)";

/// Notes every object and comment that no reader has read.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<(), Error> {
    let sql = format!(
        "SELECT * FROM ({OTHERS}) o(catalogue, oid, namespace) WHERE oid >= 16384
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = o.oid AND d.deptype = 'i'
                         AND d.classid = ('pg_catalog.' || o.catalogue)::pg_catalog.regclass)"
    );
    let mut unread = vec![];
    for row in t.query(&sql, &[])? {
        let (catalogue, oid): (String, u32) = (row.get(0), row.get(1));
        let namespace: u32 = row.get(2);
        let within = namespace == 0 || c.namespaces.contains_key(&namespace);
        if within && !c.is_member(&catalogue, oid) {
            unread.push((catalogue, oid, 0));
        }
    }
    for phrase in described(t, &unread)? {
        c.not_read.push(phrase);
    }
    let comments: Vec<(String, u32, i32)> = c.unsaid_comments().into_iter().collect();
    for phrase in described(t, &comments)? {
        c.not_read.push(format!("comment on {phrase}"));
    }
    let settings =
        "SELECT 1 FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
                    WHERE d.datname = pg_catalog.current_database() AND s.setrole = 0";
    if !t.query(settings, &[])?.is_empty() {
        c.not_read.push("settings of the database".into());
    }
    Ok(())
}

fn described(t: &mut Transaction, objects: &[(String, u32, i32)]) -> Result<Vec<String>, Error> {
    let classes: Vec<&str> = objects.iter().map(|o| o.0.as_str()).collect();
    let oids: Vec<u32> = objects.iter().map(|o| o.1).collect();
    let columns: Vec<i32> = objects.iter().map(|o| o.2).collect();
    let rows = t.query(DESCRIBED, &[&classes, &oids, &columns])?;
    Ok(rows.iter().filter_map(|r| r.get::<_, Option<String>>(0)).collect())
}
