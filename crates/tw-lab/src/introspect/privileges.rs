//! Grants, revokes of what is given by default, and default privileges.
//!
//! An access list that is not null is compared with the one the server would have given: what it has
//! beyond that is a grant, what it lacks a revoke. The owner's own privileges go without saying.
use super::context::Context;
use postgres::{Error, Row, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::schema::{DefaultPrivilege, Grant, GrantOn, Schema};

/// (granted, catalogue, object, column, name, namespace, arguments, grantee, privilege, grantable, owner).
const LISTS: &str = "
WITH objects AS (
  SELECT 'pg_class' AS catalogue, c.oid, '' AS attribute, c.relname::text AS name, c.relnamespace AS namespace,
         CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END AS kind, '' AS arguments, c.relacl AS acl, c.relowner AS owner
  FROM pg_catalog.pg_class c WHERE c.relnamespace = ANY ($1) AND c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  UNION ALL
  SELECT 'pg_class', c.oid, a.attname::text, c.relname::text, c.relnamespace, 'c', '', a.attacl, c.relowner
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = ANY ($1) AND a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL
  SELECT 'pg_proc', p.oid, '', p.proname::text, p.pronamespace, 'f', pg_catalog.pg_get_function_identity_arguments(p.oid), p.proacl, p.proowner
  FROM pg_catalog.pg_proc p WHERE p.pronamespace = ANY ($1) AND p.proacl IS NOT NULL
  UNION ALL
  SELECT 'pg_type', t.oid, '', t.typname::text, t.typnamespace, 'T', '', t.typacl, t.typowner
  FROM pg_catalog.pg_type t WHERE t.typnamespace = ANY ($1) AND t.typacl IS NOT NULL
  UNION ALL
  SELECT 'pg_namespace', n.oid, '', n.nspname::text, 0::oid, 'n', '', n.nspacl, n.nspowner
  FROM pg_catalog.pg_namespace n WHERE n.oid = ANY ($1) AND n.nspacl IS NOT NULL
  UNION ALL
  SELECT 'pg_database', d.oid, '', '', 0::oid, 'd', '', d.datacl, d.datdba
  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database() AND d.datacl IS NOT NULL
)
SELECT true, catalogue, oid, attribute, name, namespace, kind, arguments, x.grantee, x.privilege_type, x.is_grantable, owner
FROM objects, LATERAL pg_catalog.aclexplode(acl) x
UNION ALL
SELECT false, catalogue, oid, attribute, name, namespace, kind, arguments, x.grantee, x.privilege_type, false, owner
FROM objects, LATERAL pg_catalog.aclexplode(pg_catalog.acldefault(kind::\"char\", owner)) x
WHERE kind <> 'c'";

/// Objects created in future: (granted, owner, namespace, kind, grantee, privilege, grantable).
const DEFAULTS: &str = "
SELECT true, d.defaclrole, d.defaclnamespace, d.defaclobjtype::text, x.grantee, x.privilege_type, x.is_grantable
FROM pg_catalog.pg_default_acl d, LATERAL pg_catalog.aclexplode(d.defaclacl) x
WHERE d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($1)
UNION ALL
SELECT false, d.defaclrole, d.defaclnamespace, d.defaclobjtype::text, x.grantee, x.privilege_type, false
FROM pg_catalog.pg_default_acl d,
     LATERAL pg_catalog.aclexplode(pg_catalog.acldefault(CASE WHEN d.defaclobjtype = 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole)) x
WHERE d.defaclnamespace = 0";

/// Fills in grants, revokes and default privileges.
pub(super) fn read(t: &mut Transaction, c: &mut Context, schema: &mut Schema) -> Result<(), Error> {
    let scope = c.scope();
    let mut held: BTreeMap<(GrantOn, String, String, bool), BTreeMap<String, bool>> = BTreeMap::new();
    let mut usual: BTreeSet<(GrantOn, String, String)> = BTreeSet::new();
    let mut owners: BTreeSet<(GrantOn, String)> = BTreeSet::new();
    for row in t.query(LISTS, &[&scope])? {
        let (granted, catalogue, oid): (bool, String, u32) = (row.get(0), row.get(1), row.get(2));
        if c.is_member(&catalogue, oid) {
            continue;
        }
        let on = object(c, &row);
        let (role, privilege) = (c.role(row.get(8)), row.get::<_, String>(9));
        owners.insert((on.clone(), c.role(row.get(11))));
        if matches!(&on, GrantOn::Namespace { name } if name == "public") {
            // initdb gives these.
            usual.insert((on.clone(), "public".into(), "USAGE".into()));
            if c.version < 150_000 {
                usual.insert((on.clone(), "public".into(), "CREATE".into()));
            }
        }
        if granted {
            let (column, grantable): (String, bool) = (row.get(3), row.get(10));
            let columns = held.entry((on, role, privilege, !column.is_empty())).or_default();
            *columns.entry(column).or_default() |= grantable;
        } else {
            usual.insert((on, role, privilege));
        }
    }
    for (on, role, privilege) in &usual {
        if !held.contains_key(&(on.clone(), role.clone(), privilege.clone(), false)) {
            schema.revokes.push(grant(on, role, privilege, vec![], false));
        }
    }
    for ((on, role, privilege, by_column), columns) in held {
        let own = owners.contains(&(on.clone(), role.clone()));
        let given = usual.contains(&(on.clone(), role.clone(), privilege.clone()));
        for grantable in [false, true] {
            let these: Vec<String> = columns.iter().filter(|(_, g)| **g == grantable).map(|(c, _)| c.clone()).collect();
            if these.is_empty() || own || given && !grantable && !by_column {
                continue;
            }
            let columns = if by_column { these } else { vec![] };
            schema.grants.push(grant(&on, &role, &privilege, columns, grantable));
        }
    }
    schema.grants.sort();
    schema.revokes.sort();
    schema.default_privileges = defaults(t, c)?;
    Ok(())
}

fn grant(on: &GrantOn, role: &str, privilege: &str, columns: Vec<String>, grantable: bool) -> Grant {
    Grant { on: on.clone(), role: role.to_string(), privilege: privilege.to_string(), columns, grantable }
}

fn object(c: &Context, row: &Row) -> GrantOn {
    let bare: String = row.get(4);
    let name = c.name(row.get(5), bare.clone());
    match row.get::<_, String>(6).as_str() {
        "s" => GrantOn::Sequence { name },
        "f" => GrantOn::Function { name, arguments: row.get(7) },
        "T" => GrantOn::Type { name },
        "n" => GrantOn::Namespace { name: bare },
        "d" => GrantOn::Database,
        _ => GrantOn::Table { name },
    }
}

fn defaults(t: &mut Transaction, c: &mut Context) -> Result<Vec<DefaultPrivilege>, Error> {
    type Key = (String, Option<String>, String, String);
    let mut held: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    let mut usual: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for row in t.query(DEFAULTS, &[&c.scope()])? {
        let owner = c.role(row.get(1));
        let schema = c.namespaces.get(&row.get(2)).cloned();
        let objects = match row.get::<_, String>(3).as_str() {
            "r" => "TABLES",
            "S" => "SEQUENCES",
            "f" => "FUNCTIONS",
            "T" => "TYPES",
            "n" => "SCHEMAS",
            other => {
                c.not_read.push(format!("default privileges on objects of kind {other}"));
                continue;
            }
        };
        let role = c.role(row.get(4));
        if row.get(6) {
            c.not_read.push(format!("WITH GRANT OPTION of {role}'s default privileges on {objects}"));
        }
        let list = if row.get(0) { &mut held } else { &mut usual };
        let key = (owner, schema, objects.to_string(), role);
        list.entry(key).or_default().insert(row.get(5));
    }
    let none = BTreeSet::new();
    let keys: BTreeSet<&Key> = held.keys().chain(usual.keys()).collect();
    let mut all = vec![];
    for key in keys {
        let (has, would) = (held.get(key).unwrap_or(&none), usual.get(key).unwrap_or(&none));
        let (owner, schema, objects, role) = key.clone();
        for (more, less, revoke) in [(has, would, false), (would, has, true)] {
            let privileges: Vec<String> = more.difference(less).cloned().collect();
            if !privileges.is_empty() {
                all.push(DefaultPrivilege {
                    owner: owner.clone(),
                    schema: schema.clone(),
                    objects: objects.clone(),
                    role: role.clone(),
                    privileges,
                    revoke,
                });
            }
        }
    }
    all.sort();
    Ok(all)
}
