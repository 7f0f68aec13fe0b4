//! Loading scripts of which the server may refuse a part: the refused is told with its place, and the rest goes on.
use crate::{
    error::{LabError, LoadError},
    lab::Lab,
    load::{self, Watched},
    session::Session,
    settings::OWNER,
    split::{self, Statement},
};
use std::time::Instant;
use tw_model::{ident::quote, trial::Actor};

/// What came of a script.
#[derive(Debug, Default)]
pub struct LoadedEach {
    /// Statements that the server took.
    pub taken: usize,
    /// Statements that were refused, by the server or by the lab, in the order of the script.
    pub refused: Vec<LoadError>,
    /// Statements that only say who owns what, which were left out.
    pub owners: usize,
    /// Roles that statements named and no statement made; they were made without any right.
    pub roles: Vec<String>,
}

/// SQLSTATE of a right that is missing.
const INSUFFICIENT_PRIVILEGE: &str = "42501";
/// SQLSTATE of a name that is not there, a role's among others.
const UNDEFINED_OBJECT: &str = "42704";
/// Roles that are made because a statement names them.
const MOST_ROLES: usize = 200;

impl Lab {
    /// Runs a script as the owner, each statement by itself: what is refused does not stop the rest. BEGIN and COMMIT
    /// are left out, so that one refused statement does not take others with it. Roles in it are made as
    /// [`Lab::load_roles`] makes them; roles that privileges name and nobody makes are made without rights.
    pub fn load_each(&self, database: &str, script: &str) -> Result<LoadedEach, LabError> {
        let mut loaded = LoadedEach::default();
        let statements = match split::split(script) {
            Ok(statements) => statements,
            Err(error) => {
                loaded.refused.push(load::not_sql(script, &error));
                // What stands before the place is still sound.
                split::split(&script[..error.offset]).unwrap_or_default()
            }
        };
        let deadline = Instant::now() + self.options.load_timeout;
        let mut sessions = Sessions { lab: self, database, owner: None, lab_session: None };
        let mut n = 0;
        while let Some(statement) = statements.get(n) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let rest = statements.len() - n;
                let limit = self.options.load_timeout.as_secs();
                let why = format!("the script took longer than its limit of {limit} s; {rest} statements were not run");
                loaded.refused.push(load::at(script, statement, statement.offset, None, why));
                break;
            }
            let batch = batch(&statements[n..]);
            n += batch.len().max(1);
            match role_of(statement.text) {
                Part::Transaction => continue,
                Part::Owner => {
                    loaded.owners += 1;
                    continue;
                }
                Part::Other => {}
            }
            // Most scripts are sound: many statements go at once, and one by one only where one of them is refused.
            if batch.len() > 1 {
                let together: Vec<&str> = batch.iter().map(|s| s.text).collect();
                let together = together.join(";\n");
                let session = sessions.of(&Actor::Owner)?;
                if self.watched(session, left, |client| client.batch_execute(&together)).is_ok() {
                    loaded.taken += batch.len();
                    continue;
                }
            }
            let alone = if batch.is_empty() { std::slice::from_ref(statement) } else { batch };
            for statement in alone {
                let left = deadline.saturating_duration_since(Instant::now());
                match self.load_one(script, statement, &mut sessions, left, &mut loaded)? {
                    Ok(()) => loaded.taken += 1,
                    Err(error) => loaded.refused.push(error),
                }
            }
        }
        loaded.refused.sort_by_key(|e| (e.line, e.column));
        Ok(loaded)
    }

    fn load_one(
        &self,
        script: &str,
        statement: &Statement<'_>,
        sessions: &mut Sessions<'_>,
        left: std::time::Duration,
        loaded: &mut LoadedEach,
    ) -> Result<Result<(), LoadError>, LabError> {
        let actor = match load::refused_text(statement.text).map_or_else(|| load::loader(statement.text), Err) {
            Ok(actor) => actor,
            Err(why) => return Ok(Err(load::at(script, statement, statement.offset, None, why))),
        };
        let unowned = without_owner(statement.text);
        loaded.owners += usize::from(unowned.is_some());
        let text = unowned.as_deref().unwrap_or(statement.text);
        let mut lent = vec![];
        for _ in 0..MOST_ROLES {
            let session = sessions.of(&actor)?;
            let ran = self.watched(session, left, |client| client.batch_execute(text));
            let error = match ran {
                Ok(()) => {
                    sessions.take_back(&lent)?;
                    return Ok(Ok(()));
                }
                Err(Watched::Limit(why)) => {
                    return Ok(Err(load::at(script, statement, statement.offset, None, why)));
                }
                Err(Watched::Server(error)) => error,
            };
            let missing = missing_role(&error).filter(|_| loaded.roles.len() < MOST_ROLES);
            if let Some(role) = missing {
                let made = sessions.of(&Actor::Lab)?.client.batch_execute(&format!("CREATE ROLE {}", quote(&role)));
                if made.is_ok() {
                    loaded.roles.push(role);
                    continue;
                }
            } else if lent.is_empty() && error.code().is_some_and(|c| c.code() == INSUFFICIENT_PRIVILEGE) {
                // What is said for a role that was made here is said by one of its members, for this statement.
                let words = split::words(text);
                let named = |role: &&String| words.contains(role) || words.contains(&quote(role));
                lent = loaded.roles.iter().filter(named).cloned().collect();
                if !lent.is_empty() {
                    sessions.lend(&lent)?;
                    continue;
                }
            }
            sessions.take_back(&lent)?;
            return Ok(Err(load::refusal(script, statement, &error)));
        }
        Ok(Err(load::at(
            script,
            statement,
            statement.offset,
            None,
            "it names too many roles that are not there".into(),
        )))
    }
}

