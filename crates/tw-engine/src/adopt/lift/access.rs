//! Grants as rules of access.
use super::{Lifted, origin};
use std::collections::BTreeMap;
use tw_model::{
    model::{Role, Rule, Verb},
    schema::{GrantOn, Name, Schema},
};

/// A role for each that a table's privilege is given to. Powers and memberships have no words.
pub(super) fn roles(schema: &Schema, lifted: &mut Lifted) {
    let by_table: BTreeMap<&Name, (&String, &super::Home)> =
        lifted.homes.iter().map(|(entity, home)| (&home.table, (entity, home))).collect();
    let mut roles: Vec<Role> = vec![];
    for role in schema.roles.iter().filter(|r| sayable(&r.name)) {
        let mut rules = vec![];
        for entity in &lifted.model.entities {
            for (verb, privilege) in
                [(Verb::Read, "SELECT"), (Verb::Append, "INSERT"), (Verb::Update, "UPDATE"), (Verb::Delete, "DELETE")]
            {
                let granted = schema.grants.iter().filter(|g| g.role == role.name && g.privilege == privilege);
                let of = granted.filter_map(|g| match &g.on {
                    GrantOn::Table { name } => {
                        by_table.get(name).filter(|(e, _)| **e == entity.name).map(|(_, h)| (h, g))
                    }
                    _ => None,
                });
                for (home, grant) in of.filter(|(_, g)| !g.grantable) {
                    let mut attributes: Vec<String> = vec![];
                    for member in grant.columns.iter().filter_map(|c| home.members.get(c)) {
                        if !attributes.contains(member) {
                            attributes.push(member.clone());
                        }
                    }
                    if verb == Verb::Read || grant.columns.is_empty() || verb == Verb::Update {
                        rules.push(rule(verb, &entity.name, attributes));
                    }
                }
            }
        }
        if !rules.is_empty() {
            roles.push(Role { name: role.name.clone(), rules, origin: origin() });
        }
    }
    lifted.model.roles = roles;
}

fn rule(verb: Verb, entity: &str, attributes: Vec<String>) -> Rule {
    Rule { never: false, verb, entity: entity.to_string(), attributes, own: None, origin: origin() }
}

fn sayable(role: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    role.starts_with(|c: char| c.is_ascii_lowercase())
        && role.len() <= 48
        && role.chars().all(plain)
        && !role.starts_with("pg_")
        && !matches!(role, "public" | "none" | "postgres")
}
