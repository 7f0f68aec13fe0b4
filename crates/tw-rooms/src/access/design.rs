//! Roles and what they are given.
use super::{
    AT,
    policies::{self, TENANT_SETTING, setting, tenant_key},
    rights::{Right, guarded, privilege, rights, seen_whole, word},
};
use crate::kit::{decision, instead, steps::Physical};
use std::collections::BTreeSet;
use tw_model::{
    Origin, Path,
    change::Change,
    decision::Decision,
    draft::Draft,
    model::{Entity, Model},
    schema::{Grant, GrantOn, Name, Role, View},
};

pub(super) fn design(model: &Model, draft: &mut Draft) {
    let added = !model.promises.nothing_added;
    if added {
        draft.decide(nobody(draft));
    }
    for role in &model.roles {
        let made = Role { name: role.name.clone(), inherit: true, connection_limit: -1, ..Role::default() };
        let mut changes = vec![Change::CreateRole { role: made }];
        let namespaces = namespaces(model, draft, &role.name).into_iter();
        changes.extend(namespaces.map(|name| grant(GrantOn::Namespace { name }, &role.name, "USAGE", vec![])));
        let what = format!("{} is a role without a login and without powers", role.name);
        let why = "people and services become members of it, so a right is given and taken in one place";
        let d = decision(AT, Path::new(&role.name), what, why, &role.origin, changes);
        draft.decide(instead(
            d,
            "one account for the application that owns the tables",
            "it could do everything, so a stolen password could too",
        ));
    }
    for right in rights(model, draft) {
        draft.decide(given(model, draft, &right));
    }
    guarded_views(model, draft);
    tenants(model, draft);
    for entity in &model.entities {
        let changes = policies::changes(model, draft, entity);
        if changes.is_empty() {
            continue;
        }
        let what = format!("Rows of {} are shown by policy", entity.name);
        let why = "a filter in the server cannot be forgotten by a query";
        let d = decision(AT, entity.path(), what, why, &entity.origin, changes);
        draft.decide(instead(d, "a condition in each query", "the one query without it shows every row"));
    }
    if added {
        close_functions(draft);
    }
}

/// Where a role must be able to look for tables. Everybody may in `public` until that is taken back.
fn namespaces(model: &Model, draft: &Draft, role: &str) -> BTreeSet<String> {
    let of = |symbol: &str| Physical(draft).namespace_of(symbol).to_string();
    let mut all: BTreeSet<String> =
        rights(model, draft).iter().filter(|r| r.role == role).map(|r| of(&r.entity)).collect();
    if model.promises.nothing_added {
        all.remove("public");
    } else {
        all.insert(of(""));
    }
    all
}

fn grant(on: GrantOn, role: &str, privilege: &str, columns: Vec<String>) -> Change {
    Change::Grant { grant: Grant { on, role: role.into(), privilege: privilege.into(), columns, grantable: false } }
}

fn revoke(on: GrantOn, role: &str, privilege: &str) -> Change {
    Change::Revoke {
        grant: Grant { on, role: role.into(), privilege: privilege.into(), columns: vec![], grantable: false },
    }
}

/// What PostgreSQL gives everybody, taken back.
fn nobody(draft: &Draft) -> Decision {
    let namespace = if draft.namespace.is_empty() { "public".to_string() } else { draft.namespace.clone() };
    let changes = vec![
        revoke(GrantOn::Database, "public", "TEMPORARY"),
        revoke(GrantOn::Namespace { name: namespace.clone() }, "public", "CREATE"),
        revoke(GrantOn::Namespace { name: namespace }, "public", "USAGE"),
    ];
    let origin = Origin::assumed("least privilege (requirements 2.11)");
    let d = decision(
        AT,
        Path::new("public"),
        "Everybody has nothing by default",
        "least privilege: what is not given is forbidden",
        &origin,
        changes,
    );
    instead(
        d,
        "PostgreSQL's defaults",
        "any account could fill the disk with temporary tables and look around the schema",
    )
}