/// The sessions of one script; a lost one is opened anew.
struct Sessions<'a> {
    lab: &'a Lab,
    database: &'a str,
    owner: Option<Session>,
    lab_session: Option<Session>,
}

impl Sessions<'_> {
    /// Makes the owner a member of roles, until [`Sessions::take_back`].
    fn lend(&mut self, roles: &[String]) -> Result<(), LabError> {
        self.membership("GRANT", "TO", roles)
    }

    fn take_back(&mut self, roles: &[String]) -> Result<(), LabError> {
        self.membership("REVOKE", "FROM", roles)
    }

    fn membership(&mut self, verb: &str, word: &str, roles: &[String]) -> Result<(), LabError> {
        if roles.is_empty() {
            return Ok(());
        }
        let roles: Vec<String> = roles.iter().map(|r| quote(r)).collect();
        let sql = format!("{verb} {} {word} {}", roles.join(", "), quote(OWNER));
        let doing = LabError::server("the owner's roles cannot be set");
        self.of(&Actor::Lab)?.client.batch_execute(&sql).map_err(doing)
    }

    fn of(&mut self, actor: &Actor) -> Result<&mut Session, LabError> {
        let slot = if *actor == Actor::Owner { &mut self.owner } else { &mut self.lab_session };
        if slot.as_ref().is_some_and(|s| s.client.is_closed()) {
            *slot = None;
        }
        match slot {
            Some(session) => Ok(session),
            none => Ok(none.insert(self.lab.session(self.database, actor)?)),
        }
    }
}

/// Statements that are sent together, and bytes of them.
const TOGETHER: usize = 50;
const TOGETHER_BYTES: usize = 1 << 20;

/// The statements from here on that the owner may run together; fewer than two are run alone.
fn batch<'s, 'a>(statements: &'s [Statement<'a>]) -> &'s [Statement<'a>] {
    let mut bytes = 0;
    let fits = |s: &&Statement| {
        bytes += s.text.len();
        let plain = matches!(role_of(s.text), Part::Other) && load::refused_text(s.text).is_none();
        plain && bytes < TOGETHER_BYTES && matches!(load::loader(s.text), Ok(Actor::Owner))
    };
    let n = statements.iter().take(TOGETHER).take_while(fits).count();
    &statements[..n]
}

/// What kind of statement it is, to a load that goes on.
enum Part {
    /// Begins or ends a transaction.
    Transaction,
    /// Says who owns something.
    Owner,
    /// Anything else.
    Other,
}

fn role_of(sql: &str) -> Part {
    let head: Vec<String> = split::words(sql.get(..64).unwrap_or(sql)).into_iter().take(3).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    match head.as_slice() {
        ["begin" | "commit" | "end" | "savepoint" | "release"] | ["start", "transaction", ..] => Part::Transaction,
        ["begin" | "commit" | "end", "transaction" | "work", ..] | ["savepoint" | "release", ..] => Part::Transaction,
        ["alter", ..] => {
            let words = split::words(sql);
            let owner = words.windows(2).any(|w| w[0] == "owner" && w[1] == "to");
            // A list of actions may say more than who owns it.
            if owner && !words.contains(&",".to_string()) { Part::Owner } else { Part::Other }
        }
        _ => Part::Other,
    }
}

/// CREATE SCHEMA without the words that say who owns it: whoever makes it does.
fn without_owner(sql: &str) -> Option<String> {
    let (mut words, mut at) = (vec![], 0);
    while at < sql.len() && words.len() < 8 {
        let (token, next) = split::token(sql, at).ok()?;
        if matches!(token, split::Token::Word | split::Token::QuotedName) {
            words.push((sql[at..next].to_ascii_lowercase(), at, next));
        }
        at = next;
    }
    let place = words.iter().position(|(word, ..)| word == "authorization")?;
    let head: Vec<&str> = words[..place].iter().map(|(word, ..)| word.as_str()).collect();
    let (_, from, _) = words[place];
    let (_, role, end) = words.get(place + 1)?;
    match head.as_slice() {
        // It is called as its owner is.
        ["create", "schema"] | ["create", "schema", "if", "not", "exists"] => {
            Some(format!("{}{}", &sql[..from], &sql[*role..]))
        }
        ["create", "schema", ..] => Some(format!("{}{}", &sql[..from], &sql[*end..])),
        _ => None,
    }
}

/// The role that a statement names and that is not there.
fn missing_role(error: &postgres::Error) -> Option<String> {
    let db = error.as_db_error().filter(|db| db.code().code() == UNDEFINED_OBJECT)?;
    // The lab's messages are English: lc_messages is pinned.
    let name = db.message().strip_prefix("role \"")?.strip_suffix("\" does not exist")?;
    (!name.starts_with("pg_")).then(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::without_owner;

    #[test]
    fn a_schema_is_made_without_its_owner() {
        let of = |sql: &str| without_owner(sql).unwrap_or_default();
        assert_eq!(of("create schema s authorization joe"), "create schema s ");
        assert_eq!(of("CREATE SCHEMA IF NOT EXISTS \"S\" AUTHORIZATION \"Joe\""), "CREATE SCHEMA IF NOT EXISTS \"S\" ");
        assert_eq!(of("create schema authorization joe"), "create schema joe");
        assert_eq!(of("create schema if not exists authorization joe"), "create schema if not exists joe");
        assert_eq!(of("create schema s"), "");
        assert_eq!(of("set session authorization joe"), "");
    }
}
