//! Tables and views, and what hangs on them.
use super::{
    columns, constraints,
    context::{Context, pairs},
    indexes,
};
use postgres::{Error, Row, Transaction};
use std::collections::HashMap;
use tw_model::{
    ident::bare,
    schema::{Name, Policy, Schema, Table, Trigger, View},
};

const RELATIONS: &str = "
SELECT c.oid, c.relnamespace, c.relname::text, c.relkind::text, c.relowner, c.relpersistence = 'u',
       c.relrowsecurity, c.relforcerowsecurity, c.reloptions, tc.reloptions,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
       c.relreplident::text, c.reltablespace, c.reloftype, COALESCE(am.amname::text, 'heap')
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm')
ORDER BY c.relnamespace::pg_catalog.regnamespace::text, c.relname";

const PARENTS: &str = "SELECT i.inhrelid, i.inhparent FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p')
ORDER BY i.inhrelid, i.inhseqno";

const TRIGGERS: &str = "
SELECT g.oid, g.tgrelid, g.tgname::text, pg_catalog.pg_get_triggerdef(g.oid), g.tgenabled::text
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
WHERE c.relnamespace = ANY ($1) AND NOT g.tgisinternal AND g.tgparentid = 0 ORDER BY g.tgrelid, g.tgname";

const POLICIES: &str = "
SELECT p.oid, p.polrelid, p.polname::text, p.polpermissive,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
       p.polroles, pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace = ANY ($1) ORDER BY p.polrelid, p.polname";

const VIEW_COLUMNS: &str = "
SELECT a.attrelid, a.attnum::int4, a.attname::text, a.atthasdef FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum";

/// Fills in tables and views.
pub(super) fn read(t: &mut Transaction, c: &mut Context, schema: &mut Schema) -> Result<(), Error> {
    let scope = c.scope();
    let mut columns = columns::read(t, c)?;
    let mut constraints = constraints::read(t, c)?;
    let mut indexes = indexes::read(t, c)?;
    let mut triggers = triggers(t, c)?;
    let mut policies = policies(t, c)?;
    let mut view_comments = view_comments(t, c)?;
    let mut parents: HashMap<u32, Vec<Name>> = HashMap::new();
    for row in t.query(PARENTS, &[&scope])? {
        let parent = c.relations.get(&row.get(1)).cloned();
        parents.entry(row.get(0)).or_default().extend(parent);
    }
    for row in t.query(RELATIONS, &[&scope])? {
        let oid: u32 = row.get(0);
        if c.is_member("pg_class", oid) {
            continue;
        }
        let name = c.name(row.get(1), row.get(2));
        let owner = c.owner(row.get(4));
        let comment = c.comment("pg_class", oid, 0);
        let indexes = indexes.remove(&oid).unwrap_or_default();
        let triggers = triggers.remove(&oid).unwrap_or_default();
        note_the_rest(c, &row, &name);
        if let Some(query) = row.get::<_, Option<String>>(12) {
            schema.views.push(View {
                name,
                materialized: row.get::<_, String>(3) == "m",
                query: query.trim().trim_end_matches(';').to_string(),
                options: row.get::<_, Option<Vec<String>>>(8).unwrap_or_default(),
                indexes,
                triggers,
                owner,
                comment,
                column_comments: view_comments.remove(&oid).unwrap_or_default(),
            });
            continue;
        }
        let bound: Option<String> = row.get(11);
        let parents = parents.remove(&oid).unwrap_or_default();
        let partition_of = bound.and_then(|b| Some((parents.first()?.clone(), b)));
        schema.tables.push(Table {
            name,
            columns: columns.remove(&oid).unwrap_or_default(),
            constraints: constraints.remove(&oid).unwrap_or_default(),
            indexes,
            triggers,
            policies: policies.remove(&oid).unwrap_or_default(),
            row_security: row.get(6),
            force_row_security: row.get(7),
            partition_by: row.get(10),
            inherits: if partition_of.is_some() { vec![] } else { parents },
            partition_of,
            unlogged: row.get(5),
            options: options(&row),
            owner,
            comment,
        });
    }
    Ok(())
}

fn options(row: &Row) -> Vec<(String, String)> {
    let mut all = pairs(row.get(8));
    let toast = pairs(row.get(9)).into_iter();
    all.extend(toast.map(|(name, value)| (format!("toast.{name}"), value)));
    all.sort();
    all
}

fn note_the_rest(c: &mut Context, row: &Row, name: &Name) {
    let name = tw_model::ident::name(name);
    let mut note = |phrase: &str| c.not_read.push(format!("{phrase} of {name}"));
    if matches!(row.get::<_, String>(13).as_str(), "f" | "n") && matches!(row.get::<_, String>(3).as_str(), "r" | "p") {
        note("replica identity");
    }
    if row.get::<_, u32>(14) != 0 {
        note("tablespace");
    }
    if row.get::<_, u32>(15) != 0 {
        note("row type (OF)");
    }
    if row.get::<_, String>(16) != "heap" {
        note("access method");
    }
}

fn triggers(t: &mut Transaction, c: &mut Context) -> Result<HashMap<u32, Vec<Trigger>>, Error> {
    let mut all: HashMap<u32, Vec<Trigger>> = HashMap::new();
    for row in t.query(TRIGGERS, &[&c.scope()])? {
        if c.is_member("pg_trigger", row.get(0)) {
            continue;
        }
        all.entry(row.get(1)).or_default().push(Trigger {
            name: row.get(2),
            definition: row.get(3),
            enabled: row.get(4),
            comment: c.comment("pg_trigger", row.get(0), 0),
        });
    }
    Ok(all)
}

fn policies(t: &mut Transaction, c: &mut Context) -> Result<HashMap<u32, Vec<Policy>>, Error> {
    let mut all: HashMap<u32, Vec<Policy>> = HashMap::new();
    for row in t.query(POLICIES, &[&c.scope()])? {
        let mut roles: Vec<String> = row.get::<_, Vec<u32>>(5).into_iter().map(|r| c.role(r)).collect();
        roles.sort();
        let text = |at: usize| row.get::<_, Option<String>>(at).map(|e| bare(&e).to_string());
        all.entry(row.get(1)).or_default().push(Policy {
            name: row.get(2),
            permissive: row.get(3),
            command: row.get(4),
            roles,
            using: text(6),
            check: text(7),
            comment: c.comment("pg_policy", row.get(0), 0),
        });
    }
    Ok(all)
}

fn view_comments(t: &mut Transaction, c: &mut Context) -> Result<HashMap<u32, Vec<(String, String)>>, Error> {
    let mut all: HashMap<u32, Vec<(String, String)>> = HashMap::new();
    for row in t.query(VIEW_COLUMNS, &[&c.scope()])? {
        let (view, column): (u32, String) = (row.get(0), row.get(2));
        if row.get(3) {
            let view = c.relations.get(&view).map(tw_model::ident::name);
            c.not_read.push(format!("default of view column {}.{column}", view.unwrap_or_default()));
        }
        if let Some(text) = c.comment("pg_class", view, row.get(1)) {
            all.entry(view).or_default().push((column, text));
        }
    }
    Ok(all)
}
