//! Connections to a lab's server.
use crate::{error::LabError, lab::Lab};
use postgres::{Client, Config, NoTls};
use tw_model::trial::Actor;

/// A connection. The client is public: whoever holds a session may do what its user may.
pub struct Session {
    /// The driver's client.
    pub client: Client,
    /// The server process that serves it.
    pub pid: i32,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session {{ pid: {} }}", self.pid)
    }
}

impl Lab {
    /// Connects to a database.
    ///
    /// The owner authenticates as itself. A designed role need not be able to log in, so its session is the
    /// superuser's with that session authorization: only for SQL that we wrote or a trial holds.
    pub fn session(&self, database: &str, actor: &Actor) -> Result<Session, LabError> {
        let user = match actor {
            Actor::Owner => crate::settings::OWNER,
            Actor::Lab | Actor::Role(_) => crate::settings::SUPERUSER,
        };
        let mut session = self.connect(database, user)?;
        if let Actor::Role(role) = actor {
            session
                .client
                .batch_execute(&format!("SET SESSION AUTHORIZATION {}", tw_model::ident::quote(role)))
                .map_err(LabError::server(format!("cannot act as the role {role}")))?;
        }
        Ok(session)
    }

    /// Connects as a user of the server, with the lab's statement limit.
    pub(crate) fn connect(&self, database: &str, user: &str) -> Result<Session, LabError> {
        let mut client = self
            .address(database, user)
            .connect(NoTls)
            .map_err(LabError::server(format!("cannot connect to database {database} as {user}")))?;
        let pid = client
            .query_one("SELECT pg_backend_pid()", &[])
            .map_err(LabError::server("cannot read the session's process id"))?
            .get(0);
        Ok(Session { client, pid })
    }

    /// How to reach a database as a user of the server.
    pub(crate) fn address(&self, database: &str, user: &str) -> Config {
        let limit_ms = self.options.statement_timeout.as_millis();
        let mut config = Config::new();
        config
            .host_path(&self.directory.path)
            .port(5432)
            .user(user)
            .dbname(database)
            .application_name("tablewright")
            .options(&format!("-c statement_timeout={limit_ms}"))
            .connect_timeout(std::time::Duration::from_secs(10));
        config
    }
}