fn given(model: &Model, draft: &Draft, right: &Right) -> Decision {
    let columns = if right.whole { vec![] } else { right.columns.clone() };
    let mut changes = vec![grant(
        GrantOn::Table { name: Name::symbol(&right.entity) },
        &right.role,
        privilege(right.verb),
        columns.clone(),
    )];
    if let Some((view, columns)) = seen_whole(model, draft, right) {
        // The view reads its tables as their owner: the role sees what it may of this subtype, and no other row
        // of the supertype. Where rows are guarded it reads as the role instead (see `guarded_views`).
        changes.push(grant(GrantOn::Table { name: Name::symbol(view) }, &right.role, "SELECT", columns));
    }
    let of = if right.whole { String::new() } else { format!(" ({})", columns.join(", ")) };
    let rows = if right.own.is_empty() { "" } else { ", own rows only" };
    let what = format!("{} may {} {}{of}{rows}", right.role, word(right.verb), right.entity);
    decision(
        AT,
        Path::new(&right.role).join(word(right.verb)).join(&right.entity),
        what,
        "the brief says so, and nothing else is given",
        &right.origin,
        changes,
    )
}

/// A view over guarded tables must not see past their policies.
fn guarded_views(model: &Model, draft: &mut Draft) {
    for entity in model.entities.iter().filter(|e| e.supertype.is_some()) {
        let line: Vec<&Entity> =
            std::iter::successors(Some(entity), |e| e.supertype.as_deref().and_then(|s| model.entity(s)))
                .take(16)
                .collect();
        let guarded = guarded(model, draft);
        // Row security of the subtype's own table tells whether the reader is limited at all.
        if !guarded.contains(&entity.name) {
            continue;
        }
        let Some(home) = draft.homes.get(&entity.name) else { continue };
        let Some(view) = draft.schema.views.iter().find(|v| v.name.name == home.read_from).cloned() else { continue };
        let alias = |table: &str| line.iter().position(|e| e.name == table).map(crate::kit::shape::view_alias);
        let (condition, mut changes) = policies::view_condition(model, draft, entity, &alias);
        let guarded_view = View {
            query: format!("{}\nWHERE {condition}", view.query),
            options: vec!["security_barrier=true".into()],
            ..view.clone()
        };
        changes.push(Change::DropView { name: view.name.clone(), materialized: false });
        changes.push(Change::CreateView { view: guarded_view });
        let what = format!("The view of {} shows each role its rows", entity.name);
        let why = "it reads its tables as their owner, whom no policy limits, so it limits the rows itself";
        let d = decision(AT, entity.path(), what, why, &entity.origin, changes);
        draft.decide(instead(
            d,
            "a view that reads as whoever asks",
            "each role would need a right on the supertype's table, and would see people it has no business with",
        ));
    }
}

/// A row that does not say its tenant belongs to the session's.
fn tenants(model: &Model, draft: &mut Draft) {
    let Some(tenant) = &model.promises.tenant else { return };
    let origin = model.promises.origins.get("tenant").cloned().unwrap_or_else(|| Origin::assumed("tenancy"));
    let mut changes = vec![];
    for entity in model.entities.iter().filter(|e| e.name != *tenant) {
        if let Some((column, ty)) = tenant_key(model, entity) {
            changes.push(Change::SetDefault {
                table: Name::symbol(&entity.name),
                column,
                default: Some(setting(TENANT_SETTING, &ty)),
            });
        }
    }
    let what = format!("A row belongs to the session's {tenant} unless it says otherwise");
    draft.decide(decision(
        AT,
        Path::new(tenant),
        what,
        "writers cannot forget it, and the policy refuses any other",
        &origin,
        changes,
    ));
}

/// Every function may be called by everybody unless that is taken back.
fn close_functions(draft: &mut Draft) {
    let changes: Vec<Change> = draft
        .schema
        .functions
        .iter()
        .map(|f| {
            revoke(GrantOn::Function { name: f.name.clone(), arguments: f.arguments.clone() }, "public", "EXECUTE")
        })
        .collect();
    if changes.is_empty() {
        return;
    }
    let origin = Origin::assumed("least privilege (requirements 2.11)");
    draft.decide(decision(
        AT,
        Path::new("functions"),
        "Functions are called only by those they are for",
        "everybody may call a new function until that is taken back",
        &origin,
        changes,
    ));
}

/// True when the table has policies; for claims.
pub(super) fn has_policies(model: &Model, draft: &Draft, entity: &str) -> bool {
    guarded(model, draft).contains(entity)
}
