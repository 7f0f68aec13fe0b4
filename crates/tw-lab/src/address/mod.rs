//! Where a user's database is: a URL or a conninfo string, completed as libpq completes it from the `PG*`
//! variables and the password file.
//!
//! <https://www.postgresql.org/docs/current/libpq-connect.html>: the parameters here mean what they mean there.
mod passfile;
mod read;
mod tls;

use crate::error::LiveError;
use postgres::{Client, Config};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A database that somebody named, and how to reach it.
#[derive(Clone)]
pub struct Address {
    /// `user@host:port/database`, for messages: never a password.
    pub shown: String,
    /// Parameters by libpq's names, environment and defaults filled in.
    pub parameters: BTreeMap<String, String>,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({})", self.shown)
    }
}

/// Parameters we know, with the variable that gives each when the text does not.
const KNOWN: &[(&str, &str)] = &[
    ("application_name", ""),
    ("channel_binding", "PGCHANNELBINDING"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("options", "PGOPTIONS"),
    ("passfile", "PGPASSFILE"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("user", "PGUSER"),
];

/// Directories where servers of this machine keep their sockets.
const SOCKETS: &[&str] = &["/var/run/postgresql", "/run/postgresql", "/tmp"];

impl Address {
    /// Reads a URL (`postgresql://...`), a conninfo string (`host=... dbname=...`) or a database's name, with
    /// the rest from this process's environment.
    pub fn read(text: &str) -> Result<Address, LiveError> {
        Address::read_with(text, &|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
    }

    /// [`Address::read`] with another environment.
    pub fn read_with(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Address, LiveError> {
        let mut parameters = read::parameters(text)?;
        for name in parameters.keys() {
            if !KNOWN.iter().any(|(known, _)| known == name) {
                let known: Vec<&str> = KNOWN.iter().map(|(n, _)| *n).collect();
                return Err(LiveError::Address {
                    why: format!("the parameter `{name}` is not one that is understood here"),
                    help: format!("Use only: {}.", known.join(", ")),
                });
            }
        }
        for (name, variable) in KNOWN {
            if !variable.is_empty()
                && !parameters.contains_key(*name)
                && let Some(value) = env(variable)
            {
                parameters.insert(name.to_string(), value);
            }
        }
        let port = parameters.entry("port".into()).or_insert_with(|| "5432".into()).clone();
        if !parameters.contains_key("user") {
            let user = env("USER").or_else(|| env("LOGNAME")).ok_or_else(|| LiveError::Address {
                why: "no user is named, neither in the address nor by PGUSER or USER".into(),
                help: "Name one: postgresql://USER@HOST/DATABASE.".into(),
            })?;
            parameters.insert("user".into(), user);
        }
        let user = parameters["user"].clone();
        let database = parameters.entry("dbname".into()).or_insert_with(|| user.clone()).clone();
        if !parameters.contains_key("host") {
            let there = |d: &&&str| Path::new(d).join(format!(".s.PGSQL.{port}")).exists();
            let host = match parameters.get("hostaddr") {
                Some(addresses) => addresses.clone(),
                None => SOCKETS.iter().find(there).map_or("localhost", |d| *d).to_string(),
            };
            parameters.insert("host".into(), host);
        }
        let host = parameters["host"].clone();
        if !parameters.contains_key("password") {
            let file = parameters.get("passfile").map(PathBuf::from);
            let file = file.or_else(|| Some(PathBuf::from(env("HOME")?).join(".pgpass")));
            let found = file.and_then(|f| passfile::find(&f, &host, &port, &database, &user));
            parameters.extend(found.map(|password| ("password".to_string(), password)));
        }
        Ok(Address { shown: format!("{user}@{host}:{port}/{database}"), parameters })
    }

    /// Connects, as `application_name` unless the address names itself.
    pub(crate) fn connect(&self, application_name: &str) -> Result<Client, LiveError> {
        let wrong = |name: &str, value: &str, help: &str| LiveError::Address {
            why: format!("{name} cannot be `{value}`"),
            help: help.to_string(),
        };
        let get = |name: &str| self.parameters.get(name).map(String::as_str);
        let mut config = Config::new();
        config.application_name(get("application_name").unwrap_or(application_name));
        let list = |name: &str| get(name).unwrap_or_default().split(',').map(str::trim).collect::<Vec<_>>();
        for host in list("host") {
            config.host(host);
        }
        if get("hostaddr").is_some() {
            for address in list("hostaddr") {
                config.hostaddr(address.parse().map_err(|_| wrong("hostaddr", address, "Give an IP address."))?);
            }
        }
        for port in list("port") {
            config.port(port.parse().map_err(|_| wrong("port", port, "Give a number from 1 to 65535."))?);
        }
        config.user(get("user").unwrap_or_default()).dbname(get("dbname").unwrap_or_default());
        if let Some(password) = get("password") {
            config.password(password);
        }
        if let Some(options) = get("options") {
            config.options(options);
        }
        let seconds = get("connect_timeout").unwrap_or("10");
        let seconds: u64 = seconds.parse().map_err(|_| wrong("connect_timeout", seconds, "Give whole seconds."))?;
        config.connect_timeout(Duration::from_secs(seconds.max(1)));
        match get("target_session_attrs") {
            None | Some("any") => {}
            Some("read-write" | "primary") => {
                config.target_session_attrs(postgres::config::TargetSessionAttrs::ReadWrite);
            }
            Some("read-only" | "standby") => {
                config.target_session_attrs(postgres::config::TargetSessionAttrs::ReadOnly);
            }
            Some(other) => return Err(wrong("target_session_attrs", other, "Use any, read-write or read-only.")),
        }
        match get("channel_binding") {
            None | Some("prefer") => {}
            Some("disable") => {
                config.channel_binding(postgres::config::ChannelBinding::Disable);
            }
            Some("require") => {
                config.channel_binding(postgres::config::ChannelBinding::Require);
            }
            Some(other) => return Err(wrong("channel_binding", other, "Use disable, prefer or require.")),
        }
        let local = list("host").iter().all(|h| h.starts_with('/') || h.starts_with('@'));
        tls::connect(&mut config, &self.parameters, local)?
            .map_err(|source| LiveError::Connect { to: self.shown.clone(), source })
    }
}

#[cfg(test)]
mod tests;
