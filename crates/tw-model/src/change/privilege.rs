//! GRANT and REVOKE, and the same for objects to come.
use crate::schema::*;

/// True when PostgreSQL gives this to everybody unasked.
pub(crate) fn is_default(grant: &Grant) -> bool {
    let privilege = grant.privilege.as_str();
    grant.role == "public"
        && grant.columns.is_empty()
        && match &grant.on {
            GrantOn::Function { .. } => privilege == "EXECUTE",
            GrantOn::Type { .. } => privilege == "USAGE",
            GrantOn::Namespace { name } => name == "public" && privilege == "USAGE",
            GrantOn::Database => matches!(privilege, "CONNECT" | "TEMPORARY"),
            GrantOn::Table { .. } | GrantOn::Sequence { .. } => false,
        }
}

/// True for what PostgreSQL 14 and before gave everybody unasked: CREATE in `public`. Taking it away is kept,
/// since it says something there.
fn was_default(grant: &Grant) -> bool {
    let in_public = matches!(&grant.on, GrantOn::Namespace { name } if name == "public");
    in_public && grant.role == "public" && grant.privilege == "CREATE"
}

fn same(a: &Grant, b: &Grant) -> bool {
    (&a.on, &a.role, &a.privilege) == (&b.on, &b.role, &b.privilege) && a.columns.is_empty() == b.columns.is_empty()
}

/// GRANT. Columns join those that have the privilege already.
pub(super) fn give(schema: &mut Schema, grant: &Grant) {
    let before = schema.revokes.len();
    schema.revokes.retain(|r| !same(r, grant));
    if schema.revokes.len() < before || is_default(grant) && !grant.grantable || is_owner(schema, grant) {
        return;
    }
    let mut columns = grant.columns.clone();
    let mut grantable = grant.grantable;
    for old in schema.grants.iter_mut().filter(|old| same(old, grant)) {
        if grant.columns.is_empty() {
            grantable |= old.grantable;
        } else if old.grantable == grant.grantable {
            columns.append(&mut old.columns);
        } else if old.grantable {
            columns.retain(|c| !old.columns.contains(c));
        } else {
            old.columns.retain(|c| !columns.contains(c));
        }
    }
    schema.grants.retain(|old| !same(old, grant) || !old.columns.is_empty() && old.grantable != grant.grantable);
    columns.sort();
    columns.dedup();
    if grant.columns.is_empty() || !columns.is_empty() {
        schema.grants.push(Grant { columns, grantable, ..grant.clone() });
    }
}

/// REVOKE. Taking the whole object's privilege takes the columns' too.
pub(super) fn take(schema: &mut Schema, grant: &Grant) {
    let whole = grant.columns.is_empty();
    let held = schema.grants.iter().any(|g| same(g, grant));
    let of_same = |g: &Grant| (&g.on, &g.role, &g.privilege) == (&grant.on, &grant.role, &grant.privilege);
    schema.grants.retain_mut(|g| {
        if !of_same(g) {
            return true;
        }
        if whole {
            return false;
        }
        let was_whole = g.columns.is_empty();
        g.columns.retain(|c| !grant.columns.contains(c));
        was_whole || !g.columns.is_empty()
    });
    let owners = !held && is_owner(schema, grant);
    let absent = !schema.revokes.iter().any(|r| same(r, grant));
    if whole && absent && (is_default(grant) || was_default(grant) && !held || owners) {
        schema.revokes.push(Grant { grantable: false, ..grant.clone() });
    }
}

/// True when the role is the object's named owner, whose privileges need no grant.
pub(crate) fn is_owner(schema: &Schema, grant: &Grant) -> bool {
    let owner = match &grant.on {
        GrantOn::Table { name } => {
            let view = schema.views.iter().find(|v| &v.name == name);
            schema.table(name).map(|t| &t.owner).or(view.map(|v| &v.owner))
        }
        GrantOn::Sequence { name } => schema.sequences.iter().find(|s| &s.name == name).map(|s| &s.owner),
        GrantOn::Function { name, arguments } => {
            schema.functions.iter().find(|f| &f.name == name && &f.arguments == arguments).map(|f| &f.owner)
        }
        GrantOn::Type { name } => schema.types.iter().find(|t| &t.name == name).map(|t| &t.owner),
        GrantOn::Namespace { name } => schema.namespaces.iter().find(|n| &n.name == name).map(|n| &n.owner),
        GrantOn::Database => None,
    };
    owner.and_then(|o| o.as_ref()) == Some(&grant.role)
}

fn same_default(a: &DefaultPrivilege, b: &DefaultPrivilege) -> bool {
    (&a.owner, &a.schema, &a.objects, &a.role, a.revoke) == (&b.owner, &b.schema, &b.objects, &b.role, b.revoke)
}

/// ALTER DEFAULT PRIVILEGES.
pub(super) fn add_default(schema: &mut Schema, privilege: &DefaultPrivilege) {
    let mut all = privilege.clone();
    for old in schema.default_privileges.iter().filter(|old| same_default(old, privilege)) {
        all.privileges.extend(old.privileges.iter().cloned());
    }
    all.privileges.sort();
    all.privileges.dedup();
    schema.default_privileges.retain(|old| !same_default(old, privilege));
    schema.default_privileges.push(all);
}

/// The reverse of [`add_default`].
pub(super) fn drop_default(schema: &mut Schema, privilege: &DefaultPrivilege) {
    schema.default_privileges.retain_mut(|old| {
        if same_default(old, privilege) {
            old.privileges.retain(|p| !privilege.privileges.contains(p));
        }
        !old.privileges.is_empty()
    });
}
