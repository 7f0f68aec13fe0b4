//! Enums, domains, composite types and ranges.
use super::context::Context;
use postgres::{Error, Row, Transaction};
use std::collections::HashMap;
use tw_model::schema::{Name, TypeDef, TypeKind};

const TYPES: &str = "
SELECT t.oid, t.typnamespace, t.typname::text, t.typtype::text, t.typowner, t.typrelid,
       pg_catalog.format_type(t.typbasetype, t.typtypmod),
       CASE WHEN t.typcollation <> b.typcollation THEN
         CASE WHEN cn.nspname = 'pg_catalog' THEN co.collname::text
              ELSE pg_catalog.quote_ident(cn.nspname) || '.\"' || pg_catalog.replace(co.collname, '\"', '\"\"') || '\"' END END,
       COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.quote_literal(t.typdefault)), t.typnotnull
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE t.typnamespace = ANY ($1) AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
ORDER BY t.typnamespace::pg_catalog.regnamespace::text, t.typname";

const LABELS: &str = "SELECT e.enumtypid, e.enumlabel::text FROM pg_catalog.pg_enum e
JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid WHERE t.typnamespace = ANY ($1) ORDER BY e.enumtypid, e.enumsortorder";

const CHECKS: &str =
    "SELECT o.contypid, o.conname::text, pg_catalog.pg_get_constraintdef(o.oid) FROM pg_catalog.pg_constraint o
WHERE o.connamespace = ANY ($1) AND o.contypid <> 0 AND o.contype = 'c' ORDER BY o.contypid, o.conname";

const ATTRIBUTES: &str = "
SELECT a.attrelid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod) ||
       CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
            THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation::text ELSE '' END
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE c.relnamespace = ANY ($1) AND c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum";

const RANGES: &str = "
SELECT r.rngtypid, pg_catalog.format_type(r.rngsubtype, NULL),
       CASE WHEN NOT o.opcdefault THEN pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.opcname) END,
       CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> t.typcollation THEN r.rngcollation::pg_catalog.regcollation::text END,
       CASE WHEN r.rngcanonical <> 0 THEN r.rngcanonical::text END,
       CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::text END, m.typname::text
FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type y ON y.oid = r.rngtypid JOIN pg_catalog.pg_type t ON t.oid = r.rngsubtype
JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace WHERE y.typnamespace = ANY ($1)";

/// Every user-defined type.
pub(super) fn read(t: &mut Transaction, c: &mut Context) -> Result<Vec<TypeDef>, Error> {
    let scope = c.scope();
    let mut labels: HashMap<u32, Vec<String>> = HashMap::new();
    for row in t.query(LABELS, &[&scope])? {
        labels.entry(row.get(0)).or_default().push(row.get(1));
    }
    let mut checks = by_owner(t.query(CHECKS, &[&scope])?);
    let mut attributes = by_owner(t.query(ATTRIBUTES, &[&scope])?);
    let mut ranges: HashMap<u32, Row> = HashMap::new();
    for row in t.query(RANGES, &[&scope])? {
        ranges.insert(row.get(0), row);
    }
    let mut all = vec![];
    for row in t.query(TYPES, &[&scope])? {
        let oid: u32 = row.get(0);
        if c.is_member("pg_type", oid) {
            continue;
        }
        let name = c.name(row.get(1), row.get(2));
        let relation: u32 = row.get(5);
        let kind = match row.get::<_, String>(3).as_str() {
            "e" => TypeKind::Enum { labels: labels.remove(&oid).unwrap_or_default() },
            "d" => TypeKind::Domain {
                base: row.get(6),
                collation: row.get(7),
                default: row.get(8),
                not_null: row.get(9),
                checks: checks.remove(&oid).unwrap_or_default(),
            },
            "r" => match ranges.remove(&oid) {
                Some(range) => range_of(&name, &range),
                None => continue,
            },
            _ => TypeKind::Composite { attributes: attributes.remove(&relation).unwrap_or_default() },
        };
        all.push(TypeDef { name, kind, owner: c.owner(row.get(4)), comment: c.comment("pg_type", oid, 0) });
    }
    Ok(all)
}

fn by_owner(rows: Vec<Row>) -> HashMap<u32, Vec<(String, String)>> {
    let mut all: HashMap<u32, Vec<(String, String)>> = HashMap::new();
    for row in rows {
        all.entry(row.get(0)).or_default().push((row.get(1), row.get(2)));
    }
    all
}

fn range_of(name: &Name, row: &Row) -> TypeKind {
    let said = ["subtype_opclass", "collation", "canonical", "subtype_diff"];
    let mut options: Vec<(String, String)> = said
        .iter()
        .enumerate()
        .filter_map(|(at, option)| Some((option.to_string(), row.get::<_, Option<String>>(2 + at)?)))
        .collect();
    let multirange: String = row.get(6);
    let made_up = match name.name.contains("range") {
        true => name.name.replacen("range", "multirange", 1),
        false => format!("{}_multirange", name.name),
    };
    if multirange != made_up {
        let quoted = tw_model::ident::name(&Name::new(name.schema.clone(), multirange));
        options.push(("multirange_type_name".into(), quoted));
    }
    options.sort();
    TypeKind::Range { subtype: row.get(1), options }
}
