//! That a role has no power besides what it is given, attempted and read from the catalogue.
use super::trials::{FORBIDDEN, as_role};
use crate::kit::{self, Ground, steps::*};
use tw_model::{
    change::Change,
    claim::Claim,
    ident::literal,
    model::Role,
    trial::{Actor, Step, Trial},
};

pub(super) fn powers(ground: &Ground, claim: &Claim, role: &Role) -> Trial {
    let draft = ground.draft;
    let namespace = tw_model::ident::quote(Physical(draft).namespace());
    let mut attempts = vec![
        "COPY (SELECT 1) TO PROGRAM 'true'".to_string(),
        "SELECT pg_read_file('PG_VERSION')".into(),
        "SELECT pg_ls_dir('.')".into(),
        "COPY (SELECT 1) TO '/dev/null'".into(),
        "SELECT lo_import('/dev/null')".into(),
        format!("CREATE TABLE {namespace}.intruder (a integer)"),
        "CREATE TEMPORARY TABLE intruder (a integer)".into(),
        "CREATE ROLE intruder".into(),
        "SELECT pg_reload_conf()".into(),
        "SET ROLE pg_read_all_data".into(),
        "SET ROLE pg_execute_server_program".into(),
    ];
    for other in ground.model.roles.iter().filter(|r| r.name != role.name) {
        attempts.push(format!("SET ROLE {}", tw_model::ident::quote(&other.name)));
    }
    let mut steps: Vec<Step> =
        attempts.into_iter().map(|sql| as_role(&role.name, refused(sql, FORBIDDEN, None))).collect();
    for table in draft.schema.wholes() {
        let printed = draft.printed_table(&table.name.name);
        steps.push(as_role(&role.name, refused(format!("ALTER TABLE {printed} DISABLE TRIGGER ALL"), FORBIDDEN, None)));
        steps.push(as_role(&role.name, refused(format!("DROP TABLE {printed}"), FORBIDDEN, None)));
        steps.push(as_role(&role.name, refused(format!("TRUNCATE {printed} CASCADE"), FORBIDDEN, None)));
    }
    // Functions that run as their owner: only those made for this role.
    for function in draft
        .schema
        .functions
        .iter()
        .filter(|f| f.definition.contains("SECURITY DEFINER") && !f.definition.contains("RETURNS trigger"))
    {
        let its_own = function.name.name.ends_with(&format!(" {})", role.name));
        if !its_own {
            let call = format!("SELECT * FROM {}()", draft.printed_table(&function.name.name));
            steps.push(as_role(&role.name, refused(call, FORBIDDEN, None)));
        }
    }
    steps.extend(catalogue(ground, role));
    let powerful = tw_model::schema::Role {
        name: role.name.clone(),
        inherit: true,
        connection_limit: -1,
        member_of: vec!["pg_execute_server_program".into()],
        ..Default::default()
    };
    kit::steps::trial(claim, steps, vec![Change::AlterRole { role: powerful }])
}

/// What the catalogue says of a role: no power, no membership, no right besides those that are claimed.
fn catalogue(ground: &Ground, role: &Role) -> Vec<Step> {
    let draft = ground.draft;
    let name = literal(&role.name);
    let namespace = literal(Physical(draft).namespace());
    let known = |symbols: Vec<String>| {
        let names: Vec<String> = symbols.iter().map(|s| literal(&draft.name(s))).collect();
        if names.is_empty() { "''".to_string() } else { names.join(", ") }
    };
    let relations = known(
        draft
            .schema
            .tables
            .iter()
            .map(|t| t.name.name.clone())
            .chain(draft.schema.views.iter().map(|v| v.name.name.clone()))
            .collect(),
    );
    let its_own = format!(" {})", role.name);
    let functions =
        known(draft.schema.functions.iter().map(|f| f.name.name.clone()).filter(|f| f.ends_with(&its_own)).collect());
    let none = |sql: String| by(Actor::Lab, returns(sql, vec![]));
    vec![
        none(format!(
            "SELECT rolname FROM pg_roles WHERE rolname = {name} AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolcanlogin)"
        )),
        none(format!(
            "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles w ON w.oid = m.member WHERE w.rolname = {name} ORDER BY 1"
        )),
        none(format!(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = {namespace}::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
             AND c.relname NOT IN ({relations}) AND (has_table_privilege({name}, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') \
             OR has_any_column_privilege({name}, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')) ORDER BY 1"
        )),
        none(format!(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = {namespace}::regnamespace AND c.relkind IN ('r', 'p') \
             AND has_table_privilege({name}, c.oid, 'TRUNCATE, REFERENCES, TRIGGER') ORDER BY 1"
        )),
        none(format!(
            "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = {namespace}::regnamespace AND p.prosecdef AND p.prorettype <> 'trigger'::regtype \
             AND p.proname NOT IN ({functions}) AND has_function_privilege({name}, p.oid, 'EXECUTE') ORDER BY 1"
        )),
    ]
}
