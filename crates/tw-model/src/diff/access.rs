//! The last stage: who owns, who may, and what is said of it.
use super::Stage;
use crate::{
    change::{Change, CommentOn},
    print::{table_comments, view_comments},
    schema::*,
};
use std::collections::BTreeMap;

/// Takes back every default privilege, so that created objects get none unasked.
pub(super) fn lift_default_privileges(stage: &mut Stage) {
    for privilege in stage.from.default_privileges.iter().cloned() {
        stage.emit(Change::DropDefaultPrivilege { privilege });
    }
}

/// Row security, policies, owners, comments, privileges; roles that go.
pub(super) fn settle(stage: &mut Stage) {
    row_security(stage);
    owners(stage);
    comments(stage);
    revoke(stage);
    grant(stage);
    default_privileges(stage);
    for r in &stage.from.roles {
        if !stage.to.roles.iter().any(|w| w.name == r.name) {
            stage.emit(Change::DropRole { name: r.name.clone() });
        }
    }
}

fn row_security(stage: &mut Stage) {
    for t in &stage.to.tables {
        let Some(now) = stage.now.table(&t.name).cloned() else {
            continue;
        };
        if (now.row_security, now.force_row_security) != (t.row_security, t.force_row_security) {
            stage.emit(Change::SetRowSecurity {
                table: t.name.clone(),
                enabled: t.row_security,
                forced: t.force_row_security,
            });
        }
        for p in t.policies.iter().filter(|p| !now.policies.iter().any(|o| o.name == p.name)) {
            let policy = Policy { comment: None, ..p.clone() };
            let table = t.name.clone();
            stage.emit(Change::CreatePolicy { table, policy });
        }
    }
}

fn all_owners(s: &Schema) -> Vec<(GrantOn, &Option<String>)> {
    let mut all = vec![];
    for n in &s.namespaces {
        all.push((GrantOn::Namespace { name: n.name.clone() }, &n.owner));
    }
    for t in &s.types {
        all.push((GrantOn::Type { name: t.name.clone() }, &t.owner));
    }
    for t in &s.tables {
        all.push((GrantOn::Table { name: t.name.clone() }, &t.owner));
    }
    for v in &s.views {
        all.push((GrantOn::Table { name: v.name.clone() }, &v.owner));
    }
    for q in s.sequences.iter().filter(|q| q.owned_by.is_none()) {
        all.push((GrantOn::Sequence { name: q.name.clone() }, &q.owner));
    }
    for f in &s.functions {
        let (name, arguments) = (f.name.clone(), f.arguments.clone());
        all.push((GrantOn::Function { name, arguments }, &f.owner));
    }
    all
}

fn owners(stage: &mut Stage) {
    let now: BTreeMap<GrantOn, Option<String>> =
        all_owners(&stage.now).into_iter().map(|(on, o)| (on, o.clone())).collect();
    for (on, owner) in all_owners(stage.to) {
        if now.get(&on).is_some_and(|old| old != owner) {
            let owner = owner.clone();
            stage.emit(Change::SetOwner { on, owner });
        }
    }
}

/// Every comment that can be, by what it is on.
fn all_comments(s: &Schema) -> Vec<(CommentOn, Option<String>)> {
    let mut all = vec![];
    let mut put = |on: CommentOn, text: &Option<String>| all.push((on, text.clone()));
    for r in &s.roles {
        put(CommentOn::Role { name: r.name.clone() }, &r.comment);
    }
    for n in &s.namespaces {
        put(CommentOn::Namespace { name: n.name.clone() }, &n.comment);
    }
    for t in &s.types {
        put(CommentOn::Type { name: t.name.clone() }, &t.comment);
    }
    for q in &s.sequences {
        put(CommentOn::Sequence { name: q.name.clone() }, &q.comment);
    }
    for t in &s.tables {
        table_comments(t).into_iter().for_each(|(on, text)| put(on, text));
    }
    for v in &s.views {
        view_comments(v).iter().for_each(|(on, text)| put(on.clone(), text));
    }
    for f in &s.functions {
        let (name, arguments) = (f.name.clone(), f.arguments.clone());
        put(CommentOn::Function { name, arguments }, &f.comment);
    }
    all
}

fn comments(stage: &mut Stage) {
    let key = |on: &CommentOn| format!("{on:?}");
    let now = all_comments(&stage.now);
    let old: BTreeMap<String, Option<String>> = now.iter().map(|(on, text)| (key(on), text.clone())).collect();
    let wanted = all_comments(stage.to);
    let said: std::collections::BTreeSet<String> = wanted.iter().map(|(on, _)| key(on)).collect();
    for (on, text) in wanted {
        if old.get(&key(&on)).cloned().flatten() != text {
            stage.emit(Change::Comment { on, text });
        }
    }
    // A view's column comments are listed only where they are.
    for (on, text) in now {
        if text.is_some() && !said.contains(&key(&on)) && matches!(on, CommentOn::Column { .. }) {
            stage.emit(Change::Comment { on, text: None });
        }
    }
}

fn revoke(stage: &mut Stage) {
    let of = |a: &Grant, b: &Grant| {
        (&a.on, &a.role, &a.privilege, a.columns.is_empty(), a.grantable)
            == (&b.on, &b.role, &b.privilege, b.columns.is_empty(), b.grantable)
    };
    for g in stage.now.grants.clone() {
        let wanted = stage.to.grants.iter().find(|w| of(w, &g));
        let keep = wanted.map_or(&[][..], |w| &w.columns);
        let columns: Vec<String> = g.columns.iter().filter(|c| !keep.contains(c)).cloned().collect();
        if wanted.is_none() || !columns.is_empty() {
            let grant = Grant { columns, ..g };
            stage.emit(Change::Revoke { grant });
        }
    }
    for grant in &stage.to.revokes {
        if !stage.now.revokes.contains(grant) {
            let grant = grant.clone();
            stage.emit(Change::Revoke { grant });
        }
    }
}

fn grant(stage: &mut Stage) {
    for grant in stage.now.revokes.clone() {
        if !stage.to.revokes.contains(&grant) {
            stage.emit(Change::Grant { grant });
        }
    }
    for grant in &stage.to.grants {
        if !stage.now.grants.contains(grant) {
            let grant = grant.clone();
            stage.emit(Change::Grant { grant });
        }
    }
}

fn default_privileges(stage: &mut Stage) {
    for d in stage.now.default_privileges.clone() {
        if !stage.to.default_privileges.contains(&d) {
            stage.emit(Change::DropDefaultPrivilege { privilege: d });
        }
    }
    for d in &stage.to.default_privileges {
        if !stage.now.default_privileges.contains(d) {
            let privilege = d.clone();
            stage.emit(Change::AddDefaultPrivilege { privilege });
        }
    }
}
