//! Loading scripts: a stranger's DDL is code, so it runs as the owner, who is no superuser, within limits.
use crate::{
    error::{LabError, LoadError},
    lab::{Lab, check_free_space},
    session::Session,
    split::{self, SplitError, Statement},
};
use postgres::error::ErrorPosition;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use tw_model::trial::Actor;

/// Extensions that a script may create. Those a database's owner may create alone ("trusted") are created
/// by it, the rest by the lab's superuser. None of them reaches files, programs or the network.
pub const EXTENSIONS: &[&str] = &[
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "pgstattuple",
    "plpgsql",
    "postgis",
    "seg",
    "tablefunc",
    "tcn",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "vector",
];

/// Extensions of [`EXTENSIONS`] that only a superuser may create.
const UNTRUSTED: &[&str] = &["bloom", "pg_stat_statements", "pgstattuple", "postgis", "vector"];

impl Lab {
    /// Runs a script as the owner, statement by statement, each committed by itself unless the script says
    /// otherwise. Stops at the first statement that is refused. Roles in it are made as
    /// [`Lab::load_roles`] makes them.
    pub fn load(&self, database: &str, script: &str) -> Result<(), LoadError> {
        self.run_script(database, script, |statement| loader(statement.text))
    }

    /// Runs a script; `who` tells who runs each statement, or why nobody may.
    pub(crate) fn run_script(
        &self,
        database: &str,
        script: &str,
        who: impl Fn(&Statement<'_>) -> Result<Actor, String>,
    ) -> Result<(), LoadError> {
        let statements = split::split(script).map_err(|e| not_sql(script, &e))?;
        let plan: Vec<(Statement<'_>, Actor)> = statements
            .into_iter()
            .map(|s| match refused_text(s.text).map_or_else(|| who(&s), Err) {
                Ok(actor) => Ok((s, actor)),
                Err(why) => Err(at(script, &s, s.offset, None, why)),
            })
            .collect::<Result<_, _>>()?;
        let Some((first, _)) = plan.first() else {
            return Ok(());
        };
        let no_session = |e: LabError| at(script, first, first.offset, None, e.to_string());
        let mut owner = self.session(database, &Actor::Owner).map_err(no_session)?;
        let mut lab: Option<Session> = None;
        let deadline = Instant::now() + self.options.load_timeout;
        for (statement, actor) in &plan {
            let session = match actor {
                Actor::Owner => &mut owner,
                _ => match &mut lab {
                    Some(session) => session,
                    none => none.insert(self.session(database, &Actor::Lab).map_err(no_session)?),
                },
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let result = self.watched(session, left, |client| client.batch_execute(statement.text));
            match result {
                Ok(()) => {}
                Err(Watched::Server(error)) => return Err(refusal(script, statement, &error)),
                Err(Watched::Limit(why)) => {
                    return Err(at(script, statement, statement.offset, None, why));
                }
            }
        }
        Ok(())
    }

    /// Runs an action while another thread watches the clock and the disk; it cancels the statement when a
    /// limit is reached. A script may turn `statement_timeout` off (dumps do), so that alone is no limit.
    pub(crate) fn watched<T>(
        &self,
        session: &mut Session,
        time: Duration,
        action: impl FnOnce(&mut postgres::Client) -> Result<T, postgres::Error>,
    ) -> Result<T, Watched> {
        let token = session.client.cancel_token();
        let (done, ended) = mpsc::channel::<()>();
        let deadline = Instant::now() + time;
        let (result, limit) = std::thread::scope(|scope| {
            let watch = scope.spawn(move || {
                loop {
                    match ended.recv_timeout(Duration::from_millis(200)) {
                        Ok(()) | Err(RecvTimeoutError::Disconnected) => return None,
                        Err(RecvTimeoutError::Timeout) => {}
                    }
                    let full = check_free_space(&self.directory.path, self.options.keep_free_bytes).err();
                    let late = (Instant::now() > deadline).then(|| {
                        let limit = self.options.load_timeout.as_secs();
                        format!("the script took longer than its limit of {limit} s")
                    });
                    if let Some(why) = full.map(|e| e.to_string()).or(late) {
                        let _ = token.cancel_query(postgres::NoTls);
                        return Some(why);
                    }
                }
            });
            let result = action(&mut session.client);
            drop(done);
            (result, watch.join().unwrap_or(None))
        });
        match (result, limit) {
            (Ok(value), _) => Ok(value),
            (Err(_), Some(why)) => Err(Watched::Limit(why)),
            (Err(error), None) => Err(Watched::Server(error)),
        }
    }
}

/// Why a watched action failed.
#[derive(Debug)]
pub(crate) enum Watched {
    /// The server refused it.
    Server(postgres::Error),
    /// A limit of the lab ended it.
    Limit(String),
}

/// Who runs a statement of a schema's script, or why nobody may.
pub(crate) fn loader(sql: &str) -> Result<Actor, String> {
    let untrusted = extension_of(sql)?.is_some_and(|name| UNTRUSTED.contains(&name.as_str()));
    let lab = untrusted || crate::roles::about_roles(sql)?.is_some();
    Ok(if lab { Actor::Lab } else { Actor::Owner })
}

/// Why no user of ours may run this statement, whatever the server would say.
pub(crate) fn refused_text(sql: &str) -> Option<String> {
    let words = split::words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if words.first() == Some(&"copy") && words.windows(2).any(|w| w == ["from", "stdin"]) {
        return Some(
            "the rows of COPY ... FROM STDIN are a matter between psql and the server; leave the rows out \
             (pg_dump --schema-only)"
                .into(),
        );
    }
    // Trials of roles run in a session of the superuser under another's name; a function that goes back to
    // the session's own name would be the superuser.
    let lower = sql.to_ascii_lowercase();
    let squeezed: String = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    if squeezed.contains("session authorization") || squeezed.contains("session_authorization") {
        return Some("SESSION AUTHORIZATION is not for a schema: roles are tried by the lab".into());
    }
    None
}

/// The extension that a statement creates; an error when it is none of ours.
fn extension_of(sql: &str) -> Result<Option<String>, String> {
    let words = split::words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = match words.as_slice() {
        ["create", "extension", "if", "not", "exists", name, ..] => name,
        ["create", "extension", name, ..] => name,
        _ => return Ok(None),
    };
    let name = name.trim_matches('"');
    if EXTENSIONS.contains(&name) {
        return Ok(Some(name.to_string()));
    }
    Err(format!(
        "the extension {name} is not one that a lab creates (it may reach files, programs or the network); \
         leave it out, or design without it. Allowed: {}",
        EXTENSIONS.join(", ")
    ))
}

pub(crate) fn not_sql(script: &str, error: &SplitError) -> LoadError {
    let statement = Statement { text: script[error.offset..].lines().next().unwrap_or(""), offset: error.offset };
    at(script, &statement, error.offset, None, error.message.clone())
}

pub(crate) fn refusal(script: &str, statement: &Statement<'_>, error: &postgres::Error) -> LoadError {
    let Some(db) = error.as_db_error() else {
        return at(script, statement, statement.offset, None, format!("the session was lost: {error}"));
    };
    let offset = match db.position() {
        Some(ErrorPosition::Original(character)) => {
            let index = (*character as usize).saturating_sub(1);
            statement.text.char_indices().nth(index).map_or(0, |(byte, _)| byte) + statement.offset
        }
        _ => statement.offset,
    };
    let mut message = db.message().to_string();
    for more in [db.detail(), db.hint()].into_iter().flatten() {
        message.push_str("; ");
        message.push_str(more);
    }
    at(script, statement, offset, Some(db.code().code().to_string()), message)
}

pub(crate) fn at(
    script: &str,
    statement: &Statement<'_>,
    offset: usize,
    sqlstate: Option<String>,
    message: String,
) -> LoadError {
    let before = &script[..offset];
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    let line_text = script[line_start..].lines().next().unwrap_or("");
    let column = script[line_start..offset].chars().count() + 1;
    // Tabs stay tabs, so that the caret stands under its character.
    let pad: String = script[line_start..offset].chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    LoadError {
        statement: statement.text.to_string(),
        line: before.matches('\n').count() + 1,
        column,
        caret: format!("{line_text}\n{pad}^"),
        sqlstate,
        message,
    }
}
