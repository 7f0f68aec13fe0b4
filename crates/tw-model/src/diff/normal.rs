//! One form for equal schemas.
use crate::{
    change::{Change, privilege::is_owner},
    ident::bare,
    schema::*,
};

/// The schema with every list sorted whose order means nothing, and unsaid words said. Tables, views and
/// columns keep their order.
pub fn normal(schema: &Schema) -> Schema {
    let mut s = schema.clone();
    s.namespaces.sort_by(|a, b| a.name.cmp(&b.name));
    s.extensions.sort_by(|a, b| a.name.cmp(&b.name));
    s.roles.sort_by(|a, b| a.name.cmp(&b.name));
    for ty in &mut s.types {
        if let TypeKind::Domain { checks, .. } = &mut ty.kind {
            checks.sort();
        }
    }
    for role in &mut s.roles {
        role.powers.sort();
        role.member_of.sort();
        role.settings.sort();
    }
    for view in &mut s.views {
        view.options.sort();
        view.column_comments.sort();
        indexes(&mut view.indexes);
        triggers(&mut view.triggers);
    }
    partition_columns(&mut s);
    owned_sequences(&mut s);
    s.tables.iter_mut().for_each(table);
    let own = |g: &Grant| is_owner(&s, g);
    let granted: Vec<Grant> = s.grants.iter().filter(|g| !own(g)).cloned().collect();
    s.grants = merged(&granted);
    s.revokes.sort();
    s.revokes.dedup();
    s.default_privileges = merged_defaults(&s.default_privileges);
    s
}

/// A sequence that a column owns belongs to the table's owner.
fn owned_sequences(s: &mut Schema) {
    for q in &mut s.sequences {
        if let Some((table, _)) = &q.owned_by
            && let Some(t) = s.tables.iter().find(|t| &t.name == table)
        {
            q.owner.clone_from(&t.owner);
        }
    }
}

/// A partition that lists no columns has its parent's.
fn partition_columns(s: &mut Schema) {
    if s.tables.iter().any(|t| t.partition_of.is_some() && t.columns.is_empty()) {
        let mut scratch = Schema::default();
        for t in &s.tables {
            let table = t.clone();
            Change::CreateTable { table }.apply(&mut scratch);
        }
        s.tables = scratch.tables;
    }
}

fn table(t: &mut Table) {
    t.constraints.sort_by(|a, b| a.name.cmp(&b.name));
    for key in t.primary_key().to_vec() {
        for c in t.columns.iter_mut().filter(|c| c.name == key) {
            c.not_null = true;
        }
    }
    for c in &mut t.constraints {
        if let ConstraintKind::Check { expression, .. } = &mut c.kind {
            *expression = bare(expression).to_string();
        }
    }
    for c in &mut t.columns {
        if let Some(generated) = &mut c.generated {
            generated.expression = bare(&generated.expression).to_string();
        }
    }
    indexes(&mut t.indexes);
    triggers(&mut t.triggers);
    t.policies.sort_by(|a, b| a.name.cmp(&b.name));
    for p in &mut t.policies {
        p.roles.sort();
        if p.roles.is_empty() {
            p.roles.push("public".into());
        }
        if p.command.is_empty() {
            p.command = "ALL".into();
        }
    }
    t.options.sort();
}

fn indexes(list: &mut [Index]) {
    list.sort_by(|a, b| a.name.cmp(&b.name));
    for i in list {
        if i.method.is_empty() {
            i.method = "btree".into();
        }
        i.options.sort();
        i.filter.iter_mut().for_each(|f| *f = bare(f).to_string());
    }
}

fn triggers(list: &mut [Trigger]) {
    list.sort_by(|a, b| a.name.cmp(&b.name));
    for t in list {
        if t.enabled.is_empty() {
            t.enabled = "O".into();
        }
    }
}

/// Grants as GRANT would keep them: one a privilege, columns together.
fn merged(grants: &[Grant]) -> Vec<Grant> {
    let mut scratch = Schema::default();
    for grant in grants {
        let grant = grant.clone();
        Change::Grant { grant }.apply(&mut scratch);
    }
    scratch.grants.sort();
    scratch.grants
}

fn merged_defaults(privileges: &[DefaultPrivilege]) -> Vec<DefaultPrivilege> {
    let mut scratch = Schema::default();
    for privilege in privileges {
        let privilege = privilege.clone();
        Change::AddDefaultPrivilege { privilege }.apply(&mut scratch);
    }
    scratch.default_privileges.sort();
    scratch.default_privileges
}
