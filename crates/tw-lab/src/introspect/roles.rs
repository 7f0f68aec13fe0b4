//! The roles that a schema speaks of.
use super::{Scope, context::Context};
use postgres::{Error, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use tw_model::schema::{Role, Schema};

const ROLES: &str = "
SELECT r.oid, r.rolname::text, r.rolcanlogin, r.rolinherit, r.rolconnlimit, r.rolsuper, r.rolcreatedb, r.rolcreaterole,
       r.rolreplication, r.rolbypassrls, r.rolconfig, r.rolvaliduntil IS NOT NULL,
       EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase <> 0)
FROM pg_catalog.pg_roles r ORDER BY r.rolname";

const MEMBERS: &str = "SELECT m.member, g.rolname::text, m.admin_option FROM pg_catalog.pg_auth_members m
JOIN pg_catalog.pg_roles g ON g.oid = m.roleid ORDER BY g.rolname";

/// The roles in scope, sorted.
pub(super) fn read(t: &mut Transaction, c: &mut Context, scope: &Scope, schema: &Schema) -> Result<Vec<Role>, Error> {
    let mut member_of: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut admins: BTreeSet<u32> = BTreeSet::new();
    for row in t.query(MEMBERS, &[])? {
        let (member, group): (u32, String) = (row.get(0), row.get(1));
        let of = member_of.entry(member).or_default();
        if !of.contains(&group) {
            of.push(group);
        }
        if row.get(2) {
            admins.insert(member);
        }
    }
    let rows = t.query(ROLES, &[])?;
    let mut wanted: BTreeSet<String> = match &scope.roles {
        Some(roles) => roles.iter().cloned().collect(),
        None => named(schema),
    };
    loop {
        let before = wanted.len();
        for row in rows.iter().filter(|_| scope.roles.is_none()) {
            if wanted.contains(&row.get::<_, String>(1)) {
                wanted.extend(member_of.get(&row.get(0)).into_iter().flatten().cloned());
            }
        }
        if wanted.len() == before {
            break;
        }
    }
    let mut all = vec![];
    for row in &rows {
        let (oid, name): (u32, String) = (row.get(0), row.get(1));
        let outside = name.starts_with("pg_") || oid == c.owner || oid == 10;
        if !wanted.contains(&name) || outside && scope.roles.is_none() {
            continue;
        }
        let mut note = |what: &str| c.not_read.push(format!("{what} of role {name}"));
        if row.get(11) {
            note("VALID UNTIL");
        }
        if row.get(12) {
            note("settings in one database");
        }
        if admins.contains(&oid) {
            note("ADMIN OPTION on a membership");
        }
        let powers = ["SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"];
        let mut powers: Vec<String> =
            powers.iter().enumerate().filter(|(at, _)| row.get(5 + at)).map(|(_, power)| power.to_string()).collect();
        powers.sort();
        all.push(Role {
            login: row.get(2),
            powers,
            inherit: row.get(3),
            connection_limit: row.get(4),
            member_of: member_of.remove(&oid).unwrap_or_default(),
            settings: super::context::pairs(row.get(10)),
            comment: c.comment("pg_authid", oid, 0),
            name,
        });
    }
    Ok(all)
}

/// Roles that the schema's owners, privileges and policies name.
fn named(s: &Schema) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    let grants = s.grants.iter().chain(&s.revokes);
    all.extend(grants.map(|g| g.role.clone()));
    for d in &s.default_privileges {
        all.extend([d.owner.clone(), d.role.clone()]);
    }
    let policies = s.tables.iter().flat_map(|t| &t.policies);
    all.extend(policies.flat_map(|p| p.roles.clone()));
    all.extend(s.namespaces.iter().filter_map(|o| o.owner.clone()));
    all.extend(s.types.iter().filter_map(|o| o.owner.clone()));
    all.extend(s.sequences.iter().filter_map(|o| o.owner.clone()));
    all.extend(s.tables.iter().filter_map(|o| o.owner.clone()));
    all.extend(s.views.iter().filter_map(|o| o.owner.clone()));
    all.extend(s.functions.iter().filter_map(|o| o.owner.clone()));
    all
}
