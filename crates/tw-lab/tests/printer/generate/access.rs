//! Roles and privileges.
use super::{Dice, ROLES, comment, public};
use tw_model::schema::*;

pub fn access(d: &mut Dice, s: &mut Schema) {
    for (at, name) in ROLES.iter().enumerate() {
        s.roles.push(Role {
            name: name.to_string(),
            login: d.once_in(2),
            inherit: !d.once_in(3),
            connection_limit: d.pick(&[-1, 10]),
            member_of: if at == 0 && d.once_in(2) { vec!["tw_teller".into()] } else { vec![] },
            settings: if d.once_in(2) {
                vec![("search_path".into(), "public, sales".into()), ("statement_timeout".into(), "5s".into())]
            } else {
                vec![]
            },
            powers: vec![],
            comment: comment(d),
        });
        // Named somewhere, so that it is read.
        s.grants.push(grant(GrantOn::Namespace { name: "sales".into() }, name, "USAGE"));
    }
    let tables: Vec<Table> = s.tables.clone();
    for t in &tables {
        let on = GrantOn::Table { name: t.name.clone() };
        for privilege in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
            if d.once_in(3) {
                let mut g = grant(on.clone(), d.pick(&["tw_app", "tw_teller"]), privilege);
                if d.once_in(3) && privilege != "DELETE" {
                    g.columns = t.columns.iter().take(1).map(|c| c.name.clone()).collect();
                }
                g.grantable = d.once_in(4);
                s.grants.push(g);
            }
        }
    }
    for v in &s.views {
        s.grants.push(grant(GrantOn::Table { name: v.name.clone() }, "tw_app", "SELECT"));
    }
    for f in &s.functions {
        if d.once_in(3) {
            let on = GrantOn::Function { name: f.name.clone(), arguments: f.arguments.clone() };
            s.revokes.push(grant(on.clone(), "public", "EXECUTE"));
            s.grants.push(grant(on, "tw_app", "EXECUTE"));
        }
    }
    if d.once_in(2) {
        s.revokes.push(grant(GrantOn::Type { name: public("mood") }, "public", "USAGE"));
        s.grants.push(grant(GrantOn::Sequence { name: public("numbers") }, "tw_app", "USAGE"));
        s.grants.push(grant(GrantOn::Database, "tw_app", "CONNECT"));
    }
    let mut privilege = |schema: Option<&str>, objects: &str, role: &str, privileges: &[&str], revoke| {
        if d.once_in(2) {
            s.default_privileges.push(DefaultPrivilege {
                owner: "tw_owner".into(),
                schema: schema.map(String::from),
                objects: objects.into(),
                role: role.into(),
                privileges: privileges.iter().map(|p| p.to_string()).collect(),
                revoke,
            });
        }
    };
    privilege(None, "FUNCTIONS", "public", &["EXECUTE"], true);
    privilege(Some("sales"), "TABLES", "tw_app", &["INSERT", "SELECT"], false);
    privilege(None, "SEQUENCES", "tw_teller", &["USAGE"], false);
}

pub fn grant(on: GrantOn, role: &str, privilege: &str) -> Grant {
    Grant { on, role: role.into(), privilege: privilege.into(), columns: vec![], grantable: false }
}
