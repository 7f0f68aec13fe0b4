//! Scripts of roles: statement by statement, only kinds we know, and never a power that a design must not give.
use crate::{
    error::{LabError, LoadError},
    lab::Lab,
    settings::{OWNER, SUPERUSER},
    split::{Statement, words},
};
use tw_model::{ident::quote, trial::Actor};

/// Attributes with which a role could leave the lab. (BYPASSRLS and CREATEDB are no design's either, but a
/// given script that has them can be tried, and is refuted.)
const POWERS: &[&str] = &["superuser", "replication", "createrole", "createuser"];

/// Parameters that a script may set for a role, besides those with a dot in their name.
const PARAMETERS: &[&str] = &[
    "application_name",
    "bytea_output",
    "client_encoding",
    "client_min_messages",
    "datestyle",
    "default_transaction_deferrable",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "intervalstyle",
    "lock_timeout",
    "log_min_duration_statement",
    "log_statement",
    "row_security",
    "search_path",
    "statement_timeout",
    "temp_file_limit",
    "timezone",
    "transaction_timeout",
    "work_mem",
];

impl Lab {
    /// Runs a script of roles, memberships, privileges and policies. Roles and memberships are made by the
    /// superuser after they were looked at; everything else by the owner.
    ///
    /// Roles belong to the whole server: a second script that creates the same role is refused by it.
    pub fn load_roles(&self, database: &str, script: &str) -> Result<(), LoadError> {
        self.run_script(database, script, |statement| match about_roles(statement.text)? {
            Some(()) => Ok(Actor::Lab),
            None if is_about_access(statement.text) => Ok(Actor::Owner),
            None => Err(format!(
                "a script of roles holds CREATE, ALTER, DROP and COMMENT ON ROLE, GRANT, REVOKE, ALTER DEFAULT \
                 PRIVILEGES, policies and row security, and nothing else; move this statement to the schema's \
                 script: {}",
                first_words(statement)
            )),
        })
    }

    /// Drops every role that is neither the server's nor the lab's, once the databases that know them are
    /// gone.
    pub fn forget_roles(&self) -> Result<(), LabError> {
        self.home("cannot drop the designed roles", |session| {
            let sql = "SELECT rolname::text FROM pg_roles WHERE oid >= 16384 AND rolname NOT LIKE 'pg\\_%' \
                       AND rolname <> $1 AND rolname <> $2 ORDER BY 1";
            for row in session.client.query(sql, &[&SUPERUSER, &OWNER])? {
                session.client.batch_execute(&format!("DROP ROLE {}", quote(row.get(0))))?;
            }
            Ok(())
        })
    }
}

/// `Some` for a statement about roles that the superuser may run for a script; none for any other statement;
/// an error for one about roles that nobody may run.
pub(crate) fn about_roles(sql: &str) -> Result<Option<()>, String> {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let kind = match words.as_slice() {
        ["create" | "alter" | "drop", "role" | "user" | "group", "mapping", ..] => return Ok(None),
        ["create" | "alter" | "drop", "role" | "user" | "group", ..] => words[0],
        ["comment", "on", "role", ..] => "comment",
        ["grant" | "revoke", ..] if !words.contains(&"on") => "grant",
        _ => return Ok(None),
    };
    let name_at = if kind == "drop" { 2 } else { 3 };
    for (i, word) in words.iter().enumerate() {
        let plain = word.trim_matches('"');
        if *word != plain && word.starts_with('\'') {
            continue;
        }
        if plain.to_ascii_lowercase().starts_with("pg_") && !word.starts_with('\'') {
            return Err(format!(
                "membership in {plain} gives a power over the whole server that no designed role may have; \
                 leave it out, or grant the tables it needs"
            ));
        }
        if [SUPERUSER, OWNER].contains(&plain) {
            return Err(format!("the role {plain} is the lab's own; name another"));
        }
        if ["current_user", "session_user", "current_role"].contains(word) {
            return Err(format!("{word} is somebody else in a lab; name the role"));
        }
        if POWERS.contains(word) && i >= name_at && kind != "grant" && kind != "drop" {
            return Err(format!(
                "{} lets a role pass over the schema's own rules, so it is not designed or tried; leave it out",
                word.to_uppercase()
            ));
        }
    }
    if kind == "alter" {
        if words.get(2) == Some(&"all") {
            return Err("ALTER ROLE ALL is about the lab's own roles too; name the role".into());
        }
        let set = words.iter().position(|w| *w == "set" || *w == "reset");
        if let Some(parameter) = set.and_then(|at| words.get(at + 1)) {
            let dotted = set.and_then(|at| words.get(at + 2)) == Some(&".");
            let plain = parameter.trim_matches('"');
            if !dotted && !plain.contains('.') && !PARAMETERS.contains(&plain) {
                return Err(format!(
                    "the parameter {plain} is not one that a lab sets for a role. Allowed: names with a dot, {}",
                    PARAMETERS.join(", ")
                ));
            }
        }
    }
    Ok(Some(()))
}

/// A statement of privileges, policies or row security, or a setting of the session.
fn is_about_access(sql: &str) -> bool {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["grant" | "revoke", ..]
        | ["alter", "default", "privileges", ..]
        | ["create" | "alter" | "drop", "policy", ..]
        | ["comment", "on", "policy", ..]
        | ["set" | "reset", ..]
        | ["begin" | "commit" | "start" | "end", ..] => true,
        // The printer's own form of a privilege on the current database, whose name it does not know.
        ["do", ..] => {
            sql.starts_with("DO $do$ BEGIN EXECUTE pg_catalog.format(")
                && sql.ends_with(", pg_catalog.current_database()); END $do$")
                && sql.matches(';').count() == 1
        }
        ["alter", "table", rest @ ..] => {
            rest.windows(3).any(|w| matches!(w, ["row", "level", "security"])) && !rest.contains(&",")
        }
        _ => false,
    }
}

fn first_words(statement: &Statement<'_>) -> String {
    statement.text.split_whitespace().take(4).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_server_roles_are_refused_and_plain_roles_taken() {
        for sql in [
            "create role app login",
            "create role \"superuser\" nosuperuser",
            "create role r password 'superuser pg_monitor'",
            "alter role app set search_path = bank, public",
            "alter role app set app.tenant = '1'",
            "grant reader to app",
            "drop role if exists app",
            "comment on role app is 'pg_like'",
        ] {
            assert_eq!(about_roles(sql), Ok(Some(())), "{sql}");
        }
        for sql in [
            "create role app superuser",
            "create user app with login CREATEROLE",
            "alter role app replication",
            "create role app in role pg_read_all_data",
            "grant pg_execute_server_program to app",
            "grant \"pg_monitor\" to app",
            "grant tablewright_lab to app",
            "alter role all set work_mem = '1GB'",
            "alter role current_user superuser",
            "alter role app set session_preload_libraries = 'x'",
        ] {
            assert!(about_roles(sql).is_err(), "{sql}");
        }
        for sql in ["grant select on t to app", "create table t (id int)", "create user mapping for x server y"] {
            assert_eq!(about_roles(sql), Ok(None), "{sql}");
        }
        assert!(is_about_access("alter table t enable row level security"));
        assert!(!is_about_access("alter table t enable row level security, add column x int default f()"));
        assert!(!is_about_access("create function f() returns int language sql as 'select 1'"));
    }
}
