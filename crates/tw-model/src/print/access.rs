//! Roles, privileges, owners and row security as SQL.
use super::statement::{comment, comments};
use crate::{
    change::CommentOn,
    ident::{bare, list, literal, name, quote, role},
    schema::*,
};

/// Settings whose value is a list of names: it is printed as it is kept, already quoted.
const LISTS: &[&str] = &[
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

const POWERS: &[&str] = &["SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"];

/// The attributes that are not the default, or all of them.
fn attributes(r: &Role, all: bool) -> String {
    let mut words: Vec<String> = vec![];
    let mut flag = |on: bool, usual: bool, word: &str| {
        if all || on != usual {
            words.push(format!("{}{word}", if on { "" } else { "NO" }));
        }
    };
    flag(r.login, !r.login, "LOGIN");
    flag(r.inherit, true, "INHERIT");
    for power in POWERS {
        flag(r.powers.iter().any(|p| p.eq_ignore_ascii_case(power)), false, power);
    }
    if all || r.connection_limit != -1 {
        words.push(format!("CONNECTION LIMIT {}", r.connection_limit));
    }
    words.join(" ")
}

fn settings(r: &Role) -> Vec<String> {
    let value = |name: &str, value: &str| {
        if LISTS.contains(&name) && !value.is_empty() { value.to_string() } else { literal(value) }
    };
    let mut all: Vec<&(String, String)> = r.settings.iter().collect();
    all.sort();
    all.iter().map(|(n, v)| format!("ALTER ROLE {} SET {n} = {}", quote(&r.name), value(n, v))).collect()
}

pub(super) fn create_role(r: &Role) -> Vec<String> {
    let mut all = vec![format!("CREATE ROLE {} {}", quote(&r.name), attributes(r, false))];
    if !r.member_of.is_empty() {
        all.push(format!("GRANT {} TO {}", list(&r.member_of), quote(&r.name)));
    }
    all.extend(settings(r));
    all.extend(comments([(CommentOn::Role { name: r.name.clone() }, &r.comment)]));
    all
}

/// Replaces attributes, memberships, settings and comment, whatever they were.
pub(super) fn alter_role(r: &Role) -> Vec<String> {
    let me = quote(&r.name);
    let keep: Vec<String> = r.member_of.iter().map(|m| literal(m)).collect();
    let mut all = vec![
        format!("ALTER ROLE {me} {}", attributes(r, true)),
        format!(
            "DO $do$ DECLARE r name; BEGIN FOR r IN SELECT g.rolname FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles g ON g.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member WHERE m.rolname = {} AND g.rolname <> ALL (ARRAY[{}]::name[]) LOOP EXECUTE pg_catalog.format('REVOKE %I FROM %I', r, {}); END LOOP; END $do$",
            literal(&r.name),
            keep.join(", "),
            literal(&r.name)
        ),
    ];
    if !r.member_of.is_empty() {
        all.push(format!("GRANT {} TO {me}", list(&r.member_of)));
    }
    all.push(format!("ALTER ROLE {me} RESET ALL"));
    all.extend(settings(r));
    let on = CommentOn::Role { name: r.name.clone() };
    all.push(comment(&on, r.comment.as_deref()));
    all
}

/// `TABLE accounts`, `ROUTINE f(integer)`, `SCHEMA bank`.
fn object(on: &GrantOn) -> String {
    match on {
        GrantOn::Table { name: n } => format!("TABLE {}", name(n)),
        GrantOn::Sequence { name: n } => format!("SEQUENCE {}", name(n)),
        GrantOn::Function { name: n, arguments } => format!("ROUTINE {}({arguments})", name(n)),
        GrantOn::Type { name: n } => format!("TYPE {}", name(n)),
        GrantOn::Namespace { name } => format!("SCHEMA {}", quote(name)),
        GrantOn::Database => "DATABASE".into(),
    }
}

fn privilege(g: &Grant) -> String {
    if g.columns.is_empty() { g.privilege.clone() } else { format!("{} ({})", g.privilege, list(&g.columns)) }
}

pub(super) fn grant(g: &Grant) -> String {
    let option = if g.grantable { " WITH GRANT OPTION" } else { "" };
    statement(g, "GRANT", "TO", option)
}

pub(super) fn revoke(g: &Grant) -> String {
    statement(g, "REVOKE", "FROM", "")
}

/// The database is the one we are in: its name is looked up.
fn statement(g: &Grant, verb: &str, word: &str, option: &str) -> String {
    let (what, who) = (privilege(g), role(&g.role));
    if g.on == GrantOn::Database {
        let who = who.replace('%', "%%");
        let text = format!("{verb} {what} ON DATABASE %I {word} {who}{option}");
        return on_database(&text);
    }
    format!("{verb} {what} ON {} {word} {who}{option}", object(&g.on))
}

fn on_database(format: &str) -> String {
    format!("DO $do$ BEGIN EXECUTE pg_catalog.format({}, pg_catalog.current_database()); END $do$", literal(format))
}

/// ALTER DEFAULT PRIVILEGES, granting or revoking.
pub(super) fn default_privilege(d: &DefaultPrivilege, revoke: bool) -> String {
    let schema = d.schema.as_ref().map(|s| format!(" IN SCHEMA {}", quote(s)));
    let (verb, word) = if revoke { ("REVOKE", "FROM") } else { ("GRANT", "TO") };
    format!(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {}{} {verb} {} ON {} {word} {}",
        quote(&d.owner),
        schema.unwrap_or_default(),
        d.privileges.join(", "),
        d.objects,
        role(&d.role)
    )
}

/// OWNER TO; without a role, whoever runs the statement.
pub(super) fn set_owner(on: &GrantOn, owner: Option<&str>) -> String {
    let owner = owner.map_or("CURRENT_USER".into(), quote);
    if *on == GrantOn::Database {
        return on_database(&format!("ALTER DATABASE %I OWNER TO {owner}"));
    }
    format!("ALTER {} OWNER TO {owner}", object(on))
}

pub(super) fn row_security(table: &Name, enabled: bool, forced: bool) -> Vec<String> {
    let enable = if enabled { "ENABLE" } else { "DISABLE" };
    let force = if forced { "FORCE" } else { "NO FORCE" };
    [enable, force].map(|word| format!("ALTER TABLE {} {word} ROW LEVEL SECURITY", name(table))).to_vec()
}

/// The row security of a new table: nothing where it has none.
pub(super) fn row_security_of(t: &Table) -> Vec<String> {
    let on = [(t.row_security, "ENABLE"), (t.force_row_security, "FORCE")];
    on.iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| format!("ALTER TABLE {} {word} ROW LEVEL SECURITY", name(&t.name)))
        .collect()
}

pub(super) fn create_policy_only(table: &Name, p: &Policy) -> String {
    let mut sql = format!("CREATE POLICY {} ON {}", quote(&p.name), name(table));
    if !p.permissive {
        sql += " AS RESTRICTIVE";
    }
    if !p.command.is_empty() && p.command != "ALL" {
        sql += &format!(" FOR {}", p.command);
    }
    let everybody = p.roles.is_empty() || p.roles == ["public"];
    if !everybody {
        let roles: Vec<String> = p.roles.iter().map(|r| role(r)).collect();
        sql += &format!(" TO {}", roles.join(", "));
    }
    if let Some(using) = &p.using {
        sql += &format!("\n    USING ({})", bare(using));
    }
    if let Some(check) = &p.check {
        sql += &format!("\n    WITH CHECK ({})", bare(check));
    }
    sql
}

pub(super) fn create_policy(table: &Name, p: &Policy) -> Vec<String> {
    let on = CommentOn::Policy { table: table.clone(), name: p.name.clone() };
    let mut all = vec![create_policy_only(table, p)];
    all.extend(comments([(on, &p.comment)]));
    all
}
